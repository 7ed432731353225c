"""Whoever posts more than a form shows gets no more than that: every field of every model is tried."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from tests.desk.access.conftest import Full
from tests.desk.security.addresses import addresses
from tests.desk.security.forms import Form, Forms

from faru.desk import clock
from faru.desk.accounts.models import User

WHO = ("supervisor", "investigator", "duty", "administrator", "prosecutor")
RANDOM = {"DataKey", "Subject", "Term", "Session", "DBTaskResult"}
"""Models whose rows are keys, tokens or ids and nothing else: no field of theirs says what was done."""
LEFT_ALONE = ("/account/", "/demo/", "/language/")
TAKEN = {"/cases/open/": {"title"}, "/requests/new/": {"lead", "within"}}
"""What a view's own form has, and not every page that leads to it shows: a title, what is asked about."""
PLAUSIBLE = {
    "band": "routine",
    "is_active": "",
    "is_system": "on",
    "language": "dv",
    "number": "X-1",
    "password": "an-invented-password-1",
    "role": "administrator",
    "roles": "administrator",
    "stage": "closure",
    "state": "approved",
    "tlp": "CLEAR",
    "username": "other",
    "valid": "on",
}


def greed(full: Full) -> dict[str, str]:
    """Every name of every field of every model, with a value that would matter."""
    other = str(full.people["outsider"].pk)
    found = {"user_permissions": "1", "is_superuser": "on", "is_staff": "on", "actor": other}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            value = PLAUSIBLE.get(field.name, "junk")
            if field.is_relation:
                value = other if field.related_model is User else str(UUID(int=1))
            elif isinstance(field, models.DateTimeField):
                value = "2026-01-01T00:00"
            elif isinstance(field, models.BooleanField):
                value = PLAUSIBLE.get(field.name, "on")
            found |= {field.name: value, getattr(field, "attname", field.name): value}
    return found | PLAUSIBLE


@dataclass(frozen=True)
class Before:
    """What there was: anything newer is not told apart."""

    ids: frozenset[UUID]
    at: datetime


def portrait(before: Before) -> Counter[tuple[str, str]]:
    """What every row says, in the clear; ids that are new are not told apart, nor is random salt."""
    told: Counter[tuple[str, str]] = Counter()
    for model in apps.get_models():
        if model._meta.app_label != "journal" and model.__name__ not in RANDOM:
            for row in model._default_manager.all():
                values = {
                    field.attname: plain(getattr(row, field.attname), before)
                    for field in model._meta.concrete_fields
                    if field.name not in ("last_login", "seen_at")  # by the machine's clock, at any request
                }
                told[model.__name__, repr(values)] += 1
    return told


def plain(value: Any, before: Before) -> Any:
    """A value without what is random, or differs from one moment to the next."""
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+", value):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return "now" if value >= before.at else value
    if isinstance(value, dict):
        return {key: plain(part, before) for key, part in value.items() if key not in ("salt", "edge")}
    if isinstance(value, list):
        return [plain(part, before) for part in value]
    return value if not isinstance(value, UUID) or value in before.ids else "new"


def stands() -> Before:
    """This moment."""
    keys = [pk for model in apps.get_models() for pk in model._default_manager.values_list("pk", flat=True)]
    return Before(frozenset(one for one in keys if isinstance(one, UUID)), clock.now())


def after(full: Full, who: str, form: Form, more: dict[str, str], before: Before) -> tuple[int, Any]:
    """Post a form, look at every row, and undo it."""
    for value in form.values.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    place = transaction.savepoint()
    client = full.client(who)
    status = client.post(form.action, more | form.values).status_code
    seen = portrait(before) if status == 302 else Counter()
    transaction.savepoint_rollback(place)
    for user in full.people.values():
        user.forget_cached()
    return status, seen


@pytest.mark.django_db
def test_nothing_changes_but_what_the_form_shows(full: Full) -> None:
    wanted, before = greed(full), stands()
    done: set[tuple[str, frozenset[str]]] = set()
    worked, faults = 0, []
    for who in WHO:
        client = full.client(who)
        for address in addresses(full.words):
            answer = client.get(address.path) if not address.path.startswith(LEFT_ALONE) else None
            if answer is None or not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            for form in Forms(answer.content.decode()).found:
                form.action = form.action or address.path
                key = (form.action, frozenset(form.names))
                if form.method != "post" or form.action.startswith(LEFT_ALONE) or key in done:
                    continue
                done.add(key)
                shown = form.names | TAKEN.get(form.action, set())
                more = {name: value for name, value in wanted.items() if name not in shown}
                status, honest = after(full, who, form, {}, before)
                greedy_status, greedy = after(full, who, form, more, before)
                if greedy_status != status or greedy != honest:
                    faults.append(f"{who} {form.action}: {status}, {greedy_status}: {greedy - honest}")
                worked += status == 302
    assert worked > 30
    assert faults == [], "\n".join(faults)
