"""How long is left, in words that never promise more than there is: 40 min, 7 h, 31 h, 9 d, then a date."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from faru.desk.look.times import day_of

DYING_HOURS: Final = 24
SOON_HOURS: Final = 48
DATE_FROM_HOURS: Final = 14 * 24


class Clock(StrEnum):
    """What a clock looks like; the value is its class in the style sheet."""

    GONE = "gone"
    DYING = "dying"
    SOON = "soon"
    CALM = "calm"


def state(hours: float) -> Clock:
    """Gone at zero; dying within a day; soon within two."""
    if hours <= 0:
        return Clock.GONE
    if hours <= DYING_HOURS:
        return Clock.DYING
    return Clock.SOON if hours <= SOON_HOURS else Clock.CALM


def span(hours: float) -> str:
    """A length of time, rounded down: "40 min", "31 h", "9 d". Whole days from 48 hours on."""
    if hours < 1:
        return f"{int(hours * 60)} min"
    return f"{int(hours)} h" if hours < 48 else f"{int(hours // 24)} d"


@dataclass(frozen=True, slots=True)
class Left:
    """A clock: its state, and "7 h" or, over 14 days, "3 Apr 2026"; `text` is empty where it is gone."""

    state: Clock
    text: str


def left(hours: float, *, now: datetime, zone: tzinfo) -> Left:
    """The clock of something that ends `hours` after `now` (aware); dates are in `zone`."""
    found = state(hours)
    if found is Clock.GONE:
        return Left(found, "")
    if hours <= DATE_FROM_HOURS:
        return Left(found, span(hours))
    return Left(found, day_of((now + timedelta(hours=hours)).astimezone(zone), weekday=False))
