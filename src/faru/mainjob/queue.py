"""Files of alerts to the queue in order: read, look up the carriers, rank. No database, nothing written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from faru.attribution.carriers import CarrierTable
from faru.attribution.outlook import outlook
from faru.formats.column_map import ColumnMap
from faru.formats.intake import FileReading, read_paths
from faru.formats.options import ReadOptions
from faru.packs.model import Pack
from faru.triage import Ranking, rank
from faru.vocabulary import AddressOutlook, Identity, Referral

Progress = Callable[[int, int], None]
Outlooks = Mapping[Identity, tuple[AddressOutlook, ...]]


@dataclass(frozen=True, slots=True)
class Queue:
    """What was read, what is known of its addresses, and the order it comes to."""

    readings: tuple[FileReading, ...]
    referrals: tuple[Referral, ...]
    outlooks: Outlooks
    ranking: Ranking


def read_options(pack: Pack, maps: Iterable[ColumnMap] = ()) -> ReadOptions:
    """How the unit of this pack reads what comes in."""
    return ReadOptions(maps=tuple(maps), country=pack.country, country_names=(pack.name,))


def look_up(referrals: Iterable[Referral], pack: Pack, now: datetime) -> Outlooks:
    """For each observation the carrier that held the address, and the hours its records have left."""
    table = CarrierTable(pack.carriers)
    return {
        referral.identity: tuple(outlook(seen, table, now) for seen in referral.observations)
        for referral in referrals
    }


def queue(
    paths: Iterable[Path],
    pack: Pack,
    now: datetime,
    *,
    maps: Iterable[ColumnMap] = (),
    progress: Progress | None = None,
) -> Queue:
    """Read everything at or below `paths` and rank it at `now` (aware) by the pack's rules."""
    readings = tuple(read_paths(paths, read_options(pack, maps), progress))
    referrals = tuple(referral for reading in readings for referral in reading.referrals)
    outlooks = look_up(referrals, pack, now)
    return Queue(readings, referrals, outlooks, rank(referrals, outlooks, pack.rulebook, now))
