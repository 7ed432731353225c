"""How the report says a time, a length, a hash and a handling code: the same everywhere in it."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from faru.vocabulary import Handling, Instant

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

VERDICTS: Final = {
    "unique": "One subscriber fits, whichever way the clocks may have stood.",
    "unique_fragile": "One subscriber fits, and a small error of a clock would change the answer.",
    "ambiguous": "Several subscribers fit, and nothing reported tells them apart.",
    "contradicted": "The records cover the time and name nobody, or two sources disagree.",
    "no_record": "No record answers, and the carrier has not stated that its records cover the time.",
    "port_missing": "The address was shared, and no port was reported that would tell its users apart.",
    "time_uncertain": "The reported time can be read in several ways.",
    "not_theirs": "The address was not the carrier's at that time.",
}
"""What each verdict means, in one sentence."""


def moment(at: datetime | None, zone: ZoneInfo) -> dict[str, str] | None:
    """A time in the unit's zone and in UTC, to the second: {"local", "utc"}."""
    if at is None:
        return None
    try:
        local = at.astimezone(zone)
    except OverflowError:  # the first or the last day of the calendar
        local = at.astimezone(UTC)
    utc = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year:04}"
    return {"local": f"{day} {local:%H:%M:%S}", "utc": utc.isoformat(" ") + " UTC"}


def instant(at: Instant | None, zone: ZoneInfo) -> dict[str, str] | None:
    """A reported time with its original, its precision and what is not certain about it, as `note`."""
    if at is None:
        return None
    notes = [f"as reported: {at.original}", f"cut off at the {length(at.precision_s)}"]
    if not at.zone_stated:
        notes.append("zone not stated")
    if at.day_month_open:
        notes.append("day and month can be swapped")
    told = moment(at.utc, zone) or {"local": at.original, "utc": "no UTC can be given"}
    return {**told, "note": "; ".join(notes)}


def length(seconds: int) -> str:
    """The unit that a time was cut off at."""
    named = {1: "second", 60: "minute", 3600: "hour", 86400: "day"}
    return named.get(seconds, f"last {seconds} s")


def offset(seconds: float) -> str:
    """A difference of clocks, with its sign: "+1 s", "−5 h"."""
    sign, size = ("+" if seconds > 0 else "\N{MINUS SIGN}"), abs(seconds)
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if size and size % unit == 0:
            return f"{sign}{size / unit:.0f} {name}"
    return f"{sign}{size:.6f}".rstrip("0").rstrip(".") + " s" if size else "0 s"


def grouped(value: str, size: int = 8) -> str:
    """A long hash in groups, so that it can be read out and compared."""
    return " ".join(value[start : start + size] for start in range(0, len(value), size))


def handling(code: Handling) -> str:
    """A handling code in one line."""
    level = f"TLP:{code.tlp}" if code.tlp else "handling code not stated"
    return " · ".join((level, *code.caveats))


def count(number: int, one: str, many: str | None = None) -> str:
    """ "1 row", "2 rows"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
