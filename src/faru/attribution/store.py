"""The record store: delivered files into one sorted Parquet file that a lookup reads only in part.

Sorted by (span, prefix length, address, start, file, row). `span` keeps long leases apart: among short ones
the last end of a row group lies close to its last start, so a group can be skipped by time and not only by
address.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from faru.attribution.blocks import MAPPED_LOW, WHOLE, Block, read_block
from faru.attribution.carriers import RecordKind
from faru.attribution.delivered import Reject, Unusable, write_rejects, wrong_width
from faru.attribution.moments import DAY, HOUR
from faru.attribution.overlaps import Overlap, count_overlaps
from faru.attribution.records import READERS
from faru.attribution.records.layout import CELLS, Delivered
from faru.attribution.records.parsing import STAGED, TEXTS, ReadRow, read_row, staging_query
from faru.bulk import Bulk, BulkFault, ParquetFault, notes_of

LAYOUT: Final = "faru-records-1"
SPANS: Final = (HOUR, DAY, 30 * DAY)
"""Upper bounds of the classes 0, 1 and 2 of `span`; longer and open ones are class 3."""

_WORK: Final = (10, 4, 4, 8)
"""The shares of reading in bulk, reading the rest, looking for overlaps, and writing (measured)."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One file to be imported, and what its sender says about it.

    `origin` names the system that wrote it ("radius-1"): two origins of one kind that contradict one another
    make a verdict `contradicted`. None: the file itself is the origin.
    """

    path: Path
    carrier: str | None = None
    kind: RecordKind | None = None
    origin: str | None = None
    layout: str = "canonical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One imported file, as the store remembers it. `file` is its number in the store's rows."""

    file: int
    name: str
    sha256: str
    size: int
    layout: str
    carrier: str | None
    kind: RecordKind | None
    origin: str
    rows: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of the delivered files."""

    store: Path
    sources: tuple[Source, ...]
    rows: int
    rejected: int
    overlaps: int  # rows that begin while another subscriber still holds the same address and ports
    overlap_examples: tuple[Overlap, ...]
    notes: tuple[str, ...]  # whole sentences


def import_records(
    deliveries: Sequence[Delivery],
    store: Path,
    rejects: Path,
    *,
    memory: str = "1GB",
    progress: Progress | None = None,
) -> ImportReport:
    """Read the files into one store at `store`; what was set aside goes to the CSV `rejects`.

    Raises Unusable where a file can't be read or lacks a column: then nothing is written.
    `progress` is called with (work done, work in all), in no unit.
    """
    opened = [READERS[delivery.layout].open(delivery.path) for delivery in deliveries]
    steps = sum(_WORK[:2]) * len(deliveries) + sum(_WORK[2:])
    step = progress or (lambda done, total: None)
    store.parent.mkdir(parents=True, exist_ok=True)
    part = store.with_name(store.name + ".part")
    with Bulk(reads=[d.path for d in deliveries], writes=[part], memory=memory) as bulk:
        further = [name for name in STAGED if any(name in file.places for file in opened)]
        _make_tables(bulk, further)
        sources, notes = [], []
        for number, (delivery, file) in enumerate(zip(deliveries, opened, strict=True)):
            relation = _stage(bulk, number, delivery.path, file)
            step(sum(_WORK[:2]) * number + _WORK[0], steps)
            _read_addresses(bulk)
            _read_the_rest(bulk, number, file, relation, further)
            step(sum(_WORK[:2]) * (number + 1), steps)
            source = _source(bulk, number, delivery, file)
            sources.append(source)
            notes += _notes(source, file)
        overlaps, examples = count_overlaps(bulk, "kept")
        step(steps - _WORK[3], steps)
        _write(bulk, store, sources, further)
        _write_rejects(bulk, rejects, sources, opened)
        step(steps, steps)
    if overlaps:
        notes.append(
            f"{overlaps} rows begin while another subscriber still holds the address and ports: all are kept."
        )
    return ImportReport(
        store=store,
        sources=tuple(sources),
        rows=sum(source.rows for source in sources),
        rejected=sum(source.rejected for source in sources),
        overlaps=overlaps,
        overlap_examples=examples,
        notes=tuple(notes),
    )


def sources_of(store: Path) -> tuple[tuple[Source, ...], tuple[int, ...]]:
    """The files behind a store, and the prefix lengths among its rows. Raises Unusable."""
    try:
        notes = notes_of(store)
    except ParquetFault as fault:
        raise Unusable(f"{store} can't be read as a record store: {fault}.") from None
    if notes.get("faru") != LAYOUT:
        raise Unusable(f"{store} is no record store of this version; import the delivered files again.")
    sources = tuple(
        Source(**{**entry, "kind": RecordKind(entry["kind"]) if entry["kind"] else None})
        for entry in json.loads(notes["sources"])
    )
    return sources, tuple(json.loads(notes["bits"]))


_STORED: Final = {
    "file": "USMALLINT", "row": "BIGINT", "bits": "UTINYINT", "high": "UBIGINT", "low": "UBIGINT",
    "t0": "BIGINT", "t1": "BIGINT", "p0": "USMALLINT", "p1": "USMALLINT", "subscriber": "VARCHAR",
}  # fmt: skip
_FURTHER: Final = {"port_step": "USMALLINT", "last_seen": "BIGINT", **dict.fromkeys(TEXTS, "VARCHAR")}


def _make_tables(bulk: Bulk, further: Sequence[str]) -> None:
    """`staged` as read in bulk, `reread` row by row, and `kept`: both, with their addresses as numbers."""
    kept = {**_STORED, **{name: _FURTHER[name] for name in further}}
    staged = {
        "file": "USMALLINT", "row": "BIGINT", "sure": "BOOLEAN", "address": "VARCHAR",
        **{name: kind for name, kind in kept.items() if name not in ("file", "row", "bits", "high", "low")},
    }  # fmt: skip
    blocks = {"address": "VARCHAR", **{name: _STORED[name] for name in ("bits", "high", "low")}}
    rejects = {"file": "USMALLINT", "row": "BIGINT", "reason": "VARCHAR", "cells": "VARCHAR[]"}
    for name, columns in {"staged": staged, "blocks": blocks, "reread": kept, "rejects": rejects}.items():
        bulk.run(f"CREATE TABLE {name} ({', '.join(f'{key} {kind}' for key, kind in columns.items())})")
    names = ", ".join(kept)
    bulk.run(
        f"CREATE VIEW kept AS SELECT {names} FROM staged JOIN blocks USING (address) WHERE sure "  # noqa: S608
        f"UNION ALL SELECT {names} FROM reread"
    )


def _stage(bulk: Bulk, number: int, name: Path, file: Delivered) -> str:
    """Fill `staged`, in bulk where the file allows it; returns the relation that its rows were read from."""
    fault: BulkFault | None = None
    for relation in file.relations:
        try:
            bulk.run(_staging(number, file, relation))
        except BulkFault as error:
            fault = error
            continue
        return relation
    if file.careful is None:
        raise Unusable(f"{name} can't be read to its end: {fault}. Ask for a new copy.")
    cells = "".join(f", o{index} VARCHAR" for index in range(len(file.columns)))
    bulk.run(f"CREATE OR REPLACE TABLE delivered (row BIGINT{cells})")
    for batch in file.careful():
        texts = {f"o{index}": ("VARCHAR", texts) for index, texts in enumerate(batch.columns)}
        bulk.load("delivered", {"row": ("BIGINT", batch.numbers), **texts})
        _set_aside(bulk, number, batch.rejects)
    relation = "SELECT *, NULL AS torn FROM delivered"
    bulk.run(_staging(number, file, relation))
    return relation


def _staging(number: int, file: Delivered, relation: str) -> str:
    query = staging_query(relation, file.places)
    return f"INSERT INTO staged BY NAME SELECT {number} AS file, * FROM ({query})"  # noqa: S608 - quoted


def _set_aside(bulk: Bulk, number: int, rejects: Sequence[Reject]) -> None:
    bulk.load(
        "rejects",
        {
            "file": ("USMALLINT", [number] * len(rejects)),
            "row": ("BIGINT", [reject.row for reject in rejects]),
            "reason": ("VARCHAR", [reject.reason for reject in rejects]),
            "cells": ("VARCHAR[]", [[_storable(cell) for cell in reject.cells] for reject in rejects]),
        },
    )


def _storable(cell: str) -> str:
    """Bytes that are no character, as \\x92: DuckDB holds UTF-8 alone, and the delivered file keeps the
    bytes.
    """
    if cell.isascii():
        return cell
    return "".join(f"\\x{ord(c) - 0xDC00:02x}" if "\udc80" <= c <= "\udcff" else c for c in cell)


_OCTET: Final = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_V4: Final = " + ".join(f"split_part(address, '.', {n})::UBIGINT * {256 ** (4 - n)}" for n in (1, 2, 3, 4))


def _read_addresses(bulk: Bulk) -> None:
    """Read each distinct address once. What is no address stays out of `blocks`, and its rows are reread."""
    new = "SELECT DISTINCT address FROM staged WHERE sure AND address NOT IN (SELECT address FROM blocks)"
    plain = f"{new} AND regexp_full_match(address, '{_OCTET}[.]{_OCTET}[.]{_OCTET}[.]{_OCTET}')"
    bulk.run(f"INSERT INTO blocks SELECT address, {WHOLE}, 0, {MAPPED_LOW} + {_V4} FROM ({plain})")  # noqa: S608
    found: list[list[tuple[str, Block]]] = []
    for batch in bulk.stream(new):
        read = [(text, read_block(text)) for (text,) in batch]
        found.append([(text, block) for text, block in read if isinstance(block, Block)])
    for blocks in found:
        bulk.load(
            "blocks",
            {
                "address": ("VARCHAR", [text for text, _ in blocks]),
                "bits": ("UTINYINT", [block.bits for _, block in blocks]),
                "high": ("UBIGINT", [block.high for _, block in blocks]),
                "low": ("UBIGINT", [block.low for _, block in blocks]),
            },
        )


def _read_the_rest(bulk: Bulk, number: int, file: Delivered, relation: str, further: Sequence[str]) -> None:
    """Read with care what the bulk part left, and set aside what can't be read."""
    left = (
        f"SELECT row FROM staged WHERE file = {number} "  # noqa: S608 - our own names
        "AND (NOT sure OR address NOT IN (SELECT address FROM blocks))"
    )
    if not bulk.rows(f"{left} LIMIT 1"):
        return
    bulk.run(f"CREATE OR REPLACE TABLE odd AS SELECT * FROM ({relation}) WHERE row IN ({left})")  # noqa: S608
    bulk.run(f"DELETE FROM staged WHERE row IN (SELECT row FROM odd) AND file = {number}")  # noqa: S608
    for batch in bulk.stream("SELECT * FROM odd ORDER BY row"):
        read: list[tuple[int, ReadRow]] = []
        rejects: list[Reject] = []
        for row, *texts, torn in batch:
            if torn is not None:
                rejects.append(Reject(row, wrong_width(len(torn), len(file.columns)), tuple(torn)))
                continue
            cells = tuple(text or "" for text in texts)
            result = read_row({name: cells[place] for name, place in file.places.items()})
            if isinstance(result, ReadRow):
                read.append((row, result))
            else:
                rejects.append(Reject(row, result, cells))
        _keep(bulk, number, read, further)
        _set_aside(bulk, number, rejects)


