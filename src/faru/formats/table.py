"""Tables (CSV, XLSX) of any sender, read through a column map that a person has saved: a row is a referral.

A table without a fitting map is set aside with the skeleton of one; of a workbook each sheet is a table.
A broken row is set aside alone; columns that the map does not name are kept by their place.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final

from faru.formats.captures import observe_row
from faru.formats.column_map import FIELDS, ColumnMap, skeleton
from faru.formats.draft import NOBODY, Draft
from faru.formats.filerecords import read_file
from faru.formats.finishing import finish
from faru.formats.incident import read_summary
from faru.formats.notices import as_item, refused_stream
from faru.formats.options import Item, ReadOptions
from faru.formats.people import read_person
from faru.formats.sealing import Mask
from faru.formats.tree import Placed, Tree
from faru.formats.zips import media_remark
from faru.loaders.csv_rows import CsvTable, Row, stream_csv
from faru.loaders.office import OFFICE_HEAD, is_workbook
from faru.loaders.refusals import Fault, Note, Refused
from faru.loaders.streams import LARGEST_DOCUMENT, read_all
from faru.loaders.text import is_absent
from faru.loaders.xlsx_sheets import Sheet, read_workbook
from faru.vocabulary import Referral, Role

NAME = "table"

_GROUPS: Final = ("report", "capture", "reported", "victim", "recipient", "file")

_Piece = Row | Fault | Note | None
"""What an item was made of: the row, or the loader's sentence."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A table whose map is found."""

    table: CsvTable | Sheet
    column_map: ColumnMap

    def place(self, row: Row) -> str:
        """Where a row stands: in a workbook the sheet is named too."""
        within = f"{self.table.place}, " if isinstance(self.table, Sheet) else ""
        return f"{within}row {row.number}"


def sniff(head: bytes, name: str) -> float | None:
    """A workbook by its parts; text by its name, and only where the first line has parted cells."""
    if is_workbook(head, name):
        return 0.95
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start[:1] in (b"{", b"[", b"<") or start[:4] in (b"PK\x03\x04", b"%PDF"):
        return None
    named = name.casefold().endswith((".csv", ".tsv", ".tab"))
    line = start.splitlines()[0] if start.splitlines() else b""
    parted = any(mark in line for mark in (b",", b";", b"\t", b"|"))
    if named:
        return 0.7 if parted else 0.4
    return 0.3 if parted and name.casefold().endswith(".txt") else None


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[Item]:
    """Each row as a referral, or why it was set aside."""
    for _, item in _read(stream, options):
        yield item


