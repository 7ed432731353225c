"""Observations as they are asked: what a table may leave open, and what is set aside."""

from typing import Any

import pytest

from faru.attribution.coverage import read_coverage
from faru.attribution.moments import SECOND
from faru.attribution.observations import asked_from, read_observations
from faru.loaders.times import read_instant
from faru.vocabulary import Observation

AT = "2026-03-03T10:00:00Z"


@pytest.mark.parametrize(
    ("row", "port", "precision"),
    [
        (("o", "192.0.2.1", "40211", AT, "1"), 40211, SECOND),
        (("o", "192.0.2.1", "", AT, ""), None, SECOND),
        (("o", "192.0.2.1", "0", AT, "0"), None, 0),
        (("o", "192.0.2.1", "40211.0", AT, "0.25"), 40211, SECOND // 4),
        (("o", "192.0.2.1:40211", "", AT, "1"), 40211, SECOND),
        (("o", "[2001:db8::1]:40211", "40211", AT, "1"), 40211, SECOND),
        (("o", "192.0.2.1", "", "2026-03-03T10:00Z", ""), None, 60 * SECOND),
        (("o", "192.0.2.1", "", "2026-03-03T10:00:00.123Z", ""), None, SECOND),
        (("o", "192.0.2.1", "", AT, "0.0000001"), None, 1),  # never narrower than stated
    ],
)
def test_ports_and_precisions(tables: Any, row: Any, port: int | None, precision: int) -> None:
    table = read_observations(tables.observations(row))
    assert table.rejects == ()
    assert [(one.port, one.precision) for one in table.asked] == [(port, precision)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("", "192.0.2.1", "", AT, "1"), "has no id"),
        (("o", "", "", AT, "1"), "has no address"),
        (("o", "192.0.2.0/24", "", AT, "1"), "is a range"),
        (("o", "192.0.2.007", "", AT, "1"), "may be octal"),
        (("o", "192.0.2.1", "70000", AT, "1"), "out of 0-65535"),
        (("o", "192.0.2.1", "-1", AT, "1"), "is no number"),
        (("o", "192.0.2.1:1", "2", AT, "1"), "two ports"),
        (("o", "192.0.2.1", "", "", "1"), "has no time"),
        (("o", "192.0.2.1", "", "yesterday", "1"), "not a time that can be read"),
        (("o", "192.0.2.1", "", "1970-01-01T00:00:09Z", "1"), "zero or overflow"),
        (("o", "192.0.2.1", "", AT, "-1"), "not between 0 and a year"),
        (("o", "192.0.2.1", "", AT, "NaN"), "not between 0 and a year"),
        (("o", "192.0.2.1", "", AT, "one"), "no number of seconds"),
        (("o", "192.0.2.1", "", AT), "has 4 cells"),
    ],
)
def test_a_broken_observation_is_set_aside(tables: Any, row: Any, reason: str) -> None:
    good = ("good", "192.0.2.1", "", AT, "1")
    table = read_observations(tables.observations(good, row, good))
    assert [one.id for one in table.asked] == ["good", "good"]
    assert [reject.row for reject in table.rejects] == [2]
    assert reason in table.rejects[0].reason
    assert "observations.csv, row 2: " in table.rejects[0].reason


@pytest.mark.parametrize(
    "at", ["2026-03-03T10:00:00", "2026-03-03 10:00:00 IST", "03/04/2026 10:00:00Z", "2026-03-03"]
)
def test_an_uncertain_time_is_kept_and_not_guessed(tables: Any, at: str) -> None:
    table = read_observations(tables.observations(("o", "192.0.2.1", "", at, "")))
    assert [(one.at, one.core) for one in table.asked] == [(None, None)]
    assert table.rejects == ()


def test_an_id_that_stands_twice_is_told(tables: Any) -> None:
    row = ("o", "192.0.2.1", "", AT, "1")
    table = read_observations(tables.observations(row, row))
    assert len(table.asked) == 2
    assert "id o stands more than once" in table.notes[0]


def test_from_a_referrals_own_words() -> None:
    seen = Observation(literal="192.0.2.1", address="192.0.2.1", port=40211, at=read_instant(AT))
    one = asked_from("q-1", seen)
    assert one is not None
    assert (one.id, one.port, one.precision, str(one.block)) == ("q-1", 40211, SECOND, "192.0.2.1")
    unzoned = asked_from(
        "q", Observation(literal="x", address="192.0.2.1", port=None, at=read_instant("2026-03-03T10:00"))
    )
    assert unzoned is not None
    assert unzoned.at is None
    for address, at in ((None, read_instant(AT)), ("192.0.2.1", None), ("192.0.2.1", read_instant("never"))):
        assert asked_from("q", Observation(literal="x", address=address, port=None, at=at)) is None


def test_coverage_that_says_nothing_is_set_aside(tables: Any) -> None:
    good = ("192.0.2.0/24", "2026-03-03T00:00:00", "2026-03-04T00:00:00+00:00")
    path = tables.write(
        "coverage.csv",
        ("address_or_prefix", "from", "to"),
        [good, ("all", *good[1:]), (*good[:2], ""), (good[0], good[2], good[2]), (good[0], "IST", good[2])],
    )
    table, rejects = read_coverage(path)
    assert [row.source for row in table.rows] == ["coverage.csv, row 1"]
    assert [reject.row for reject in rejects] == [2, 3, 4, 5]