def _keep(bulk: Bulk, number: int, read: Sequence[tuple[int, ReadRow]], further: Sequence[str]) -> None:
    columns: dict[str, tuple[str, Sequence[object]]] = {
        "file": ("USMALLINT", [number] * len(read)),
        "row": ("BIGINT", [row for row, _ in read]),
        "bits": ("UTINYINT", [record.block.bits for _, record in read]),
        "high": ("UBIGINT", [record.block.high for _, record in read]),
        "low": ("UBIGINT", [record.block.low for _, record in read]),
        "t0": ("BIGINT", [record.start for _, record in read]),
        "t1": ("BIGINT", [record.end for _, record in read]),
        "p0": ("USMALLINT", [record.port_from for _, record in read]),
        "p1": ("USMALLINT", [record.port_to for _, record in read]),
        "subscriber": ("VARCHAR", [record.subscriber for _, record in read]),
    }
    for name in further:
        columns[name] = (_FURTHER[name], [record.further(name) for _, record in read])
    bulk.load("reread", columns)


def _source(bulk: Bulk, number: int, delivery: Delivery, file: Delivered) -> Source:
    kept, rejected = bulk.rows(
        f"SELECT (SELECT count(*) FROM staged WHERE file = {number}) + "  # noqa: S608 - our own names
        f"(SELECT count(*) FROM reread WHERE file = {number}), (SELECT count(*) FROM rejects WHERE file = "
        f"{number})"
    )[0]
    return Source(
        file=number,
        name=delivery.path.name,
        sha256=file.sha256,
        size=file.size,
        layout=delivery.layout,
        carrier=delivery.carrier,
        kind=delivery.kind,
        origin=delivery.origin or file.sha256,
        rows=kept,
        rejected=rejected,
    )


