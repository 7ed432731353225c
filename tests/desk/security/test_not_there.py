"""Asking for what is not there, or not for oneself, is one entry: the same one in both cases."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.desk.access.conftest import Full

from faru.desk.journal import acting
from faru.desk.journal.models import Entry
from faru.desk.journal.recording import opened
from faru.ledger.entries import LedgerError

pytestmark = pytest.mark.django_db

Told = tuple[str, str, list[str], dict[str, Any]]


def asked(client: Client, path: str, method: str = "get") -> tuple[int, list[Told]]:
    """The answer's status, and the entries that it left: tag, actor, things and payload."""
    before = Entry.objects.count()
    status = getattr(client, method)(path).status_code
    rows = list(Entry.objects.order_by("-id").prefetch_related("objects_of"))[
        : Entry.objects.count() - before
    ]
    payloads = opened([row.id for row in rows])
    return status, [
        (
            row.tag,
            row.actor,
            [str(one.thing) for one in row.objects_of.all()],
            json.loads(payloads[str(row.id)][1]),
        )
        for row in rows
    ]


@pytest.mark.parametrize("name", ["lead", "request", "case", "referral"])
def test_what_is_hidden_and_what_is_not_there_leave_the_same_entry(full: Full, name: str) -> None:
    nowhere = uuid4() if name == "referral" else "X-2026-9999"
    there, client = full.words[name], full.client("administrator")
    expected = (404, [("act.deny", full.people["administrator"].id.hex, [], {"action": name})])
    assert asked(client, reverse(name, args=[there])) == expected
    assert asked(client, reverse(name, args=[nowhere])) == expected


def test_a_thing_that_is_there_is_not_told_as_one_that_is_not(full: Full) -> None:
    status, entries = asked(full.client("duty"), reverse("lead", args=[full.words["lead"]]))
    assert (status, [one[0] for one in entries]) == (200, ["lead.read"])


@pytest.mark.parametrize("path", ["/nowhere/", "/static/nothing.css", "/favicon.ico"])
def test_what_is_no_address_of_ours_is_not_told(full: Full, path: str) -> None:
    assert asked(full.client("duty"), path) == (404, [])


def test_a_stranger_learns_nothing_and_leaves_nothing(full: Full) -> None:
    assert asked(Client(), reverse("lead", args=[full.words["lead"]])) == (302, [])
    assert asked(Client(), "/demo/nobody/", "post") == (404, [])


def test_what_is_refused_openly_is_told_once(full: Full) -> None:
    status, entries = asked(full.client("auditor"), "/leads/")
    assert (status, [one[0] for one in entries]) == (403, ["act.deny"])


def test_without_its_entry_the_answer_does_not_go_out(full: Full, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_anything: object) -> None:
        raise LedgerError("The ledger can't be written.")

    client = full.client("auditor")
    monkeypatch.setattr(acting, "write", full_disk)
    assert client.get(reverse("lead", args=[full.words["lead"]])).status_code == 500
