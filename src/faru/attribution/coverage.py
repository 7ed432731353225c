"""What an answer declares to cover: an address range, [from, to), perhaps one kind of record.

Only a window that is wholly covered turns "no row" into `contradicted`; without coverage it is `no_record`.
Several rows may join up to cover a window.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from faru.attribution.blocks import Block, masked, read_block
from faru.attribution.carriers import RecordKind
from faru.attribution.delivered import Reject, Shape, careful_rows, look_at
from faru.attribution.utc_times import read_utc


@dataclass(frozen=True, slots=True)
class Covered:
    """One declaration: records of `block` are complete over [start, end), microseconds. Kind None: every
    kind.
    """

    block: Block
    start: int
    end: int
    kind: RecordKind | None = None
    source: str = ""  # the answer file that says so, with its row


class CoverageTable:
    """Declarations, ready for look-ups."""

    def __init__(self, rows: Iterable[Covered] = ()) -> None:
        self.rows = tuple(rows)
        self._by_block: dict[Block, list[Covered]] = {}
        for row in self.rows:
            self._by_block.setdefault(row.block, []).append(row)
        self._widths = sorted({block.bits for block in self._by_block})

    def of(self, address: Block, kind: RecordKind | None = None) -> tuple[Covered, ...]:
        """Every declaration about the address, by its start. With a `kind` only those that speak of it."""
        found: list[Covered] = []
        for bits in self._widths:
            if bits <= address.bits:
                for row in self._by_block.get(Block(bits, *masked(address.high, address.low, bits)), ()):
                    if row.block.contains(address) and (kind is None or row.kind in (None, kind)):
                        found.append(row)
        return tuple(sorted(found, key=lambda row: (row.start, row.end)))


def covering(rows: Iterable[Covered], first: int, last: int) -> tuple[Covered, ...]:
    """The declarations that together cover every moment of [first, last], closed; () where a moment is open.

    `rows` are in the order of their start.
    """
    used: list[Covered] = []
    reached = first  # the earliest moment that is not covered yet
    for row in rows:
        if row.start > reached:
            break
        if row.end > reached:
            used.append(row)
            reached = row.end
            if reached > last:
                return tuple(used)
    return ()


def read_coverage(path: Path) -> tuple[CoverageTable, tuple[Reject, ...]]:
    """Read `address_or_prefix,from,to` (UTC, ISO 8601, half-open). Raises delivered.Unusable."""
    shape = look_at(path, ("address_or_prefix", "from", "to"))
    rows: list[Covered] = []
    rejects: list[Reject] = []
    for row in careful_rows(shape):
        read = row.fault or _read(shape, row.cells, row.number)
        if isinstance(read, Covered):
            rows.append(read)
        else:
            rejects.append(Reject(row.number, f"{path.name}, row {row.number}: {read}.", tuple(row.cells)))
    return CoverageTable(rows), tuple(rejects)


def _read(shape: Shape, cells: list[str], number: int) -> Covered | str:
    text, start, end = (cells[shape.place(name) or 0].strip() for name in ("address_or_prefix", "from", "to"))
    block = read_block(text)
    if isinstance(block, str):
        return block
    first, last = read_bound(start), read_bound(end)
    if isinstance(first, str):
        return f"from: {first}"
    if isinstance(last, str):
        return f"to: {last}"
    if last <= first:
        return "covers nothing: to is not after from"
    return Covered(block, first, last, source=f"{shape.path.name}, row {number}")


def read_bound(text: str) -> int | str:
    """An instant of a table that is declared to be in UTC, in microseconds, or why it is none."""
    read = read_utc(text) if text else "no time"
    return read if isinstance(read, str) else read[0]
