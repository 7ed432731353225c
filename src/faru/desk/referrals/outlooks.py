"""What can be said of a referral's observations before a carrier is asked: carrier, sharing, expiry."""

from datetime import datetime, timedelta
from functools import cache

from faru.attribution.carriers import CarrierTable
from faru.attribution.outlook import outlook
from faru.desk import unit
from faru.desk.referrals.models import Observation
from faru.vocabulary import AddressOutlook
from faru.vocabulary import Referral as Read


def of(read: Read, now: datetime) -> tuple[AddressOutlook, ...]:
    """One outlook per observation, in their order."""
    table = _table(unit.pack().digest)
    return tuple(outlook(seen, table, now) for seen in read.observations)


@cache
def _table(_digest: str) -> CarrierTable:
    return CarrierTable(unit.pack().carriers)


def put(seen: Observation, looked: AddressOutlook, now: datetime) -> bool:
    """Note an outlook on a row; whether the row says something else now."""
    dies = None if looked.hours_left is None else now + timedelta(hours=looked.hours_left)
    same_time = (seen.dies_at is None) == (dies is None) and (
        dies is None or seen.dies_at is None or abs((seen.dies_at - dies).total_seconds()) < 1
    )
    if (seen.carrier, seen.shared) == (looked.carrier or "", looked.shared) and same_time:
        return False
    seen.carrier, seen.shared, seen.dies_at = looked.carrier or "", looked.shared, dies
    seen.earliest_reading = looked.earliest_reading
    return True