def _notes(source: Source, file: Delivered) -> list[str]:
    notes = []
    if not source.rows and not source.rejected:
        notes.append(f"{source.name}: a header and no rows: no record, which is not 'nobody'.")
    if source.rejected:
        notes.append(
            f"{source.name}: {source.rejected} of {source.rows + source.rejected} rows were set aside."
        )
    unread = [name for name in file.columns if name.casefold() not in CELLS]
    if unread:
        notes.append(f"{source.name}: column {', '.join(unread)} is not read.")
    return notes


def _write(bulk: Bulk, store: Path, sources: Sequence[Source], further: Sequence[str]) -> None:
    widths, order = _widths_and_order(bulk)
    bounds = " ".join(f"WHEN t1 - t0 <= {limit} THEN {index}" for index, limit in enumerate(SPANS))
    span = f"(CASE WHEN t1 IS NULL THEN {len(SPANS)} {bounds} ELSE {len(SPANS)} END)::UTINYINT"
    had = {name: name if name in further else f"NULL::{kind}" for name, kind in _FURTHER.items()}
    # What no delivery has is added behind the sort, which then carries half as much.
    query = f"""
        SELECT span, bits, high, low, t0 AS "start", t1 AS "end", {had["protocol"]} AS protocol,
            p0 AS port_from, p1 AS port_to, {had["port_step"]} AS port_step,
            {had["destination"]} AS destination, {had["realm"]} AS realm, {had["start_kind"]} AS start_kind,
            coalesce({had["end_kind"]}, CASE WHEN t1 IS NULL THEN 'open' END) AS end_kind,
            {had["last_seen"]} AS last_seen, subscriber, {had["line"]} AS line, file, row
        FROM (SELECT *, {span} AS span FROM kept ORDER BY {", ".join(order)})
    """  # noqa: S608 - our own names
    notes = {
        "faru": LAYOUT,
        "bits": json.dumps(widths),
        "sources": json.dumps([asdict(source) for source in sources]),
    }
    bulk.write_parquet(query, store, notes)


