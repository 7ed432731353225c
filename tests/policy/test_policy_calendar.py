"""Terms: plain hours, calendar days, working days, months, over clock changes and month ends."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.policy import Calendar, Term, Unit

ATOLLS = Calendar("Indian/Maldives", frozenset({4, 5}), frozenset({date(2026, 3, 8)}), date(2026, 12, 31))
INSTANTS = st.integers(0, 90 * 365 * 1440).map(
    lambda minutes: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ZONES = st.sampled_from(["Indian/Maldives", "Etc/GMT-5", "UTC", "Europe/Berlin", "America/St_Johns"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@settings(deadline=None, max_examples=60)
@given(INSTANTS, st.integers(0, 5000), ZONES, st.sets(st.integers(0, 6), max_size=6))
def test_plain_hours_know_no_weekend_zone_or_clock_change(
    start: datetime, hours: int, zone: str, weekend: set[int]
) -> None:
    due = Calendar(zone, frozenset(weekend)).due(start, Term(hours, Unit.HOURS))
    assert due == start + timedelta(hours=hours)


@settings(deadline=None, max_examples=60)
@given(
    INSTANTS,
    st.integers(1, 40),
    ZONES,
    st.sets(st.integers(0, 6), max_size=6),
    st.sets(st.integers(1, 40), max_size=8),
)
def test_working_days_end_with_the_nth_working_day(
    start: datetime, count: int, zone: str, weekend: set[int], off: set[int]
) -> None:
    first = start.astimezone(ZoneInfo(zone)).date()
    holidays = frozenset(first + timedelta(days=days) for days in off)
    due = Calendar(zone, frozenset(weekend), holidays).due(start, Term(count, Unit.WORKING_DAYS))
    following = [first + timedelta(days=days) for days in range(1, 500)]
    worked = [day for day in following if day.weekday() not in weekend and day not in holidays]
    midnight = datetime.combine(worked[count - 1] + timedelta(days=1), time(), ZoneInfo(zone))
    assert due == midnight.astimezone(UTC)


@settings(deadline=None, max_examples=60)
@given(INSTANTS, st.integers(0, 400), ZONES)
def test_days_keep_the_clock_time(start: datetime, days: int, zone: str) -> None:
    due = Calendar(zone, frozenset()).due(start, Term(days, Unit.DAYS))
    assert due is not None
    shift = due - (start + timedelta(days=days))
    assert abs(shift) <= timedelta(hours=1)  # a clock change between the two, and nothing else
    if zone in ("Indian/Maldives", "Etc/GMT-5", "UTC"):
        assert not shift


@pytest.mark.parametrize(
    ("start", "term", "due"),
    [
        # Wednesday 4 March 2026, Friday and Saturday off, Sunday 8 March a holiday
        ("2026-03-04T09:00+05:00", Term(1, Unit.WORKING_DAYS), "2026-03-06T00:00+05:00"),
        ("2026-03-04T09:00+05:00", Term(2, Unit.WORKING_DAYS), "2026-03-10T00:00+05:00"),
        # 20:30 UTC is the next day already
        ("2026-03-03T20:30+00:00", Term(1, Unit.WORKING_DAYS), "2026-03-06T00:00+05:00"),
        ("2026-03-04T09:00+05:00", Term(0, Unit.WORKING_DAYS), "2026-03-05T00:00+05:00"),
        ("2026-01-31T09:00+05:00", Term(1, Unit.MONTHS), "2026-02-28T09:00+05:00"),
        ("2028-01-31T09:00+05:00", Term(1, Unit.MONTHS), "2028-02-29T09:00+05:00"),
        ("2026-12-31T09:00+05:00", Term(2, Unit.MONTHS), "2027-02-28T09:00+05:00"),
        ("2026-11-30T09:00+05:00", Term(1, Unit.MONTHS), "2026-12-30T09:00+05:00"),
        ("2028-02-29T09:00+05:00", Term(1, Unit.YEARS), "2029-02-28T09:00+05:00"),
        ("2028-02-29T09:00+05:00", Term(4, Unit.YEARS), "2032-02-29T09:00+05:00"),
        ("2028-02-28T09:00+05:00", Term(1, Unit.DAYS), "2028-02-29T09:00+05:00"),
        ("2028-02-28T09:00+05:00", Term(48, Unit.HOURS), "2028-03-01T09:00+05:00"),
        ("2026-03-31T23:30+05:00", Term(30, Unit.DAYS), "2026-04-30T23:30+05:00"),
    ],
)
def test_month_ends_leap_days_and_weekends(start: str, term: Term, due: str) -> None:
    assert ATOLLS.due(at(start), term) == at(due)


def test_a_clock_change_moves_days_and_not_hours() -> None:
    berlin = Calendar("Europe/Berlin", frozenset({5, 6}))
    start = at("2026-03-28T12:00+01:00")  # the day before summer time
    assert berlin.due(start, Term(1, Unit.DAYS)) == at("2026-03-29T12:00+02:00")
    assert berlin.due(start, Term(24, Unit.HOURS)) == at("2026-03-29T13:00+02:00")
    # 02:30 does not exist on the 29th: the offset before the change is taken
    left_out = berlin.due(at("2026-03-28T02:30+01:00"), Term(1, Unit.DAYS))
    assert left_out == at("2026-03-29T03:30+02:00")


def test_the_list_of_holidays_reaches_only_so_far() -> None:
    term = Term(1, Unit.WORKING_DAYS)
    assert ATOLLS.certain(at("2027-01-01T00:00+05:00"), term)  # the last moment of 31 December
    assert not ATOLLS.certain(at("2027-01-02T00:00+05:00"), term)
    assert ATOLLS.certain(at("2030-01-01T00:00+05:00"), Term(1, Unit.HOURS))


def test_beyond_the_years_a_calendar_has_there_is_no_instant() -> None:
    late = datetime(9999, 12, 31, 23, tzinfo=UTC)
    for unit in Unit:
        assert ATOLLS.due(late, Term(500, unit)) is None


def test_what_no_calendar_can_be_is_refused() -> None:
    with pytest.raises(ValueError, match="working day"):
        Calendar("UTC", frozenset(range(7)))
    with pytest.raises(KeyError):
        Calendar("Reef/Nowhere", frozenset())
    with pytest.raises(ValueError, match="counts from 0"):
        Term(-1, Unit.HOURS)


def test_an_instant_is_shown_with_its_offset_and_utc() -> None:
    assert ATOLLS.show(at("2026-03-04T20:30+00:00")) == "2026-03-05 01:30 +05:00 (2026-03-04 20:30 UTC)"
