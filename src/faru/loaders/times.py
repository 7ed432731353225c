"""A time as somebody wrote it, read only as far as the text (or a person) allows.

No zone is supplied that nobody stated, no day is taken for a month: then the original string stands alone.
Zone letters other than UTC, GMT and Z mean several zones each (IST, CST, BST) and state nothing.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from faru.vocabulary import Instant

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}

_A: Final = re.ASCII | re.IGNORECASE
_WEEKDAY: Final = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+", _A)
_DATES: Final = (
    re.compile(r"(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)", _A),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)", _A),
    re.compile(r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)", _A),
    re.compile(r"(?P<y>\d{4})[-/ ](?P<mon>[a-z]{3,9})[-/ ](?P<d>\d{1,2})(?!\d)", _A),
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[-/ ](?P<mon>[a-z]{3,9})\.?,?[-/ ]\s*(?P<y>\d{4})(?!\d)", _A),
    re.compile(r"(?P<mon>[a-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})(?!\d)", _A),
)
_SHORT_YEAR: Final = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d)", _A)
_CLOCKS: Final = (
    re.compile(
        r"(?:T|,?\s+(?:at\s+)?)(?P<h>\d{1,2})(?::(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,12}))?)?)?"
        r"(?![\d:])(?:\s*(?P<half>[ap])\.?m\b\.?)?",
        _A,
    ),
    re.compile(
        r"(?:T|\s)(?P<h>\d{2})(?P<mi>\d{2})(?:(?P<s>\d{2})(?:[.,](?P<f>\d{1,12}))?)?(?!\d)(?P<half>)", _A
    ),
)
_OFFSET: Final = re.compile(
    r"(?:UTC|GMT)?\s*(?P<sign>[-+\u2212])(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?(?:\s*\(?[a-z][a-z /_]*\)?)?", _A
)
_LETTERS: Final = re.compile(r"[a-z]{1,5}", _A)
_ZERO_MEND: Final = "no time is set; the text is kept"


class _Zone(NamedTuple):
    tz: tzinfo | None
    note: str | None


class _Clock(NamedTuple):
    delta: timedelta  # since midnight
    precision_s: int
    rest: str
    note: str | None


def zone_named(text: str) -> tzinfo:
    """The zone a person states: "UTC", "+05:00", "Indian/Maldives". Raises ValueError with a sentence."""
    stated = text.strip()
    zone = _zone(stated)
    if zone is not None and zone.tz is not None:
        return zone.tz
    raise ValueError(
        f"{text!r} is not a zone; write an offset such as +05:00, UTC, or a place such as Indian/Maldives"
    )


def read_instant(text: str, *, zone: str | None = None, day_first: bool | None = None) -> Instant:
    """Read one time; never raises on `text`. `zone` and `day_first`: what a person stated for the source."""
    return read_time(text, zone=zone, day_first=day_first)[0]


@lru_cache(maxsize=65536)
def read_time(
    text: str, *, zone: str | None = None, day_first: bool | None = None
) -> tuple[Instant, tuple[str, ...]]:
    """The time and the sentences about it (without a place). Raises ValueError only for a bad `zone`."""
    stated = None if zone is None else zone_named(zone)
    body = _WEEKDAY.sub("", text.strip(), count=1) if text else ""
    for pattern in _DATES:
        found = pattern.match(body)
        if found is None:
            continue
        clock = _clock(body[found.end() :])
        read_zone = None if clock is None else _zone(clock.rest)
        if clock is None or read_zone is None:
            continue
        return _instant(text, found.groupdict(), clock, read_zone, stated, zone, day_first)
    if _SHORT_YEAR.match(body):
        return _unread(text), (
            f"{text!r} has a year of two digits and can be read in several ways; {_ZERO_MEND}",
        )
    return _unread(text), (f"{text!r} is not a time that can be read; {_ZERO_MEND}",)


def read_epoch(text: str) -> tuple[Instant, tuple[str, ...]]:
    """Seconds since 1970 in UTC, where the caller knows that the field holds them."""
    try:
        seconds = float(text)
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        hint = " (milliseconds?)" if text.strip().isdecimal() and len(text.strip()) > 11 else ""
        return _unread(text), (f"{text!r} is not a number of seconds since 1970{hint}; {_ZERO_MEND}",)
    if seconds > 1e11:
        return _unread(text), (f"{text!r} looks like milliseconds, not seconds; {_ZERO_MEND}",)
    return _checked(text, moment, moment.replace(tzinfo=None), 1, [])


def _unread(text: str) -> Instant:
    return Instant(original=text, utc=None, local=None, zone_stated=False, precision_s=0)


def _instant(
    text: str,
    parts: dict[str, str],
    clock: _Clock,
    read_zone: _Zone,
    stated: tzinfo | None,
    stated_text: str | None,
    day_first: bool | None,
) -> tuple[Instant, tuple[str, ...]]:
    notes = [note for note in (clock.note, read_zone.note) if note is not None]
    tz = read_zone.tz
    order = _order(parts, day_first)
    if order is None:
        notes.append(f"{text!r}: nothing says whether day or month comes first; {_ZERO_MEND}")
        return Instant(text, None, None, tz is not None, clock.precision_s, day_month_open=True), tuple(notes)
    try:
        local = datetime(int(parts["y"]), order[0], order[1]) + clock.delta  # noqa: DTZ001 - as the clock showed it
    except (ValueError, OverflowError):
        return _unread(text), (f"{text!r} is no date of the calendar; {_ZERO_MEND}",)
    if tz is None and stated is not None:
        tz = stated
        notes.append(
            f"{text!r}: no zone in the text; read as {stated_text}, which a person stated for this source"
        )
    if tz is None:
        notes.append(f"{text!r}: the zone is not stated; ask the sender, nothing is assumed")
        if _is_zero(local):
            notes[-1] = f"{text!r} is a device's zero or overflow, not a time; {_ZERO_MEND}"
        return Instant(text, None, local, False, clock.precision_s), tuple(notes)
    readings = _utc_readings(local, tz)
    if len(readings) != 1:
        times = "twice" if readings else "never"
        notes.append(f"{text!r}: the clocks of {stated_text or tz} showed this {times}; {_ZERO_MEND}")
        return Instant(text, None, local, True, clock.precision_s), tuple(notes)
    return _checked(text, readings[0], local, clock.precision_s, notes)


def _checked(
    text: str, utc: datetime, local: datetime, precision_s: int, notes: list[str]
) -> tuple[Instant, tuple[str, ...]]:
    if _is_zero(utc.replace(tzinfo=None)) or _is_zero(local):
        notes.append(f"{text!r} is a device's zero or overflow, not a time; {_ZERO_MEND}")
        return Instant(text, None, local, True, precision_s), tuple(notes)
    return Instant(text, utc, local, True, precision_s), tuple(notes)


def _is_zero(moment: datetime) -> bool:
    """The first year of a clock that was never set, and the last moments that 32 bits can count to."""
    return moment.year <= 1970 or moment.date().isoformat() == "2038-01-19" or moment.year >= 2106


def _order(parts: dict[str, str], day_first: bool | None) -> tuple[int, int] | None:
    """(month, day), or None where both orders are possible and nobody stated one."""
    if parts.get("mon"):
        return _MONTHS.get(parts["mon"].casefold(), 0), int(parts["d"])
    if "a" not in parts:
        return int(parts["m"]), int(parts["d"])
    a, b = int(parts["a"]), int(parts["b"])
    if a > 12 or a == b:
        return b, a
    if b > 12:
        return a, b
    if day_first is None:
        return None
    return (b, a) if day_first else (a, b)


def _clock(rest: str) -> _Clock | None:
    if not rest.strip():
        return _Clock(timedelta(), 86400, "", None)
    for pattern in _CLOCKS:
        found = pattern.match(rest)
        if found is not None:
            return _read_clock(found, rest[found.end() :])
    return _Clock(timedelta(), 86400, rest, None)  # a date with a zone and no clock


def _read_clock(found: re.Match[str], rest: str) -> _Clock | None:
    hour, minute, second = int(found["h"]), int(found["mi"] or 0), int(found["s"] or 0)
    half = (found["half"] or "").casefold()
    precision = 1 if found["s"] else 60 if found["mi"] else 3600
    note = None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if second == 60:
        second, precision, note = 59, 2, "a leap second (:60) read as :59 with a precision of 2 s"
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    micro = int((found["f"] or "").ljust(6, "0")[:6]) if found["f"] else 0
    return _Clock(
        timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro), precision, rest, note
    )


@lru_cache(maxsize=1024)
def _zone(text: str) -> _Zone | None:
    """The zone in what is left of the text; None where what is left is no zone at all."""
    stated = text.strip().strip("()").strip()
    if not stated:
        return _Zone(None, None)
    if stated.upper() in ("Z", "UTC", "GMT", "UT"):
        return _Zone(UTC, None)
    if offset := _OFFSET.fullmatch(stated):
        hours, minutes = int(offset["h"]), int(offset["m"] or 0)
        if minutes > 59 or hours > 14:
            return _Zone(None, f"{stated!r} is no offset on this earth")
        sign = 1 if offset["sign"] == "+" else -1
        return _Zone(timezone(sign * timedelta(hours=hours, minutes=minutes)), None)
    if "/" in stated:
        try:
            return _Zone(ZoneInfo(stated), None)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    if _LETTERS.fullmatch(stated):
        return _Zone(None, f"{stated!r} means several zones; ask for an offset, such as +05:30")
    return None


def _utc_readings(local: datetime, tz: tzinfo) -> list[datetime]:
    """Every UTC instant at which a clock in `tz` showed `local`: two in a fold, none in a gap."""
    found: list[datetime] = []
    for fold in (0, 1):
        try:
            utc = local.replace(tzinfo=tz, fold=fold).astimezone(UTC)
            back = utc.astimezone(tz).replace(tzinfo=None)
        except OverflowError:
            continue
        if back == local and utc not in found:
            found.append(utc)
    return found
