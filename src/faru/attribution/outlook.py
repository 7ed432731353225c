"""The log-expiry clock: what can be said about an observation before its carrier is asked.

Retention end of the decisive kind of record, counted from the observation's instant, minus now.
Behind carrier-grade NAT the port decides, so the NAT log is the decisive record; elsewhere the session's.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from faru.attribution.carriers import Carrier, CarrierTable, RecordKind
from faru.loaders.addresses import read_address
from faru.vocabulary import AddressOutlook, Instant, Observation

EARLIEST_ZONE: Final = timedelta(hours=14)
"""UTC+14: no clock on earth is further ahead, so no reading of a local time is earlier."""


def outlook(observation: Observation, table: CarrierTable, now: datetime) -> AddressOutlook:
    """Carrier, sharing and hours left of one observation; `now` is aware. None where something is unknown."""
    if observation.address is None:
        return AddressOutlook(carrier=None, shared=None, routable=None, hours_left=None)
    routable = not read_address(observation.address).private
    instant, earliest = _instant(observation.at)
    match = table.find(observation.address, instant)
    if match is None:
        return AddressOutlook(
            carrier=None, shared=None, routable=routable, hours_left=None, earliest_reading=earliest
        )
    shared = match.prefix.shared
    days = _days(match.carrier, decisive_kind(shared))
    hours = None
    if days is not None and instant is not None:
        hours = _hours_between(now, instant, days)
    return AddressOutlook(
        carrier=match.carrier.id,
        shared=shared,
        routable=routable,
        hours_left=hours,
        earliest_reading=earliest,
    )


def decisive_kind(shared: bool | None) -> RecordKind:
    """The kind of record that names a subscriber of a prefix."""
    return RecordKind.NAT if shared else RecordKind.SESSION


def _hours_between(now: datetime, instant: datetime, days: int) -> float | None:
    """Hours from now until `days` after the instant; None beyond the calendar's ends."""
    try:
        return (instant + timedelta(days=days) - now) / timedelta(hours=1)
    except OverflowError:
        return None


def _instant(at: Instant | None) -> tuple[datetime | None, bool]:
    """The instant to count from, and whether it is only the earliest reading of a time without a zone."""
    if at is None:
        return None, False
    if at.utc is not None:
        return at.utc, False
    if at.local is None or at.zone_stated:
        return None, False
    try:
        return earliest_reading(at.local), True
    except OverflowError:  # the first day of the calendar has no earlier reading
        return None, False


def earliest_reading(local: datetime) -> datetime:
    """The earliest instant in UTC at which a clock on earth can have shown `local`."""
    return (local - EARLIEST_ZONE).replace(tzinfo=UTC)


def _days(carrier: Carrier, kind: RecordKind) -> int | None:
    known = [
        retention.days
        for retention in carrier.retention
        if retention.kind is kind and retention.days is not None
    ]
    return min(known) if known else None
