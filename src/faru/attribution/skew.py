"""Would another clock have named somebody else? Exactly, by breakpoints, and by the usual misreadings.

The set of candidates changes only where an offset moves the window over a row's start or end. Between two
such offsets it is constant, so nothing is sampled. Readings are shown, none is chosen.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby
from operator import itemgetter
from typing import Final

from faru.attribution.moments import HOUR, SECOND, micros, moment
from faru.attribution.observations import Asked
from faru.attribution.rows import RecordRow
from faru.loaders.times import read_time

AS_STATED: Final = "as stated"
MOST: Final = 500
"""Above so many rows around (a shared address without a port) no steps are computed, and the report says so.
"""


@dataclass(frozen=True, slots=True)
class SkewPlan:
    """How far a clock may be off (seconds), and the unit's own zone, where local time and UTC may be
    confused.
    """

    reach_s: int = 3600
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the reported time: its name and the instant it gives, in microseconds."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Step:
    """For offsets in [offset_from, offset_to) microseconds the core window has exactly these subscribers."""

    offset_from: int
    offset_to: int
    subscribers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingAnswer:
    """Whom a reading names, and whether that differs from the time as stated."""

    reading: Reading
    subscribers: tuple[str, ...]
    changes: bool


@dataclass(frozen=True, slots=True)
class SkewReport:
    """All steps within the reach (the last one closed), and the answers of the readings."""

    reach: int  # microseconds
    steps: tuple[Step, ...] | None  # None: not computed, more than MOST rows lie around
    readings: tuple[ReadingAnswer, ...]

    @property
    def first_change(self) -> int | None:
        """The smallest offset, in microseconds with its sign, at which others are named; None: at none."""
        found = self.steps or ()
        later = [step.offset_from for step in found if step.offset_from > 0]
        earlier = [step.offset_to - 1 for step in found if step.offset_to <= 0]
        return min((*later[:1], *earlier[-1:]), key=abs, default=None)


def steps(asked: Asked, rows: Sequence[RecordRow], reach: int) -> tuple[Step, ...] | None:
    """The candidate sets of the core window moved by every offset in [-reach, reach].

    `rows` are all rows that fit the address and port and meet the core window widened by `reach`. None where
    there are more than `MOST` of them; () where the time is uncertain.
    """
    core = asked.core
    if core is None:
        return ()
    if len(rows) > MOST:
        return None
    first, last = core
    # A row meets the window moved by d when start <= last + d and end > first + d,
    # so for d in [start - last, end - first).
    events: list[tuple[int, int, str]] = []
    for row in rows:
        begin = max(row.start - last, -reach)
        end = reach + 1 if row.end is None else min(row.end - first, reach + 1)
        if begin < end:
            events += [(begin, 1, row.subscriber), (end, -1, row.subscriber)]
    found: list[Step] = []
    held: Counter[str] = Counter()
    at = -reach
    for cut, changes in groupby(sorted(events), key=itemgetter(0)):
        if cut > at:
            found.append(Step(at, cut, _present(held)))
            at = cut
        for _, change, who in changes:
            held[who] += change
    if at <= reach:
        found.append(Step(at, reach + 1, _present(held)))
    return _joined(found)


def _present(held: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(who for who, rows in held.items() if rows > 0))


def _joined(found: Iterable[Step]) -> tuple[Step, ...]:
    """Neighbours with the same subscribers are one step: a renewed lease changes nothing."""
    joined: list[Step] = []
    for step in found:
        if joined and joined[-1].subscribers == step.subscribers:
            joined[-1] = Step(joined[-1].offset_from, step.offset_to, step.subscribers)
        else:
            joined.append(step)
    return tuple(joined)


def readings_of(asked: Asked, zone: tzinfo | None) -> tuple[Reading, ...]:
    """The other ways in which the reported time may have been meant, each instant once."""
    if asked.at is None:
        return _once(_uncertain(asked, zone), None)
    stated = moment(asked.at)
    found: list[tuple[str, datetime | None]] = []
    if zone is not None:
        found += [
            ("the unit's local time was marked as UTC", _local_as_utc(stated, zone)),
            ("UTC was taken for the unit's local time", _utc_as_local(stated, zone)),
        ]
    for hours in (1, -1, 12, -12):
        found.append((f"{hours:+d} h", stated + timedelta(hours=hours)))
    local = asked.instant.local or stated.replace(tzinfo=None)
    shift = local - stated.replace(tzinfo=None)
    found.append(("day and month exchanged", _on_clock(_exchanged(local), shift)))
    for years in (1, -1):
        found.append((f"{years:+d} year", _on_clock(_moved_years(local, years), shift)))
    return _once(found, asked.at)


def _uncertain(asked: Asked, zone: tzinfo | None) -> Iterable[tuple[str, datetime | None]]:
    orders = (
        ((True, "day first, "), (False, "month first, ")) if asked.instant.day_month_open else ((None, ""),)
    )
    for day_first, prefix in orders:
        instant = asked.instant
        if day_first is not None:
            instant = read_time(asked.instant.original, day_first=day_first)[0]
        if instant.utc is not None:
            yield prefix + AS_STATED, instant.utc
        elif instant.local is not None:
            yield prefix + "as UTC", instant.local.replace(tzinfo=UTC)
            if zone is not None:
                yield prefix + "as the unit's local time", instant.local.replace(tzinfo=zone).astimezone(UTC)


def _once(found: Iterable[tuple[str, datetime | None]], stated: int | None) -> tuple[Reading, ...]:
    """Each instant once: a second name for the same instant is added to the first."""
    by_instant: dict[int, str] = {}
    for name, at in found:
        if at is not None and (us := micros(at)) != stated:
            by_instant[us] = f"{by_instant[us]}; {name}" if us in by_instant else name
    return tuple(Reading(name, us) for us, name in by_instant.items())


def _local_as_utc(stated: datetime, zone: tzinfo) -> datetime:
    """The digits were the unit's clock: the true instant is what that clock showed them at."""
    return stated.replace(tzinfo=zone).astimezone(UTC)


def _utc_as_local(stated: datetime, zone: tzinfo) -> datetime:
    """The digits were made from UTC digits as if those were local: the true instant has the local digits."""
    return stated.astimezone(zone).replace(tzinfo=UTC)


def _exchanged(local: datetime) -> datetime | None:
    return (
        None
        if local.day > 12 or local.day == local.month
        else local.replace(day=local.month, month=local.day)
    )


def _moved_years(local: datetime, years: int) -> datetime | None:
    try:
        return local.replace(year=local.year + years)
    except ValueError:
        return None  # 29 February


def _on_clock(local: datetime | None, shift: timedelta) -> datetime | None:
    return None if local is None else (local - shift).replace(tzinfo=UTC)


def offset_text(us: int) -> str:
    """An offset as a person says it: "+1 h 30 min", "-2.5 s"."""
    sign, rest = ("-" if us < 0 else "+"), abs(us)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, 60 * SECOND)
    seconds = f"{rest / SECOND:.6f}".rstrip("0").rstrip(".")
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    if seconds != "0" or not parts:
        parts.append(f"{seconds} s")
    return sign + " ".join(parts)
