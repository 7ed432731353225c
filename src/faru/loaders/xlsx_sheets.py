"""Workbooks (.xlsx) from strangers: sheets as rows of text, under the limits of the ZIP around them.

Only XML parts that passed those limits are read: no macro, no link, no picture. A formula stays its own text,
a date cell becomes ISO text without a zone, a number keeps its digits; whatever may mislead has a sentence.
"""

import io
import json
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import COL_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS, STYLES_TYPE

from faru.loaders.csv_rows import Row
from faru.loaders.refusals import Fault, Note, Refused
from faru.loaders.text import shown
from faru.loaders.xlsx_cells import Styles, cell_text
from faru.loaders.zip_members import Large, Media, Member, MemberRefused, Piece, ZipLimits, read_zip

MAX_ROWS: Final = 250_000
"""Rows with a value in one sheet."""

MAX_COLUMNS: Final = 1_000

LIMITS: Final = ZipLimits(
    members=2_000, member_bytes=128 * 1024 * 1024, total_bytes=256 * 1024 * 1024, nesting=0
)

_MERGE_TAG: Final = f"{{{SHEET_MAIN_NS}}}mergeCell"
_TEXT_TAGS: Final = frozenset(f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("c", "v", "f", "is", "t", "r"))
_TROUBLE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DefusedXmlException,
    InvalidFileException,
    LookupError,
    OSError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl raises on a workbook that is not sound; it checks little and stumbles in many ways."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with a header; `body` are its rows in order, each with the sheet's own row number."""

    title: str
    header: tuple[str, ...]
    notes: tuple[Note, ...]
    body: tuple[Row | Fault | Note, ...]

    @property
    def place(self) -> str:
        """What pointers and sentences call the sheet."""
        return f"sheet {self.title!r}"

    def rows(self) -> Iterator[Row | Fault | Note]:
        """Each row below the header, or why it was set aside."""
        return iter(self.body)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets that hold rows, and what else lies in the file."""

    sheets: tuple[Sheet, ...]
    faults: tuple[Fault, ...]  # sheets that could not be read
    notes: tuple[Note, ...]
    media: tuple[Media, ...]  # listed, never extracted


def read_workbook(raw: bytes, name: str) -> Workbook:
    """The workbook in `raw`. Raises `Refused` for macros, bombs, broken files, and no rows at all."""
    parts, media, notes = _parts(raw, name)
    sheets: list[Sheet] = []
    faults: list[Fault] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions; none of them is read
        opened, styles, listing = _opened(parts, name)
        for listed, relation in listing:
            title = shown(listed.name)[0]
            try:
                with opened.archive.open(relation.target) as source:
                    reader = _Reader(name, title, listed.state, styles)
                    sheet = reader.sheet(source, opened.shared_strings)
            except Refused as error:
                faults.append(Fault(error.place, error.sentence))
            except _TROUBLE as error:
                place = f"sheet {title!r}"
                why = f"can't be read ({_why(error)}); save the workbook again as .xlsx or as CSV"
                faults.append(Fault(place, f"{name}: {place}: {why}"))
            else:
                sheets += [] if sheet is None else [sheet]
    if not sheets and not faults:
        raise Refused(f"{name}: no sheet holds rows; ask the sender for it again")
    return Workbook(tuple(sheets), tuple(faults), notes, media)


def _opened(parts: io.BytesIO, name: str) -> tuple[ExcelReader, Styles, list[tuple[Any, Any]]]:
    """Strings, styles and the list of sheets, each part once. Not `load_workbook`: it opens drawings too."""
    try:
        opened = ExcelReader(parts, read_only=True, data_only=False, keep_links=False)
        opened.read_manifest()
        opened.read_strings()
        opened.read_workbook()
        part = next((one for one in opened.package.Override if one.ContentType == STYLES_TYPE), None)
        xml = None if part is None else opened.archive.read(part.PartName[1:])
        styles = Styles(xml, opened.wb.epoch)
        sheets = {
            relation.target: (listed, relation)
            for listed, relation in reversed(list(opened.parser.find_sheets()))
            if "chartsheet" not in relation.Type
        }
    except _TROUBLE as error:
        raise Refused(
            f"{name}: is no sound workbook ({_why(error)}); open it, save it again as .xlsx or as CSV"
        ) from error
    return opened, styles, list(reversed(sheets.values()))


def _why(error: BaseException) -> str:
    if isinstance(error, DefusedXmlException):
        return "its XML declares entities or a DTD, which no workbook needs"
    return type(error).__name__


def _parts(raw: bytes, name: str) -> tuple[io.BytesIO, tuple[Media, ...], tuple[Note, ...]]:
    """A ZIP of the XML parts alone, all within the limits; the media; notes on what was left out."""
    kept = io.BytesIO()
    media: list[Media] = []
    links = others = 0
    seen: set[str] = set()
    with zipfile.ZipFile(kept, "w") as archive:
        for piece in read_zip(io.BytesIO(raw), LIMITS):
            folded = piece.name.casefold()
            _no_macros(folded, piece, name)
            if isinstance(piece, Media):
                media.append(piece)
            elif isinstance(piece, Large):
                raise Refused(f"{name}!{piece.name}: has {piece.size:,} bytes; ask for it in smaller files")
            elif isinstance(piece, MemberRefused) and (not folded or folded.endswith((".xml", ".rels"))):
                where = f"{name}!{piece.name}" if piece.name else name
                raise Refused(f"{where}: {piece.sentence}")
            elif isinstance(piece, Member) and folded.endswith((".xml", ".rels")):
                if folded in seen:
                    where = f"{name}!{piece.name}"
                    raise Refused(f"{where}: stands twice in the workbook; save it again as .xlsx")
                seen.add(folded)
                links += folded.startswith("xl/externallinks/") and folded.endswith(".xml")
                archive.writestr(zipfile.ZipInfo(piece.name), piece.data)
            else:
                others += 1
    notes = []
    if links:
        notes.append(Note("", f"{name}: points to {links} other files; none of them is opened"))
    if others:
        what = "parts that are no table (objects, settings)"
        notes.append(Note("", f"{name}: holds {others} {what}; not read"))
    return kept, tuple(media), tuple(notes)


def _no_macros(folded: str, piece: Piece, name: str) -> None:
    typed = (
        isinstance(piece, Member)
        and folded == "[content_types].xml"
        and b"macroenabled" in piece.data.replace(b"\x00", b"").lower()
    )
    if folded.endswith("vbaproject.bin") or folded.startswith("xl/macrosheets/") or typed:
        raise Refused(f"{name}: holds macros; save it as .xlsx without them, or as CSV")
    if folded == "xl/workbook.bin":
        raise Refused(f"{name}: is a binary workbook (.xlsb); save it as .xlsx or as CSV")


class _Reader:
    """One sheet while it is being read."""

    def __init__(self, name: str, title: str, state: str | None, styles: Styles) -> None:
        self.title, self.place = title, f"sheet {title!r}"
        self.where = f"{name}: {self.place}"
        self.state, self.styles = state, styles
        self.header: tuple[str, ...] | None = None
        self.body: list[Row | Fault | Note] = []
        self.notes: list[Note] = []
        self.hidden: list[tuple[int, int]] = []  # columns, from and to
        self.merged: list[str] = []
        self.last = 0

    def sheet(self, source: IO[bytes], strings: list[str]) -> Sheet | None:
        """The sheet; None where no cell has a value. Raises `Refused` where it can't be taken as a table."""
        # Only its reading of a row is used: what else it parses (filters, print areas) may fail.
        parser = WorkSheetParser(
            source,
            strings,
            epoch=self.styles.epoch,
            date_formats=self.styles.dates,
            timedelta_formats=self.styles.spans,
        )
        for _, element in iterparse(source, forbid_dtd=True):
            if element.tag == ROW_TAG:
                self._row(*parser.parse_row(element), hidden=element.get("hidden") in ("1", "true"))
            elif element.tag == COL_TAG and element.get("hidden") in ("1", "true"):
                self.hidden.append((int(element.get("min")), int(element.get("max"))))
            elif element.tag == _MERGE_TAG:
                self.merged.append(element.get("ref", ""))
            if element.tag not in _TEXT_TAGS:
                element.clear()
        if self.header is None:
            return None
        self._about_the_sheet(len(self.header))
        return Sheet(self.title, self.header, tuple(self.notes), tuple(self.body))

    def _row(self, number: int, cells: list[dict[str, Any]], hidden: bool) -> None:
        place, where = f"{self.place}, row {number}", f"{self.where}, row {number}"
        texts: dict[int, tuple[str, tuple[str, ...]]] = {}
        doubled = False
        for cell in cells:
            text, clauses = cell_text(cell, self.styles)
            if text.strip():
                doubled = doubled or cell["column"] in texts
                texts[cell["column"]] = (text, clauses)
        if not texts:
            return
        if self.header is None:
            self.header = self._titles(number, {column: text for column, (text, _) in texts.items()})
            self.last = number
            return
        if len(self.body) >= MAX_ROWS:
            raise Refused(
                f"{self.where}: has more than {MAX_ROWS:,} rows; save it as CSV, which may have any length",
                self.place,
            )
        received = [texts.get(column, ("", ()))[0] for column in range(1, min(max(texts), MAX_COLUMNS) + 1)]
        width = len(self.header)
        raw = _own_bytes([*received, *[""] * (width - len(received))])
        if number <= self.last or doubled:
            what = "a cell stands twice" if doubled else "the row stands twice or out of its order"
            self.body.append(
                Fault(place, f"{where}: {what}; set aside, ask the sender for the row again", raw)
            )
            return
        self.last = number
        if max(texts) > width:
            column = get_column_letter(min(max(texts), 18_278))
            sentence = f"{where}: has a value in column {column}, where the header has no title; set aside"
            self.body.append(Fault(place, f"{sentence}, mend the row", raw))
            return
        if tuple(text.strip() for text in received) == self.header:
            self.body.append(Note(place, f"{where}: repeats the header; skipped"))
            return
        self.body.append(self._read_row(number, texts, raw, hidden))

    def _read_row(
        self, number: int, texts: dict[int, tuple[str, tuple[str, ...]]], raw: bytes, hidden: bool
    ) -> Row:
        place, where = f"{self.place}, row {number}", f"{self.where}, row {number}"
        notes = [Note(place, f"{where}: is hidden in the sheet; read all the same")] if hidden else []
        clean: list[str] = []
        for column, title in enumerate(self.header or (), start=1):
            text, clauses = texts.get(column, ("", ()))
            value, more = shown(text)
            clean.append(value)
            notes += [
                Note(f"{place}, column {title!r}", f"{where}, column {title!r}: {clause}")
                for clause in (*clauses, *more)
            ]
        return Row(number, number, tuple(clean), raw, tuple(notes))

    def _titles(self, number: int, texts: dict[int, str]) -> tuple[str, ...]:
        place = f"{self.place}, row {number}"
        if max(texts) > MAX_COLUMNS:
            raise Refused(
                f"{self.where}, row {number}: the header has more than {MAX_COLUMNS:,} columns; "
                "delete what is not needed",
                place,
            )
        header = tuple(shown(texts.get(column, ""))[0].strip() for column in range(1, max(texts) + 1))
        twice = sorted({title for title in header if title and header.count(title) > 1})
        if twice:
            raise Refused(
                f"{self.where}, row {number}: the header names {twice[0]!r} twice; none is chosen. "
                "Rename one of the columns",
                place,
            )
        return header

    def _about_the_sheet(self, width: int) -> None:
        """What a person who looks at the sheet would not expect of the rows."""
        if self.state not in (None, "visible"):
            self._note("is a hidden sheet; read all the same")
        for first, last in self.hidden:
            if first <= width:
                span = f"{get_column_letter(first)} to {get_column_letter(min(last, width))}"
                self._note(f"hidden columns ({span}); read all the same")
        if self.merged:
            some = ", ".join(self.merged[:5])
            self._note(
                f"cells are merged ({some}): only the first of them has the value, none is filled in; "
                "part them if each row should have it"
            )

    def _note(self, clause: str) -> None:
        self.notes.append(Note(self.place, f"{self.where}: {clause}"))


def _own_bytes(cells: list[str]) -> bytes:
    """A row as canonical JSON of its cells: what its hash is taken of."""
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
