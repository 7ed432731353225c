"""Instants as microseconds since 1970 in UTC: what the engine computes with, and how they print."""

from datetime import UTC, datetime, timedelta
from typing import Final

SECOND: Final = 1_000_000
HOUR: Final = 3600 * SECOND
DAY: Final = 24 * HOUR

_ZERO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """An aware datetime as microseconds. Raises ValueError for a naive one: no zone is supplied here."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is no instant")
    return (moment - _ZERO) // _MICRO


def moment(us: int) -> datetime:
    """Microseconds as an aware datetime in UTC. Raises OverflowError outside the years 1 to 9999."""
    return _ZERO + timedelta(microseconds=us)


def iso(us: int) -> str:
    """ISO 8601 in UTC with a Z; microseconds only where they are not zero."""
    at = moment(us)
    text = at.isoformat(timespec="microseconds" if at.microsecond else "seconds")
    return text.removesuffix("+00:00") + "Z"


def iso_or_open(us: int | None) -> str:
    """As `iso`, and "" for an end that is still open."""
    return "" if us is None else iso(us)
