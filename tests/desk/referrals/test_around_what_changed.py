"""Arrivals in any order, officers' words in between: what stands is what the engine says of all at once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.desk.referrals.whole import assert_as_a_whole

from faru.desk import clock, unit
from faru.desk.ids import new_id
from faru.desk.journal.acting import Refused
from faru.desk.referrals import actions
from faru.desk.referrals.models import Lead, ReceivedFile, Referral
from faru.desk.referrals.reading import Portion, store_portions
from faru.desk.vault import keys
from faru.desk.vault.models import SubjectKind
from faru.formats.intake import Batch
from faru.vocabulary import (
    Account,
    AccountKind,
    FileRecord,
    HashValue,
    Instant,
    PersonRecord,
    ReportedChild,
    Role,
    Sealed,
)
from faru.vocabulary import Referral as Read

NOW = datetime(2026, 3, 10, tzinfo=UTC)
KINDS = (
    AccountKind.USER_ID,
    AccountKind.EMAIL,
    AccountKind.PHONE,
    AccountKind.DEVICE_ID,
    AccountKind.SCREEN_NAME,
)
VALUES = {
    AccountKind.USER_ID: ("701", "702"),
    AccountKind.EMAIL: ("one@example.org", "two@example.org"),
    AccountKind.PHONE: ("+9607700001", "+9607700002"),
    AccountKind.DEVICE_ID: ("d41d8cd98f00b204", "17"),
    AccountKind.SCREEN_NAME: ("Reef_1", "reef_1"),
}


@st.composite
def accounts(draw) -> Account:
    kind = draw(st.sampled_from(KINDS))
    value = draw(st.sampled_from(VALUES[kind]))
    return Account(
        kind=kind,
        value=value,
        normal=value.lower() if kind is AccountKind.EMAIL else value,
        platform=draw(st.sampled_from(["Reefchat", "Otherchat", None])),
        role=Role.REPORTED,
        verified=draw(st.sampled_from([True, None])),
        from_text=draw(st.booleans()),
    )


def picture(name: str) -> FileRecord:
    """A file of which only hashes are known."""
    digest = f"{ord(name):02x}" * 16
    return FileRecord(name=None, hashes=(HashValue("md5", digest, bytes.fromhex(digest)),))


@st.composite
def alerts(draw) -> Read:
    number = draw(st.sampled_from([None, *"1234567"]))
    children = ()
    if draw(st.integers(0, 5)) == 0:
        own = Sealed(draw(accounts()))
        children = (
            ReportedChild(
                label="Child A",
                role=Role.VICTIM,
                person=Sealed(PersonRecord(role=Role.VICTIM)),
                names=Sealed(()),
                unread=Sealed(()),
                accounts=(own,),
            ),
        )
    reported = NOW - timedelta(days=draw(st.integers(1, 3)))
    return Read(
        sender="An agency",
        number=number,
        sha256=draw(st.text("0123456789abcdef", min_size=64, max_size=64)),
        format="cybertip_json",
        platform=draw(st.sampled_from(["Reefchat", None])),
        reported_at=Instant(reported.isoformat(), reported, reported.replace(tzinfo=None), True, 1),
        refers_to=tuple(draw(st.lists(st.sampled_from("1234567"), max_size=1))),
        accounts=tuple(draw(st.lists(accounts(), max_size=2))),
        files=tuple(draw(st.lists(st.sampled_from("abc").map(picture), max_size=2, unique=True))),
        children=children,
        flags=tuple(draw(st.lists(st.sampled_from(["sextortion", "spam"]), max_size=1))),
    )


@dataclass(frozen=True)
class Word:
    """What an officer says: of which two, as places in a list."""

    join: bool
    undo: bool
    a: int
    b: int


WORDS = st.builds(Word, st.booleans(), st.booleans(), st.integers(0, 9), st.integers(0, 9))
STEPS = st.lists(st.one_of(st.lists(alerts(), min_size=1, max_size=5), WORDS), min_size=1, max_size=7)


@pytest.fixture
def narrow(monkeypatch) -> None:
    """Limits so low that a few arrivals cross them."""
    whole = unit.pack()
    few = replace(whole, rulebook=replace(whole.rulebook, hub_limit=3, viral_limit=2))
    monkeypatch.setattr(unit, "pack", lambda: few)


@contextmanager
def undone_after() -> Iterator[None]:
    """The next example begins with nothing, however this one ends."""
    nothing = transaction.savepoint()
    try:
        yield
    finally:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(nothing)
        keys.forget()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_it_is_as_a_whole_after_every_step(narrow, people, steps) -> None:
    numbered = count()
    with undone_after(), clock.standing_at(NOW):
        for step in steps:
            if isinstance(step, Word):
                _say(people["supervisor"], step)
            else:
                _arrive(people["system"], step, next(numbered))
            assert_as_a_whole()


def _arrive(system, reads: list[Read], place: int) -> None:
    file = ReceivedFile.objects.create(
        id=new_id(),
        subject=keys.new_subject(SubjectKind.FILE),
        sha256=f"{place:064x}",
        size=1,
        name="alerts.json",
        received_by=system,
    )
    batch = Batch(format="cybertip_json", referrals=tuple(reads), done=1, total=1)
    store_portions(actor=system, portions=[Portion(file, True, True, batch, 1)])


def _say(supervisor, word: Word) -> None:
    rows = list(Referral.objects.filter(current=True).order_by("id"))
    if not rows:
        return
    a, b = rows[word.a % len(rows)], rows[word.b % len(rows)]
    with suppress(Refused):  # of one lead already, or of two; or nothing of one's own to undo
        if word.undo:
            actions.undo(actor=supervisor, lead=a.lead)
        elif word.join:
            actions.join_leads(actor=supervisor, lead=a.lead, other=b.lead, reason="same_person")
        else:
            actions.part_referrals(actor=supervisor, a=a, b=b, reason="mistaken")
    assert Lead.objects.exists()
