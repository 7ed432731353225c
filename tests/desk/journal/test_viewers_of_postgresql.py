"""PostgreSQL is told in every transaction who looks, and forgets it with the transaction (`viewer_scope`)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from faru.desk.accounts.models import User
from faru.desk.accounts.scope import SETTING, viewer_scope
from faru.desk.journal.acting import deny
from faru.desk.referrals.actions import claim_lead
from faru.desk.work.jobs import doing, start
from faru.desk.work.models import JobState

As = Callable[[str], Client]
NAME = f"coalesce(current_setting('{SETTING}', true), '')"


def looks() -> str:
    """Who looks, as a statement of the desk finds it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {NAME}")
        return cursor.fetchone()[0]


def process() -> int:
    """The server's process behind this connection: the same one while the connection is used again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_every_transaction_within_names_the_viewer_and_none_outside(transactional_db, people) -> None:
    duty, other, server = people["duty"], people["second"], process()
    assert looks() == ""
    for _again in range(2):
        with viewer_scope(duty):
            assert looks() == str(duty.pk)
            with transaction.atomic():
                assert [looks(), looks()] == 2 * [str(duty.pk)]
                with viewer_scope(other), transaction.atomic():
                    assert looks() == str(other.pk)
                assert looks() == str(duty.pk)
            with viewer_scope(other):
                assert looks() == str(other.pk)
            assert looks() == str(duty.pk)
        assert looks() == ""
        with transaction.atomic():
            assert looks() == ""
    assert process() == server


def test_a_scope_within_a_transaction_ends_before_it(transactional_db, people) -> None:
    with transaction.atomic():
        with viewer_scope(people["duty"]):
            assert looks() == str(people["duty"].pk)
        assert looks() == ""
        with pytest.raises(DatabaseError), transaction.atomic(), viewer_scope(people["duty"]):
            _divide_by_zero()
        assert looks() == ""
    assert looks() == ""


@pytest.mark.parametrize("within", [False, True], ids=["alone", "in a transaction"])
def test_nothing_is_left_after_a_fault(transactional_db, people, within: bool) -> None:
    def fail() -> None:
        with viewer_scope(people["duty"]):
            if within:
                with transaction.atomic():
                    _divide_by_zero()
            _divide_by_zero()

    for _again in range(2):
        with pytest.raises(DatabaseError):
            fail()
        assert looks() == ""
    with pytest.raises(KeyError), viewer_scope(people["duty"]):
        raise KeyError
    assert looks() == ""


def test_a_long_result_is_read_in_parts(transactional_db, people) -> None:
    with viewer_scope(people["duty"]):
        names = [one.username for one in User.objects.order_by("username").iterator(chunk_size=2)]
    assert len(names) == User.objects.count() > 4


def test_a_job_reads_with_the_eyes_of_whoever_started_it(transactional_db, people) -> None:
    class Nothing:
        def enqueue(self, _job: str) -> None:
            """A task that nobody takes up."""

    def job() -> str:
        return str(start(Nothing(), kind="test", thing=people["duty"].pk, by=people["duty"]).pk)

    with doing(job()) as (_job, tick):
        tick(1, 1)
        assert looks() == str(people["duty"].pk)
    assert looks() == ""
    with pytest.raises(KeyError), doing(job()):
        raise KeyError
    assert looks() == ""


class Addresses:
    """A desk of one page, which says who looks, or fails."""

    @staticmethod
    def _page(request: HttpRequest) -> HttpResponse:
        if "fail" in request.GET:
            _divide_by_zero()
        return HttpResponse(looks())

    urlpatterns = (path("", _page),)


def test_a_request_reads_with_the_eyes_of_whoever_is_signed_in(
    transactional_db, people, as_: As, settings
) -> None:
    settings.ROOT_URLCONF = Addresses
    for who in ("duty", "second", "duty"):
        assert as_(who).get("/").content.decode() == str(people[who].pk)
        assert looks() == ""
        with pytest.raises(DatabaseError):
            as_(who).get("/?fail")
        assert looks() == ""


def statements(call: Callable[[], object]) -> list[tuple[str, str]]:
    """Each statement that `call` runs, with who looked when it ran. In one transaction: see `_naming`."""
    seen = []

    def spy(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        (viewer,) = context["connection"].connection.execute(f"SELECT {NAME}").fetchone()
        seen.append((viewer, sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(spy):
        call()
    return seen


def nobodys(seen: list[tuple[str, str]], viewer: User) -> list[str]:
    """The statements that ran in another name than the viewer's: only who it is may be asked so."""
    return [sql for who, sql in seen if who != str(viewer.pk) and not _asks_who(sql)]


def _asks_who(sql: str) -> bool:
    return '"django_session"' in sql or 'FROM "accounts_user"' in sql or "SAVEPOINT" in sql


@pytest.mark.parametrize("who", ["duty", "supervisor", "auditor", "administrator"])
def test_pages_ask_nothing_in_nobodys_name(desk, as_: As, who: str) -> None:
    client, lead = as_(who), desk.lead()
    for address in ("/today/", "/leads/", f"/leads/{lead.number}/", "/search/?q=198.51.100.7", "/nowhere/"):
        seen = statements(lambda address=address: client.get(address))
        assert nobodys(seen, desk.people[who]) == []
        assert len(seen) > 2


def test_an_action_and_a_refusal_ask_nothing_in_nobodys_name(desk) -> None:
    duty, auditor = desk.people["duty"], desk.people["auditor"]
    lead = desk.lead()
    seen = statements(lambda: claim_lead(actor=duty, lead=lead))
    assert nobodys(seen, duty) == []
    assert any("UPDATE" in sql and "referrals_lead" in sql for _who, sql in seen)
    assert nobodys(statements(lambda: deny(auditor, "a thing")), auditor) == []


def test_a_job_that_fails_tells_so(transactional_db, people) -> None:
    class Nothing:
        def enqueue(self, _job: str) -> None:
            """A task that nobody takes up."""

    job = start(Nothing(), kind="test", thing=people["duty"].pk, by=people["duty"])
    with pytest.raises(DatabaseError), doing(str(job.pk)):
        _divide_by_zero()
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def _divide_by_zero() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
