"""A table that waits for its map: its header, some rows, and how it would be read."""

from dataclasses import dataclass, replace
from typing import Final

from faru.desk.referrals.models import RawPart, ReceivedFile, SavedMap
from faru.desk.referrals.reading import options
from faru.desk.referrals.receiving import raw_stream
from faru.formats.column_map import ColumnMap, header_of, load_map, sample_rows
from faru.formats.intake import read_batches
from faru.loaders.text import shown
from faru.vocabulary import Referral

SAMPLES: Final = 3
TRIED: Final = 5
"""Rows of a dry run that the page shows."""


@dataclass(frozen=True, slots=True)
class Table:
    """The first table of a received file."""

    part: RawPart
    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]  # by column, fit to be shown
    saved: SavedMap | None  # the map that fits it now
    known: ColumnMap | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a map would make of a table."""

    referrals: tuple[Referral, ...]  # the first ones
    count: int
    sentences: tuple[str, ...]  # the first parts that would be set aside
    aside: int


def table_of(file: ReceivedFile) -> Table | None:
    """The file as a table; None where its bytes are not kept. Raises the loaders' Refused."""
    part: RawPart | None = file.parts.filter(listing=False).first()
    if part is None:
        return None
    with raw_stream(part) as stream:
        header = header_of(stream, part.name)
        rows = sample_rows(stream, part.name, SAMPLES)
    by_column = tuple(tuple(shown(row[place])[0] for row in rows) for place in range(len(header)))
    saved, known = _fitting(header)
    return Table(part, header, by_column, saved, known)


def _fitting(header: tuple[str, ...]) -> tuple[SavedMap | None, ColumnMap | None]:
    for one in SavedMap.objects.all():
        known = load_map(one.content.encode(), one.name)
        if not known.missing(header):
            return one, known
    return None, None


def try_out(table: Table, chosen: ColumnMap) -> Tried:
    """Read the table by this map alone; nothing is stored."""
    referrals: list[Referral] = []
    sentences: list[str] = []
    count = aside = 0
    with raw_stream(table.part) as stream:
        for batch in read_batches(table.part.name, stream, replace(options(), maps=(chosen,))):
            referrals += batch.referrals[: TRIED - len(referrals)]
            sentences += [one.sentence for one in batch.set_aside[: TRIED - len(sentences)]]
            count, aside = count + len(batch.referrals), aside + len(batch.set_aside)
    return Tried(tuple(referrals), count, tuple(sentences), aside)
