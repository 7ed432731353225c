"""Time as somebody wrote it, and what it can honestly mean."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Instant:
    """One reported time.

    The truth lies in [utc, utc + precision]: senders cut times off, they do not round them.
    A zone that nobody stated is never supplied: then `utc` is None and `local` holds the clock reading.
    """

    original: str
    utc: datetime | None  # aware, in UTC; None where the zone is not stated or the text has several readings
    local: datetime | None  # naive clock reading as written; None where day and month could be swapped
    zone_stated: bool
    precision_s: int  # the last unit written: second 1, minute 60, hour 3,600, day 86,400
    day_month_open: bool = False  # "03-04-2026": nothing in the text says which comes first

    @property
    def precision(self) -> timedelta:
        """The precision as a duration."""
        return timedelta(seconds=self.precision_s)

    def iso(self) -> str | None:
        """`utc` as ISO 8601 with a Z, whole seconds where the fraction is zero; None where `utc` is None."""
        if self.utc is None:
            return None
        timespec = "microseconds" if self.utc.microsecond else "seconds"
        return self.utc.replace(tzinfo=None).isoformat(timespec=timespec) + "Z"
