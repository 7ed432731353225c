"""The words: what must hold whoever speaks them."""

import dataclasses
import json
import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import faru.vocabulary as vocabulary
from faru.vocabulary import SEALED, Instant, PersonRecord, Referral, ReportedChild, Role, Sealed

NAME = "Zimmakanary"


def child() -> ReportedChild:
    return ReportedChild(
        label="Child A",
        role=Role.VICTIM,
        person=Sealed(PersonRecord(role=Role.VICTIM, first_name=NAME)),
        names=Sealed((NAME,)),
        unread=Sealed((("victim.nick", NAME),)),
    )


@given(st.text())
def test_a_sealed_value_prints_as_sealed_everywhere(value: str) -> None:
    sealed = Sealed(value)
    for shown in (repr(sealed), str(sealed), f"{sealed}", f"{sealed!r}", f"{sealed:>9}", "%s" % sealed):  # noqa: UP031
        assert shown.strip() == SEALED
    assert json.dumps({"v": sealed}, default=str) == '{"v": "sealed"}'
    assert sealed.open() == value


def test_a_child_in_a_traceback_or_a_dump_names_nobody() -> None:
    referral = Referral(sender="S", number="1", sha256="0" * 64, format="f", children=(child(),))
    assert NAME not in repr(referral)
    assert NAME not in str(dataclasses.asdict(referral))
    assert NAME not in json.dumps(dataclasses.asdict(child()), default=str)
    with pytest.raises(TypeError) as caught:
        child() + 1  # type: ignore[operator]
    assert NAME not in str(caught.value)


def test_sealed_values_compare_and_travel() -> None:
    assert Sealed("a") == Sealed("a") != Sealed("b")
    assert Sealed("a") != "a"
    assert len({Sealed("a"), Sealed("a")}) == 1
    assert pickle.loads(pickle.dumps(Sealed("a"))) == Sealed("a")  # noqa: S301


def test_every_word_is_frozen() -> None:
    for name in vocabulary.__all__:
        word = getattr(vocabulary, name)
        if dataclasses.is_dataclass(word):
            assert word.__dataclass_params__.frozen, name  # type: ignore[union-attr]


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001
def test_an_instant_prints_what_it_is(moment: datetime) -> None:
    utc = moment.replace(tzinfo=UTC)
    instant = Instant("as written", utc, moment, True, 1)
    shown = instant.iso()
    assert shown is not None
    assert shown.endswith("Z")
    assert datetime.fromisoformat(shown) == utc


def test_an_instant_without_a_zone_prints_nothing() -> None:
    assert Instant("2026-03-01 09:05", None, datetime(2026, 3, 1, 9, 5), False, 60).iso() is None  # noqa: DTZ001


def test_a_pointer_that_nobody_set_is_none() -> None:
    referral = Referral(sender="S", number=None, sha256="0" * 64, format="f", pointers={"number": "$.id"})
    assert referral.where("number") == "$.id"
    assert referral.where("platform") is None
    assert referral.identity.number == ""