def write_rejects(stream: BinaryIO, options: ReadOptions) -> str:
    """The reject file of a table: the row's number, why it was set aside, and the row as it was received.

    CSV with a header; empty text where no row was set aside.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    count = 0
    for piece, _ in _read(stream, options):
        if isinstance(piece, Fault):
            if not count:
                writer.writerow(["place", "reason", "row as received"])
            count += 1
            received = (piece.raw or b"").decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
            writer.writerow([piece.place, piece.sentence, received])
    return out.getvalue()


def _read(stream: BinaryIO, options: ReadOptions) -> Iterator[tuple[_Piece, Item]]:
    try:
        stream.seek(0)
        head = stream.read(OFFICE_HEAD)
        if is_workbook(head, options.name):
            yield from _workbook(head + read_all(stream, options.name, LARGEST_DOCUMENT - len(head)), options)
        else:
            yield from _rows(_csv(stream, options), options)
    except Refused as error:
        yield None, refused_stream(error, stream)


def _csv(stream: BinaryIO, options: ReadOptions) -> _Source:
    """The table and the first map that fits its header. Raises `Refused` where none does."""
    for column_map in options.maps:
        table = stream_csv(stream, options.name, delimiter=column_map.delimiter, encoding=column_map.encoding)
        if not column_map.missing(table.header):
            return _Source(table, column_map)
    header = stream_csv(stream, options.name).header
    raise Refused(f"{options.name}: {_no_map(header, options)}", "line 1")


def _workbook(raw: bytes, options: ReadOptions) -> Iterator[tuple[_Piece, Item]]:
    """Each sheet that a map fits; then the sentences, without the names of children that the rows name."""
    book = read_workbook(raw, options.name)
    mask = Mask()
    later: list[tuple[_Piece, Item]] = [(note, as_item(note)) for note in book.notes]
    later += [(fault, as_item(fault)) for fault in book.faults]
    for sheet in book.sheets:
        fits = next((one for one in options.maps if not one.missing(sheet.header)), None)
        if fits is None:
            sentence = f"{options.name}: {sheet.place}: {_no_map(sheet.header, options)}"
            fault = Fault(sheet.place, sentence)
            later.append((fault, as_item(fault)))
            continue
        for piece, item in _rows(_Source(sheet, fits), options):
            if isinstance(item, Referral):
                for child in item.children:
                    mask.add(child)
            yield piece, item
    for medium in book.media:
        where = f"{options.name}!{medium.name}"
        later.append((None, media_remark(medium.name, where, medium.size, medium.sha256)))
    for piece, item in later:
        yield piece, mask.all(item)


def _no_map(header: tuple[str, ...], options: ReadOptions) -> str:
    """Why a table with this header was not read, with the skeleton of a map for it."""
    wants = [
        f"{one.name} wants {', '.join(map(repr, one.missing(header)[:5]))}"
        for one in options.maps
        if one.missing(header)
    ]
    reason = f"no column map fits ({'; '.join(wants)})" if wants else "a table needs a column map"
    return f"{reason}; fill this in, save it and give it with --map: {skeleton(header)}"


def _rows(source: _Source, options: ReadOptions) -> Iterator[tuple[_Piece, Item]]:
    """Each row of one table as a referral, or why it was set aside."""
    table, column_map = source.table, source.column_map
    options = replace(
        options,
        zone=column_map.zone if column_map.zone is not None else options.zone,
        day_first=column_map.day_first if column_map.day_first is not None else options.day_first,
    )
    for note in table.notes:
        yield note, as_item(note)
    empty = True
    for piece in table.rows():
        empty = False
        if isinstance(piece, Row):
            referral = _referral(piece, source, options)
            if referral is not None:
                yield piece, referral
                continue
            place = source.place(piece)
            where = place if isinstance(table, Sheet) else f"{place} (line {piece.line})"
            sentence = f"{options.name}: {where}: no mapped column has a value; set aside"
            piece = Fault(place, sentence, piece.raw)
        yield piece, as_item(piece)
    if empty:
        sheet = table.place if isinstance(table, Sheet) else ""
        where = f"{options.name}: {sheet}" if sheet else options.name
        note = Note(sheet, f"{where}: has a header and no rows; ask the sender whether that is meant")
        yield note, as_item(note)


def _referral(row: Row, source: _Source, options: ReadOptions) -> Referral | None:
    """One row; None where no mapped column has a value."""
    where, column_map = source.place(row), source.column_map
    fields = dict(column_map.columns)
    groups: dict[str, dict[str, tuple[Any, str]]] = {name: {} for name in _GROUPS}
    rest: dict[str, tuple[Any, str]] = {}
    texts: list[tuple[str, str]] = []
    said = False
    for number, (title, cell) in enumerate(zip(source.table.header, row.cells, strict=True), start=1):
        place = f"{where}, column {title!r}" if title else f"{where}, column {number} (without a title)"
        if title not in fields:
            rest[title or str(number)] = (cell, place)
            continue
        said = said or not is_absent(cell)
        group, key = FIELDS[fields[title]]
        if fields[title] == "text":
            texts.append((cell, place))
        else:
            groups[group][key] = (cell, place)
    if not said:
        return None
    for field, value in column_map.constants:
        group, key = FIELDS[field]
        groups[group].setdefault(key, (value, _constant(field)))
    parts = {name: (Placed(cells), f"{where}, {name}") for name, cells in groups.items() if cells}
    tree = Tree(Placed(parts | {"rest": (Placed(rest), where)}), where)
    tree.read.update(_constant(field) for field, _ in column_map.constants)  # not the sender's words
    draft = Draft(options, tree, row.raw, row.notes)
    _fill(draft, tree)
    for text, place in texts:
        if not is_absent(text):
            draft.text(text, place)
    return finish(draft, column_map.sender, NAME)


def _constant(field: str) -> str:
    return f"column map, constant {field!r}"


def _fill(draft: Draft, tree: Tree) -> None:
    report = tree.root.get("report")
    if report is not None:
        for field in ("number", "platform"):
            found = report.get(FIELDS[field][1])
            if found is not None:
                setattr(draft, field, found.text())
                draft.point(field, found)
        received = report.get("dateReceived")
        draft.reported_at = draft.time(received)
        draft.point("reported_at", received)
        read_summary(report, draft)
    owner = NOBODY
    for role, name in ((Role.REPORTED, "reported"), (Role.RECIPIENT, "recipient"), (Role.VICTIM, "victim")):
        person = tree.root.get(name)
        if person is not None and any(not is_absent(leaf.value) for leaf in person.leaves()):
            found_owner = read_person(person, role, draft)
            owner = found_owner if role is Role.REPORTED else owner
    file = tree.root.get("file")
    if file is not None and any(not is_absent(leaf.value) for leaf in file.leaves()):
        read_file(file, draft)
    capture = tree.root.get("capture")
    if capture is not None:
        observe_row(capture, draft, owner)
