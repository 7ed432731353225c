"""Tables as text from strangers: rows one by one, each with its own bytes; a broken row is set aside alone.
A table may have any size: a row and what is needed to find its end are in memory at a time.

A quote that is never closed costs its own line, not the rest of the file. Nothing is padded or cut to fit.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from faru.loaders.csv_lines import Line, Lines, lines_of
from faru.loaders.refusals import Fault, Note, Refused
from faru.loaders.text import shown

MAX_LINE: Final = 1024 * 1024
MAX_LINES_IN_A_ROW: Final = 200
"""A quoted cell may hold line breaks, but not the rest of the file."""

_DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Row:
    """One data row; `cells` are as many as the header has."""

    number: int  # the first data row is 1, broken rows count
    line: int  # in the file, the first is 1
    cells: tuple[str, ...]
    raw: bytes  # its own bytes as received, without the line end
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A header and what it takes to read the rows, once."""

    name: str
    header: tuple[str, ...]
    delimiter: str
    notes: tuple[Note, ...]
    lines: Lines  # those after the header

    def rows(self) -> Iterator[Row | Fault | Note]:
        """Each data row in its order, or why it was set aside. Raises `Refused` where nothing more can be
        read."""
        number = 0
        while (first := self.lines.peek()) is not None:
            yield from self.lines.new_notes()
            if not first.text.strip():
                self.lines.skip()
                continue
            number += 1
            read, used = self._row(first, number)
            yield read
            self.lines.skip(used)

    def _row(self, line: Line, number: int) -> tuple[Row | Fault | Note, int]:
        place = f"row {number}"
        where = f"{self.name}: {place} (line {line.number})"
        first = line.raw.rstrip(b"\r\n")
        if len(first) > MAX_LINE:
            return Fault(
                place, f"{where}: longer than 1 MiB; set aside, a quote or a line end may be missing", first
            ), 1
        if nuls := line.text.count("\x00"):
            return Fault(
                place, f"{where}: has {nuls} NUL bytes; set aside, ask the sender for the row again", first
            ), 1
        cells, used, trouble = _cells(self.lines, line, self.delimiter)
        if trouble is not None:
            return Fault(place, f"{where}: {trouble}; set aside, ask the sender for the row again", first), 1
        raw = b"".join(one.raw for one in self.lines.some(used)).rstrip(b"\r\n")
        if tuple(cell.strip() for cell in cells) == self.header:
            return Note(place, f"{where}: repeats the header; skipped"), used
        width = len(self.header)
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            cells = cells[:width]
        if len(cells) != width:
            return (
                Fault(
                    place,
                    f"{where}: has {len(cells)} cells where the header has {width}; set aside, mend the row",
                    raw,
                ),
                used,
            )
        notes: list[Note] = []
        clean: list[str] = []
        for title, cell in zip(self.header, cells, strict=True):
            value, clauses = shown(cell)
            clean.append(value)
            notes.extend(
                Note(f"{place}, column {title!r}", f"{where}, column {title!r}: {c}") for c in clauses
            )
        return Row(number, line.number, tuple(clean), raw, tuple(notes)), used


def read_csv(raw: bytes, name: str, *, delimiter: str | None = None, encoding: str | None = None) -> CsvTable:
    """The table in `raw`; as `stream_csv`."""
    return stream_csv(io.BytesIO(raw), name, delimiter=delimiter, encoding=encoding)


def stream_csv(
    stream: BinaryIO, name: str, *, delimiter: str | None = None, encoding: str | None = None
) -> CsvTable:
    """The table in a seekable stream. `delimiter` and `encoding` are what a person stated; else the file
    shows them.

    Raises `Refused` where there is no header, or where the stated encoding is unknown.
    """
    lines = lines_of(stream, name, encoding)
    while (first := lines.peek()) is not None and not first.text.strip(" \t\r\n\x00"):
        lines.skip()
    if first is None:
        raise Refused(f"{name}: holds no rows, only blanks; ask the sender for it again")
    notes = lines.new_notes()
    if delimiter is None:
        delimiter = max(_DELIMITERS, key=first.text.count)
        if first.text.count(delimiter) and delimiter != ",":
            notes.append(Note("line 1", f"{name}: cells are parted by {delimiter!r}; read so"))
    cells, used, trouble = _cells(lines, first, delimiter)
    if trouble is not None:
        raise Refused(f"{name}: the header can't be read: {trouble}", f"line {first.number}")
    header = tuple(shown(cell)[0].strip() for cell in cells)
    twice = sorted({title for title in header if title and header.count(title) > 1})
    if twice:
        raise Refused(
            f"{name}: the header names {twice[0]!r} twice; none is chosen. Rename one of the columns",
            "line 1",
        )
    lines.skip(used)
    return CsvTable(name, header, delimiter, tuple(notes), lines)


def _cells(lines: Lines, first: Line, delimiter: str) -> tuple[list[str], int, str | None]:
    """The cells of the row that begins with `first`, how many lines it took, and what is wrong with it."""
    if '"' not in first.text:
        return first.text.rstrip("\r\n").split(delimiter), 1, None
    texts = (line.text for line in lines.some(MAX_LINES_IN_A_ROW))
    reader = csv.reader(texts, delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num, None
    except csv.Error as error:
        if "unexpected end" in str(error):
            return [], 1, "a quote is never closed"
        if "field limit" in str(error):
            return [], 1, "a cell is larger than 128 KiB, perhaps a quote is not closed"
        return [], 1, "quotes do not stand around whole cells"
