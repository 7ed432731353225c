"""Times as the desk writes them: the unit's zone first, UTC beneath, in words that are never translated.

Day and month names stay English and left to right in both languages, so that a date reads the same on a
page, in a letter and in court.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SPANS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))


@dataclass(frozen=True, slots=True)
class Reading:
    """One instant in two zones: "Tue 3 Mar 2026 15:40:12" and "10:40:12 UTC"."""

    local: str
    utc: str | None  # None where the unit's zone is UTC itself


def zone_of(value: object) -> tzinfo:
    """The unit's zone from what a template holds: a zone, its name, or nothing, which is UTC."""
    if isinstance(value, tzinfo):
        return value
    return ZoneInfo(value) if isinstance(value, str) and value else UTC


def read(moment: datetime, zone: tzinfo, *, precision_s: int = 1) -> Reading:
    """An aware `moment` in `zone` and in UTC, without seconds where `precision_s` is a minute or more."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone can't be shown: give an aware instant.")
    local, utc = moment.astimezone(zone), moment.astimezone(UTC)
    if local.replace(tzinfo=None) == utc.replace(tzinfo=None):
        return Reading(f"{clock_reading(local, precision_s=precision_s)} UTC", None)
    day = "" if local.date() == utc.date() else f"{day_of(utc)} "
    return Reading(clock_reading(local, precision_s=precision_s), f"{day}{_time(utc, precision_s)} UTC")


def clock_reading(moment: datetime, *, precision_s: int = 1) -> str:
    """Date and time as they stand, whatever the zone: "Tue 3 Mar 2026 15:40:12"."""
    return f"{day_of(moment)} {_time(moment, precision_s)}"


def day_of(day: date, *, weekday: bool = True) -> str:
    """A day as "Tue 3 Mar 2026", or "3 Mar 2026"."""
    name = f"{DAYS[day.weekday()]} " if weekday else ""
    return f"{name}{day.day} {MONTHS[day.month - 1]} {day.year:04d}"


def precision_words(seconds: int) -> str:
    """A precision in its largest whole unit: "±1 s", "±1 min", "±1 h", "±1 d"."""
    for span, unit in _SPANS:
        if seconds >= span and seconds % span == 0:
            return f"±{seconds // span} {unit}"
    return f"±{seconds} s"


def _time(moment: datetime, precision_s: int) -> str:
    return f"{moment:%H:%M}" if precision_s >= 60 else f"{moment:%H:%M:%S}"
