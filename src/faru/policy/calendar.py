"""When a term ends: plain hours for a child's safety, working days where the law counts them.

Zone, weekend and holidays are the pack's data. Every instant that goes in or comes out is aware; what comes
out is in UTC.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Unit(StrEnum):
    """What a term is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"  # calendar days: the same clock time so many days later
    WORKING_DAYS = "working_days"  # ends with the last working day; the first day is not counted
    MONTHS = "months"  # the same day of the month, or its last day
    YEARS = "years"


_LONGEST = 40_000  # of any unit: no term of law is longer, and a count of working days stays a short loop


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time, `amount` from 0 to 40,000."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= _LONGEST:
            raise ValueError(f"A term counts from 0 to {_LONGEST}, not {self.amount}.")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A unit's calendar.

    `weekend` holds weekdays, Monday 0 to Sunday 6, and leaves at least one day to work; `holidays_until` is
    the last day the list of holidays was made for: beyond it a count of working days is not certain.
    """

    zone: str
    weekend: frozenset[int]
    holidays: frozenset[date] = frozenset()
    holidays_until: date | None = None

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)  # an unknown zone is refused here, not in the middle of a case
        if not self.weekend <= set(range(7)) or len(self.weekend) == 7:
            raise ValueError("A weekend is made of weekdays 0 to 6 and leaves at least one working day.")

    def works(self, day: date) -> bool:
        """Whether `day` is neither weekend nor holiday."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def due(self, start: datetime, term: Term) -> datetime | None:
        """The instant a term that starts at `start` runs out; None beyond the years a calendar has.

        A local time that a clock change leaves out is read with the offset before the change; of a local time
        that happens twice the first is taken.
        """
        try:
            if term.unit is Unit.MINUTES:
                return start.astimezone(UTC) + timedelta(minutes=term.amount)
            if term.unit is Unit.HOURS:
                return start.astimezone(UTC) + timedelta(hours=term.amount)
            local = start.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None, fold=0)
            if term.unit is Unit.WORKING_DAYS:
                return self._utc(datetime.combine(self._after(local.date(), term.amount), time()))
            if term.unit is Unit.DAYS:
                return self._utc(local + timedelta(days=term.amount))
            months = term.amount * (12 if term.unit is Unit.YEARS else 1)
            return self._utc(datetime.combine(_add_months(local.date(), months), local.time()))
        except (OverflowError, ValueError):
            return None

    def certain(self, due: datetime, term: Term) -> bool:
        """Whether the list of holidays reaches as far as a term in working days does."""
        if term.unit is not Unit.WORKING_DAYS:
            return True
        last_moment = due - timedelta(microseconds=1)
        last_day = last_moment.astimezone(ZoneInfo(self.zone)).date()
        return self.holidays_until is not None and last_day <= self.holidays_until

    def show(self, instant: datetime) -> str:
        """The instant as people read it: local clock, its offset, and UTC behind it."""
        utc = instant.astimezone(UTC)
        try:
            local = instant.astimezone(ZoneInfo(self.zone))
        except OverflowError:
            local = utc
        offset = f"{local:%z}"
        return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]} ({utc:%Y-%m-%d %H:%M} UTC)"

    def _after(self, first: date, working_days: int) -> date:
        """The day after the last of so many working days that follow `first`."""
        day, left = first, working_days
        while left:
            day += timedelta(days=1)
            left -= self.works(day)
        return day + timedelta(days=1)

    def _utc(self, local: datetime) -> datetime:
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


def _add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
