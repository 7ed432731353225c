"""The skew test: every offset at which the answer changes, and the usual misreadings."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from faru.attribution.blocks import read_block
from faru.attribution.moments import SECOND, micros
from faru.attribution.observations import Asked
from faru.attribution.rows import RecordRow
from faru.attribution.skew import MOST, SkewPlan, SkewReport, Step, offset_text, readings_of, steps
from faru.attribution.store import Source
from faru.loaders.times import read_instant

FIVE = timezone(timedelta(hours=5))
SOURCE = Source(
    file=0,
    name="r",
    sha256="0" * 64,
    size=1,
    layout="canonical",
    carrier=None,
    kind=None,
    origin="r",
    rows=1,
    rejected=0,
)


def asked(at: str, precision: int = SECOND) -> Asked:
    instant = read_instant(at)
    block = read_block("192.0.2.1")
    assert not isinstance(block, str)
    us = None if instant.utc is None else micros(instant.utc)
    return Asked(
        id="o", address="192.0.2.1", block=block, port=None, instant=instant, at=us, precision=precision
    )


def lease(who: str, start: int, end: int | None) -> RecordRow:
    block = read_block("192.0.2.1")
    assert not isinstance(block, str)
    return RecordRow(
        source=SOURCE,
        row=1,
        block=block,
        start=start,
        end=end,
        port_from=None,
        port_to=None,
        port_step=None,
        protocol=None,
        destination=None,
        realm=None,
        subscriber=who,
        line=None,
        start_kind=None,
        end_kind=None,
        last_seen=None,
    )


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(-30, 30), st.none() | st.integers(1, 20)), max_size=8
    ),
    st.integers(0, 3),
)
def test_the_steps_are_what_every_offset_gives(
    leases: list[tuple[str, int, int | None]], precision: int
) -> None:
    one = asked("2026-03-03T10:00:00Z", precision)
    assert one.at is not None
    rows = [lease(who, one.at + a, None if n is None else one.at + a + n) for who, a, n in leases]
    found = steps(one, rows, 20) or ()
    assert found[0].offset_from == -20
    assert found[-1].offset_to == 21
    assert all(a.offset_to == b.offset_from for a, b in pairwise(found))
    assert all(a.subscribers != b.subscribers for a, b in pairwise(found))
    for offset in range(-20, 21):
        expected = {r.subscriber for r in rows if r.meets(one.at + offset, one.at + offset + precision)}
        step = next(s for s in found if s.offset_from <= offset < s.offset_to)
        assert set(step.subscribers) == expected
    report = SkewReport(20, found, ())
    here = next(s for s in found if s.offset_from <= 0 < s.offset_to)
    changed = [d for d in range(-20, 21) if not here.offset_from <= d < here.offset_to]
    if report.first_change is None:
        assert not changed
    else:
        assert abs(report.first_change) == min(map(abs, changed))


def test_the_report_says_at_which_offset_the_name_changes(judge: Any) -> None:
    rows = [
        ("2026-03-03T09:00:00Z", "2026-03-03T10:20:00Z", "192.0.2.1", "", "", "A"),
        ("2026-03-03T10:20:00Z", "2026-03-03T12:00:00Z", "192.0.2.1", "", "", "B"),
    ]
    seen = ("o", "192.0.2.1", "", "2026-03-03T10:00:00Z", "1")
    verdict = judge(rows, [seen], skew=SkewPlan(reach_s=3600))[0]
    assert verdict.kind == "unique"
    assert [(step.offset_from, step.subscribers) for step in verdict.skew.steps] == [
        (-3600 * SECOND, ("A",)),
        (1199 * SECOND, ("A", "B")),  # the core window is a second wide
        (1200 * SECOND, ("B",)),
    ]
    assert "A clock +19 min 59 s off would change the answer." in verdict.against
    assert any("+1 h, the records name B" in sentence for sentence in verdict.against)


def test_a_local_time_marked_utc_is_shown_with_both_names(judge: Any) -> None:
    rows = [
        ("2026-03-03T09:00:00Z", "2026-03-03T11:00:00Z", "192.0.2.1", "", "", "A"),
        ("2026-03-03T04:30:00Z", "2026-03-03T05:30:00Z", "192.0.2.1", "", "", "B"),
    ]
    seen = ("o", "192.0.2.1", "", "2026-03-03T10:00:00Z", "1")
    verdict = judge(rows, [seen], skew=SkewPlan(zone=FIVE))[0]
    assert verdict.subscriber == "A"
    wrong = [
        answer for answer in verdict.skew.readings if answer.reading.name.startswith("the unit's local time")
    ]
    assert [(answer.subscribers, answer.changes) for answer in wrong] == [(("B",), True)]
    assert wrong[0].reading.at == micros(datetime(2026, 3, 3, 5, tzinfo=UTC))


def test_readings_of_a_stated_time() -> None:
    found = {
        reading.name: datetime.fromtimestamp(reading.at / SECOND, UTC)
        for reading in readings_of(asked("2026-03-04T10:00:00+05:00"), FIVE)
    }
    stated = datetime(2026, 3, 4, 5, tzinfo=UTC)
    assert found == {
        "the unit's local time was marked as UTC": stated - timedelta(hours=5),
        "UTC was taken for the unit's local time": stated + timedelta(hours=5),
        "+1 h": stated + timedelta(hours=1),
        "-1 h": stated - timedelta(hours=1),
        "+12 h": stated + timedelta(hours=12),
        "-12 h": stated - timedelta(hours=12),
        "day and month exchanged": datetime(2026, 4, 3, 5, tzinfo=UTC),
        "+1 year": stated.replace(year=2027),
        "-1 year": stated.replace(year=2025),
    }


def test_readings_that_do_not_exist_are_left_out() -> None:
    names = {reading.name for reading in readings_of(asked("2024-02-29T10:00:00Z"), None)}
    assert names == {"+1 h", "-1 h", "+12 h", "-12 h"}
    same = {reading.name for reading in readings_of(asked("2026-03-03T10:00:00Z"), None)}
    assert "day and month exchanged" not in same


def test_one_instant_is_one_reading() -> None:
    names = [
        reading.name for reading in readings_of(asked("2026-03-03T10:00:00Z"), timezone(timedelta(hours=1)))
    ]
    assert "the unit's local time was marked as UTC; -1 h" in names


def test_an_uncertain_time_has_an_answer_for_each_reading(judge: Any) -> None:
    rows = [
        ("2026-03-03T09:00:00Z", "2026-03-03T11:00:00Z", "192.0.2.1", "", "", "A"),
        ("2026-03-03T04:30:00Z", "2026-03-03T05:30:00Z", "192.0.2.1", "", "", "B"),
    ]
    seen = ("o", "192.0.2.1", "", "2026-03-03T10:00:00", "1")
    verdict = judge(rows, [seen], skew=SkewPlan(zone=FIVE))[0]
    assert (verdict.kind, verdict.candidates) == ("time_uncertain", ())
    assert [(a.reading.name, a.subscribers, a.changes) for a in verdict.skew.readings] == [
        ("as UTC", ("A",), False),
        ("as the unit's local time", ("B",), False),
    ]
    assert "Read as UTC, the records name A." in verdict.against


def test_day_and_month_open_has_both_orders() -> None:
    names = [reading.name for reading in readings_of(asked("03/04/2026 10:00:00Z"), FIVE)]
    assert names == ["day first, as stated", "month first, as stated"]


def test_too_many_rows_are_said_not_sampled() -> None:
    one = asked("2026-03-03T10:00:00Z")
    assert one.at is not None
    assert steps(one, [lease("A", one.at, None)] * (MOST + 1), SECOND) is None
    assert steps(one, [lease("A", one.at, None)] * MOST, SECOND) == (Step(-SECOND, SECOND + 1, ("A",)),)


def test_offsets_read_as_people_say_them() -> None:
    assert [offset_text(us) for us in (0, -2_500_000, 5_400 * SECOND, 3_600 * SECOND)] == [
        "+0 s",
        "-2.5 s",
        "+1 h 30 min",
        "+1 h",
    ]


def test_a_reading_meets_rows_as_the_stated_time_does(judge: Any) -> None:
    """[start, end) against a closed window: the row that ends as the window begins is not in it."""
    rows = [
        ("2026-03-03T10:00:00Z", "2026-03-03T11:00:00Z", "192.0.2.1", "", "", "ends there"),
        ("2026-03-03T11:00:01Z", "2026-03-03T12:00:00Z", "192.0.2.1", "", "", "begins there"),
    ]
    seen = ("o", "192.0.2.1", "", "2026-03-03T10:00:00Z", "1")
    verdict = judge(rows, [seen], skew=SkewPlan(reach_s=0))[0]
    later = next(answer for answer in verdict.skew.readings if answer.reading.name == "+1 h")
    assert later.subscribers == ("begins there",)
