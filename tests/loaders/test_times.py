"""Times: read as far as the text goes, never further."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.loaders.times import read_epoch, read_instant, read_time, zone_named


@pytest.mark.parametrize(
    ("text", "utc", "precision"),
    [
        ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z", 1),
        ("2026-03-04T05:06:07+05:00", "2026-03-04T00:06:07Z", 1),
        ("2026-03-04 05:06:07 +0500", "2026-03-04T00:06:07Z", 1),
        ("2026-03-04 05:06:07 UTC", "2026-03-04T05:06:07Z", 1),
        ("2026-03-04 05:06:07 (UTC)", "2026-03-04T05:06:07Z", 1),
        ("2026-03-04 05:06:07 +0000 UTC", "2026-03-04T05:06:07Z", 1),
        ("2026-03-04 05:06:07 UTC+5", "2026-03-04T00:06:07Z", 1),
        ("2026-03-04T05:06:07.250Z", "2026-03-04T05:06:07.250000Z", 1),
        ("2026-03-04T05:06:07.123456789Z", "2026-03-04T05:06:07.123456Z", 1),
        ("2026-03-04 05:06 GMT", "2026-03-04T05:06:00Z", 60),
        ("2026-03-04T05Z", "2026-03-04T05:00:00Z", 3600),
        ("2026-03-04Z", "2026-03-04T00:00:00Z", 86400),
        ("20260304T050607Z", "2026-03-04T05:06:07Z", 1),
        ("2026/03/04 05:06:07 UTC", "2026-03-04T05:06:07Z", 1),
        ("23-03-2026 05:06:07 UTC", "2026-03-23T05:06:07Z", 1),
        ("03-23-2026 05:06:07 UTC", "2026-03-23T05:06:07Z", 1),
        ("04-04-2026 05:06:07 UTC", "2026-04-04T05:06:07Z", 1),
        ("Wed, 04 Mar 2026 05:06:07 GMT", "2026-03-04T05:06:07Z", 1),
        ("March 4, 2026 5:04 PM UTC", "2026-03-04T17:04:00Z", 60),
        ("March 4, 2026 at 12:04 AM UTC", "2026-03-04T00:04:00Z", 60),
        ("2026-03-04T24:00:00Z", "2026-03-05T00:00:00Z", 1),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", 2),
        ("2026-03-04T10:00:00 Indian/Maldives", "2026-03-04T05:00:00Z", 1),
    ],
)
def test_stated_zones(text: str, utc: str, precision: int) -> None:
    instant = read_instant(text)
    assert (instant.iso(), instant.precision_s, instant.zone_stated) == (utc, precision, True)
    assert instant.original == text


@pytest.mark.parametrize("zone", ["", " IST", " CST", " EST", " PKT", " MVT"])
def test_no_zone_and_letters_that_mean_several_zones_state_nothing(zone: str) -> None:
    instant, notes = read_time(f"2026-03-04 05:06:07{zone}")
    assert instant.utc is None
    assert not instant.zone_stated
    assert instant.local == datetime(2026, 3, 4, 5, 6, 7)  # noqa: DTZ001
    assert "the zone is not stated" in notes[-1]
    if zone:
        assert "means several zones" in notes[0]


def test_day_and_month_are_never_guessed() -> None:
    instant, notes = read_time("03-04-2026 10:00:00 UTC")
    assert (instant.utc, instant.local, instant.day_month_open, instant.zone_stated) == (
        None,
        None,
        True,
        True,
    )
    assert "day or month" in notes[0]
    assert read_instant("03-04-2026 10:00 UTC", day_first=True).iso() == "2026-04-03T10:00:00Z"
    assert read_instant("03-04-2026 10:00 UTC", day_first=False).iso() == "2026-03-04T10:00:00Z"
    assert read_instant("03-23-2026 10:00 UTC", day_first=True).iso() == "2026-03-23T10:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01T00:00:00Z",
        "1970-06-05 04:03:02",
        "0001-01-01T00:00:00Z",
        "1904-01-01T00:00:00Z",
        "2038-01-19T03:14:07Z",
        "2106-02-07T06:28:15Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_a_devices_zero_is_no_time(text: str) -> None:
    instant, notes = read_time(text)
    assert instant.utc is None
    assert "zero or overflow" in notes[-1]
    assert read_instant(text, zone="+05:00").utc is None


def test_ordinary_old_and_late_times_are_times() -> None:
    assert read_instant("1971-01-01T00:00:00Z").utc is not None
    assert read_instant("2038-01-20T00:00:00Z").utc is not None


@pytest.mark.parametrize(
    "text", ["", "x", "yesterday", "2026-02-30T00:00Z", "2026-13-01T00:00Z", "26-03-04 10:00", "1772554447",
             "2026-03-04T25:00Z", "2026-03-04T10:61Z", "2026-03-04 13:00 PM UTC", "2026-03-04T24:01Z"]
)  # fmt: skip
def test_what_is_no_time_keeps_its_text(text: str) -> None:
    instant, notes = read_time(text)
    assert (instant.original, instant.utc, instant.local) == (text, None, None)
    assert notes


def test_an_offset_of_no_place_states_nothing() -> None:
    assert not read_instant("2026-03-04T10:00:00+25:00").zone_stated


def test_a_person_may_state_the_zone() -> None:
    instant, notes = read_time("2026-03-04 05:00:00", zone="+05:00")
    assert instant.iso() == "2026-03-04T00:00:00Z"
    assert "which a person stated" in notes[0]
    assert read_instant("2026-03-04 05:00:00 UTC", zone="+05:00").iso() == "2026-03-04T05:00:00Z"


def test_a_clock_that_was_put_back_or_forward() -> None:
    assert read_instant("2026-10-25 02:30:00", zone="Europe/Berlin").utc is None
    assert "twice" in read_time("2026-10-25 02:30:00", zone="Europe/Berlin")[1][-1]
    assert "never" in read_time("2026-03-29 02:30:00", zone="Europe/Berlin")[1][-1]


@pytest.mark.parametrize("zone", ["", "IST", "x", "+25:00", "Nowhere/Land", "../etc/passwd"])
def test_what_is_no_zone_is_said(zone: str) -> None:
    with pytest.raises(ValueError, match="is not a zone"):
        zone_named(zone)


def test_epoch_seconds_only_where_the_caller_says_so() -> None:
    assert read_epoch("1772600767")[0].iso() == "2026-03-04T05:06:07Z"
    assert read_epoch("1772600767000")[0].utc is None
    assert "milliseconds" in read_epoch("1772600767000")[1][0]
    assert read_epoch("0")[0].utc is None
    for text in ("nan", "inf", "x", "1e300", ""):
        assert read_epoch(text)[0].utc is None


@settings(deadline=None, max_examples=200)
@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2037, 12, 31)),  # noqa: DTZ001
    st.integers(-12 * 60, 14 * 60),
    st.sampled_from(["T", " "]),
)
def test_iso_times_with_an_offset_come_back(moment: datetime, minutes: int, gap: str) -> None:
    moment = moment.replace(microsecond=0)
    sign, (hours, rest) = "+" if minutes >= 0 else "-", divmod(abs(minutes), 60)
    text = f"{moment.isoformat(gap)}{sign}{hours:02}:{rest:02}"
    assert read_instant(text).utc == moment.replace(tzinfo=UTC) - timedelta(minutes=minutes)


@settings(deadline=None, max_examples=400)
@given(st.text(max_size=25) | st.text(alphabet="0123456789-/:. TZUCAPM+", max_size=25))
def test_no_text_makes_it_raise(text: str) -> None:
    instant, notes = read_time(text)
    assert instant.original == text
    assert instant.utc is not None or notes
    read_time(text, zone="Europe/Berlin", day_first=True)
    read_epoch(text)
