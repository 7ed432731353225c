"""A table as somebody delivered it: its encoding, its separator, its rows by number, its broken rows kept
aside.

`look_at` reads the whole file once for its hash and its faults of encoding; `careful_rows` then reads a file
that is not plain row by row. The first data row is row 1; a broken row keeps its number, a blank line has
none.
"""

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

MAX_FIELD: Final = 1 << 20
MAX_LINES: Final = 64
"""A quoted field that runs over more lines than this was never closed."""
_CHUNK: Final = 1 << 22
_SEPARATORS: Final = (",", ";", "\t", "|")
_NO_CHARACTER: Final = re.compile("[\ud800-\udfff\ufffd]")


class Unusable(Exception):
    """Nothing of this file can be read; the sentence names the file and the mend."""


class Row(NamedTuple):
    """One delivered row. Exactly one of `cells` and `fault` says something."""

    number: int
    cells: list[str]
    fault: str | None


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was set aside whole."""

    row: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a look at the bytes tells about a delivered table."""

    path: Path
    sha256: str
    size: int
    encoding: str
    separator: str
    header: tuple[str, ...]  # as written, without outer spaces
    plain: bool  # UTF-8, no quote, NUL or blank line within: a line is a row

    def place(self, column: str) -> int | None:
        """The position of a column by its name, whatever its case; None where there is none."""
        names = [name.casefold() for name in self.header]
        return names.index(column) if column in names else None


def look_at(path: Path, required: Iterable[str]) -> Shape:
    """Hash the file and find its encoding, separator and header.

    Raises Unusable where it can't be read, has no header, or lacks one of the `required` columns.
    """
    digest, size, plain = _scan(path)
    encoding = _encoding(path)
    header, separator = _header(path, encoding)
    names = [name.casefold() for name in header]
    missing = [name for name in required if name not in names]
    if missing:
        found = ", ".join(header) or "nothing"
        raise Unusable(f"{path}: column {', '.join(missing)} is missing; the first line has {found}.")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Unusable(f"{path}: column {', '.join(twice)} stands twice in the first line; rename one.")
    return Shape(path, digest, size, encoding, separator, header, plain and encoding == "utf-8")


def sha256_of(path: Path) -> tuple[str, int]:
    """The file's SHA-256 and size in bytes. Raises Unusable."""
    digest, size, _ = _scan(path)
    return digest, size


_ODD: Final = (b'"', b"\x00", b"\x1f")
"""What a file of plain lines does not hold: quotes, NULs, and the separator that stands in no text."""


def _scan(path: Path) -> tuple[str, int, bool]:
    digest, size, plain, before = hashlib.sha256(), 0, True, b"\n"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                plain = plain and _is_plain(before, chunk)
                before = chunk[-1:]
                if plain and not (chunk.isascii() and decoder.getstate()[0] == b""):
                    try:
                        decoder.decode(chunk)
                    except UnicodeDecodeError:
                        plain = False
    except IsADirectoryError:
        raise Unusable(f"{path} is a folder; name the file in it.") from None
    except OSError as error:
        raise Unusable(f"{path} can't be read: {error.strerror or error}.") from None
    if plain:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            plain = False
    return digest.hexdigest(), size, plain and before != b"\r"


def _is_plain(before: bytes, chunk: bytes) -> bool:
    """Whether each line of `chunk` (behind the byte `before`) is a row. What is rare is looked for first."""
    if any(one in chunk for one in _ODD) or b"\n\n" in chunk or (before == b"\n" and chunk[:1] in b"\r\n"):
        return False
    if b"\r" not in chunk and before != b"\r":
        return True
    seam = before + chunk
    return b"\n\r" not in seam and seam.count(b"\r") == seam.count(b"\r\n") + seam.endswith(b"\r")


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if start[:2] == b"\x1f\x8b" or start[:4] in (b"PK\x03\x04", b"PAR1"):
        kind = {b"\x1f\x8b": "packed with gzip", b"PK": "a ZIP or a spreadsheet", b"PA": "a Parquet file"}[
            start[:2]
        ]
        raise Unusable(f"{path} is {kind}, not CSV; give it as plain CSV (or Parquet ending in .parquet).")
    return "utf-8"