_ORDER: Final = ("span", "bits", "high", "low", "t0", "file", "row")


def _widths_and_order(bulk: Bulk) -> tuple[list[int], list[str]]:
    """The prefix lengths among the rows, and the store's order without keys that are the same in all rows.

    The order is the same without them, and a shorter key sorts twice as fast.
    """
    one_value = ", ".join(f"min({key}) IS NOT DISTINCT FROM max({key})" for key in ("high", "file"))
    query = f"SELECT list(DISTINCT bits), {one_value} FROM kept"  # noqa: S608 - our own names
    widths, *same = bulk.rows(query)[0]
    constant = {key for key, is_one in zip(("high", "file"), same, strict=True) if is_one}
    if len(widths or ()) < 2:
        constant.add("bits")
    return sorted(widths or ()), [key for key in _ORDER if key not in constant]


def _write_rejects(bulk: Bulk, path: Path, sources: Sequence[Source], opened: Sequence[Delivered]) -> None:
    several = len(sources) > 1

    def rows() -> Iterator[Reject]:
        for batch in bulk.stream("SELECT file, row, reason, cells FROM rejects ORDER BY file, row"):
            for file, row, reason, cells in batch:
                yield Reject(row, f"{sources[file].name}, row {row}: {reason}.", tuple(cells))

    write_rejects(path, opened[0].columns if not several else (), rows())
