"""Working time: when a unit is at work, in hours since a year began."""

from bisect import bisect_right
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import simpy

from faru.evaluation.durations import Unit
from faru.policy import Calendar

Wait = Generator[simpy.Event, None, None]


@dataclass(frozen=True, slots=True)
class Shifts:
    """The hours of work of a year, as (opens, closes) in order."""

    opens: tuple[float, ...]
    hours: float  # of each

    def next_open(self, now: float) -> float | None:
        """When work can go on: `now` itself while the unit is at work; None after the last shift."""
        index = bisect_right(self.opens, now) - 1
        if index >= 0 and now < self.opens[index] + self.hours:
            return now
        return self.opens[index + 1] if index + 1 < len(self.opens) else None

    def closes(self, now: float) -> float:
        """When the shift that is on at `now` ends."""
        return self.opens[bisect_right(self.opens, now) - 1] + self.hours


def shifts(begins: datetime, ends: datetime, unit: Unit, calendar: Calendar) -> Shifts:
    """The unit's shifts that open between two instants (aware)."""
    zone = ZoneInfo(calendar.zone)
    day, last = begins.astimezone(zone).date(), ends.astimezone(zone).date()
    opens = []
    while day <= last:
        at = datetime.combine(day, time(unit.opens_at), zone)
        if calendar.works(day) and begins <= at < ends:
            opens.append((at - begins).total_seconds() / 3600)
        day += timedelta(days=1)
    return Shifts(tuple(opens), float(unit.hours_a_day))


def at_work(env: simpy.Environment, hours: Shifts) -> Wait:
    """Waits until the unit is at work; after the last shift for ever."""
    now = hours.next_open(env.now)
    yield env.event() if now is None else env.timeout(now - env.now)


def work(env: simpy.Environment, hours: Shifts, amount: float) -> Wait:
    """Spends this many hours of working time, over nights and weekends."""
    while amount > 1e-9:
        yield from at_work(env, hours)
        spent = min(amount, hours.closes(env.now) - env.now)
        yield env.timeout(spent)
        amount -= spent