def _header(path: Path, encoding: str) -> tuple[tuple[str, ...], str]:
    for line in _lines(path, encoding):
        text = line.strip("\r\n\ufeff")
        if not text.strip():
            continue
        separator = max(_SEPARATORS, key=lambda mark: (text.count(mark), -_SEPARATORS.index(mark)))
        cells = next(csv.reader([text], delimiter=separator))
        return tuple(cell.strip() for cell in cells), separator
    raise Unusable(f"{path} is empty; a first line with the names of the columns is needed.")


def _lines(path: Path, encoding: str) -> Iterator[str]:
    """Lines with their ends. A byte that is no UTF-8 stands as a lone surrogate, to be found by the row's
    reader.
    """
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        buffer = ""
        while piece := file.readline(MAX_FIELD):
            buffer = (buffer + piece)[: MAX_FIELD + 1]  # an over-long line is refused as a row, kept that far
            if len(piece) == MAX_FIELD and not piece.endswith(("\n", "\r")):
                continue
            yield buffer
            buffer = ""
        if buffer:
            yield buffer


def careful_rows(shape: Shape) -> Iterator[Row]:
    """Every data row in the order delivered, broken ones with a sentence instead of being lost."""
    lines = _Lines(_lines(shape.path, shape.encoding))
    width, number, seen_header = len(shape.header), 0, False
    names = [name.casefold() for name in shape.header]
    while (line := lines.take()) is not None:
        if not line.strip("\r\n\ufeff"):
            continue
        if not seen_header:
            seen_header = True
            continue
        number += 1
        cells, fault = _read_record(line, lines, shape.separator, width)
        if fault is None and [cell.strip().casefold() for cell in cells] == names:
            fault = "repeats the header"
        yield Row(number, cells, fault)


class _Lines:
    """Lines that can be put back: a quote that was never closed must not swallow what follows."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._back: list[str] = []

    def take(self) -> str | None:
        return self._back.pop() if self._back else next(self._source, None)

    def put_back(self, lines: list[str]) -> None:
        self._back.extend(reversed(lines))


def _read_record(line: str, lines: _Lines, separator: str, width: int) -> tuple[list[str], str | None]:
    more: list[str] = []
    text, cells, fault = line, [], None
    while True:
        fault = _fault_of_text(text)
        if fault is not None:
            break
        if '"' not in text:
            cells = text.rstrip("\r\n").split(separator)
            break
        try:
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
            break
        except csv.Error as error:
            following = lines.take() if "unexpected end" in str(error) and len(more) < MAX_LINES else None
            if following is None:
                fault = (
                    "a quote is not closed"
                    if "unexpected end" in str(error)
                    else "text follows a closed quote"
                )
                break
            more.append(following)
            text += following
    if fault is None and len(cells) != width:
        fault = wrong_width(len(cells), width)
    if fault is None:
        return cells, None
    if more:  # the fault may be the first line's alone
        lines.put_back(more)
        fault = "a quote is not closed"
    return [line.rstrip("\r\n")], fault


def wrong_width(cells: int, width: int) -> str:
    """The clause for a row with too few or too many cells."""
    return f"has {cells} cells where the first line has {width}"


def _fault_of_text(text: str) -> str | None:
    if len(text) > MAX_FIELD:
        return "is longer than 1 MiB; perhaps a quote is not closed"
    if nuls := text.count("\0"):
        return f"has {nuls} NUL byte{'s' if nuls > 1 else ''}"
    if broken := _NO_CHARACTER.search(text):
        code = ord(broken[0])
        return (
            f"byte 0x{code - 0xDC00:02x} is not UTF-8" if code < 0xE000 else "has bytes that are no character"
        )
    return None


def write_rejects(path: Path, header: Iterable[str], rejects: Iterable[Reject]) -> int:
    """Write what was set aside: row, reason, and the cells as delivered. Returns how many."""
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("row", "reason", *header))
        for reject in rejects:
            rows.writerow((reject.row, reject.reason, *reject.cells))
            count += 1
    return count
