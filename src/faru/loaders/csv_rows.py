"""Tables as text from strangers: rows one by one, each with its own bytes; a broken row is set aside alone.

A quote that is never closed costs its own line, not the rest of the file. Nothing is padded or cut to fit.
"""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from faru.loaders.refusals import Fault, Note, Refused
from faru.loaders.streams import decode
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
    """A header and what it takes to read the rows."""

    name: str
    header: tuple[str, ...]
    delimiter: str
    notes: tuple[Note, ...]
    lines: tuple[bytes, ...]  # every line of the file with its end
    texts: tuple[str, ...]  # the same, decoded
    first: int  # index of the first line after the header

    def rows(self) -> Iterator[Row | Fault | Note]:
        """Each data row in its order, or why it was set aside."""
        index, number = self.first, 0
        while index < len(self.texts):
            if not self.texts[index].strip():
                index += 1
                continue
            number += 1
            read, used = self._row(index, number)
            yield read
            index += used

    def _row(self, index: int, number: int) -> tuple[Row | Fault | Note, int]:
        place = f"row {number}"
        where = f"{self.name}: {place} (line {index + 1})"
        first = self.lines[index].rstrip(b"\r\n")
        text = self.texts[index]
        if len(first) > MAX_LINE:
            return Fault(
                place, f"{where}: longer than 1 MiB; set aside, a quote or a line end may be missing", first
            ), 1
        if nuls := text.count("\x00"):
            return Fault(
                place, f"{where}: has {nuls} NUL bytes; set aside, ask the sender for the row again", first
            ), 1
        cells, used, trouble = _cells(self.texts, index, self.delimiter)
        raw = b"".join(self.lines[index : index + used]).rstrip(b"\r\n")
        if trouble is not None:
            return Fault(place, f"{where}: {trouble}; set aside, ask the sender for the row again", first), 1
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
        return Row(number, index + 1, tuple(clean), raw, tuple(notes)), used


def read_csv(raw: bytes, name: str, *, delimiter: str | None = None, encoding: str | None = None) -> CsvTable:
    """The table in `raw`. `delimiter` and `encoding` are what a person stated; else the file shows them.

    Raises `Refused` where there is no header, or where the stated encoding is unknown.
    """
    notes: list[Note] = []
    lines, texts = _lines(raw, name, encoding, notes)
    first = next((i for i, text in enumerate(texts) if text.strip(" \t\r\n\x00")), None)
    if first is None:
        raise Refused(f"{name}: holds no rows, only blanks; ask the sender for it again")
    if delimiter is None:
        delimiter = max(_DELIMITERS, key=lambda d: texts[first].count(d))
        if texts[first].count(delimiter) and delimiter != ",":
            notes.append(Note("line 1", f"{name}: cells are parted by {delimiter!r}; read so"))
    cells, used, trouble = _cells(texts, first, delimiter)
    if trouble is not None:
        raise Refused(f"{name}: the header can't be read: {trouble}", f"line {first + 1}")
    header = tuple(shown(cell)[0].strip() for cell in cells)
    twice = sorted({title for title in header if title and header.count(title) > 1})
    if twice:
        raise Refused(
            f"{name}: the header names {twice[0]!r} twice; none is chosen. Rename one of the columns",
            "line 1",
        )
    return CsvTable(name, header, delimiter, tuple(notes), lines, texts, first + used)


def _lines(
    raw: bytes, name: str, encoding: str | None, notes: list[Note]
) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """The lines as bytes and as text, one to one."""
    if encoding is not None and raw[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        try:
            codec = codecs.lookup(encoding)
            if codec.name.startswith(("utf-16", "utf-32", "utf-7")) or not codec._is_text_encoding:
                raise LookupError
        except LookupError as error:
            raise Refused(
                f"{name}: the column map names an encoding that can't be used here: {encoding!r}"
            ) from error
        parts = _split(raw)
        return parts, tuple(part.decode(encoding, "replace") for part in parts)
    source = decode(raw, name)
    notes.extend(source.notes)
    if source.encoding == "utf-8":
        parts = _split(raw.removeprefix(codecs.BOM_UTF8))
        return parts, tuple(part.decode("utf-8", "surrogateescape") for part in parts)
    texts = tuple(source.text.splitlines(keepends=True))
    return tuple(text.encode(source.encoding, "surrogatepass") for text in texts), texts


def _split(raw: bytes) -> tuple[bytes, ...]:
    return tuple(raw.splitlines(keepends=True))


def _cells(texts: tuple[str, ...], index: int, delimiter: str) -> tuple[list[str], int, str | None]:
    """The cells of the row that begins at `index`, how many lines it took, and what is wrong with it."""
    first = texts[index]
    if '"' not in first:
        return first.rstrip("\r\n").split(delimiter), 1, None
    reader = csv.reader(iter(texts[index : index + MAX_LINES_IN_A_ROW]), delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num, None
    except csv.Error as error:
        if "unexpected end" in str(error):
            return [], 1, "a quote is never closed"
        if "field limit" in str(error):
            return [], 1, "a cell is larger than 128 KiB, perhaps a quote is not closed"
        return [], 1, "quotes do not stand around whole cells"
