"""Workbooks from strangers: cells as text, and every hostile file a sentence."""

import io
import struct
import zipfile
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.loaders import xlsx_sheets
from faru.loaders.csv_rows import Row
from faru.loaders.office import is_old_workbook, is_workbook
from faru.loaders.refusals import Fault, Note, Refused
from faru.loaders.xlsx_sheets import Sheet, Workbook, read_workbook
from faru.loaders.zip_members import Media, Member, MemberRefused, read_zip

SHEET = "xl/worksheets/sheet1.xml"
WHOLE = (Path(__file__).parents[1] / "formats" / "table" / "workbook.xlsx").read_bytes()
"""Written part by part, as Excel does it: strings in a part of their own, numbers under styles."""

PNG = b"\x89PNG\r\n\x1a\n colour pattern"


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def book(*rows: list[Any], form: str | None = None) -> bytes:
    """A workbook with one sheet 'P2P'; `form` is the number format of the cells below the header."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "P2P"
    for row in rows:
        sheet.append(row)
    if form is not None:
        for cells in sheet.iter_rows(min_row=2):
            for cell in cells:
                cell.number_format = form
    return saved(made)


def with_parts(raw: bytes, parts: Mapping[str, bytes], without: str = "") -> bytes:
    """The workbook with parts put in place of its own, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts and name != without:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


def sheet_xml(rows: str, after: str = "", before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def read(raw: bytes) -> Workbook:
    return read_workbook(raw, "in.xlsx")


def one(raw: bytes) -> Sheet:
    found = read(raw)
    assert len(found.sheets) == 1, found
    return found.sheets[0]


def row(raw: bytes) -> Row:
    body = one(raw).body
    assert len(body) == 1
    assert isinstance(body[0], Row), body
    return body[0]


def refusal(raw: bytes) -> str:
    with pytest.raises(Refused) as found:
        read(raw)
    assert found.value.sentence.startswith("in.xlsx")
    return found.value.sentence


def moment(*parts: int) -> datetime:
    """A time as a cell holds it: without a zone."""
    return datetime(*parts)  # type: ignore[arg-type,misc]  # noqa: DTZ001


def sentence_or_book(raw: bytes) -> str | Workbook:
    try:
        return read(raw)
    except Refused as error:
        return error.sentence


def test_cells_become_text() -> None:
    sheet = one(book(["id", " ip ", None, "n"], ["a", "203.0.113.7", None, 7], [], [None, "x"]))
    assert (sheet.title, sheet.header) == ("P2P", ("id", "ip", "", "n"))
    first, second = sheet.body
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert (first.number, first.cells, first.raw) == (
        2, ("a", "203.0.113.7", "", "7"), b'["a","203.0.113.7","","7"]',
    )  # fmt: skip
    assert (second.number, second.cells) == (4, ("", "x", "", ""))


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (4401, "General", "4401"),
        (4401, "00000000", "00004401"),
        (9607001234567, "0", "9607001234567"),
        (1e12, "General", "1000000000000"),
        (0.1, "General", "0.1"),
        (True, "General", "true"),
        ("007", "@", "007"),
        (moment(2026, 3, 4), "yyyy-mm-dd", "2026-03-04"),
        (moment(2026, 3, 4), "yyyy-mm-dd hh:mm:ss", "2026-03-04T00:00:00"),
        (moment(2026, 3, 4, 5, 6), "d/m/yyyy h:mm", "2026-03-04T05:06"),
        (moment(2026, 3, 4, 5, 6, 7), "dd.mm.yyyy", "2026-03-04T05:06:07"),
        (moment(2026, 3, 4, 5, 6), '"hours" yyyy-mm-dd', "2026-03-04T05:06"),
        (moment(2026, 3, 4), '"hours" yyyy-mm-dd', "2026-03-04"),
        (time(5, 6, 7), "hh:mm:ss", "05:06:07"),
        (timedelta(hours=30), "[h]:mm", "1 day, 6:00:00"),
    ],
)
def test_what_a_cell_holds_is_kept_exactly(value: Any, form: str, text: str) -> None:
    found = row(book(["c"], [value], form=form))
    assert (found.cells, found.notes) == ((text,), ())


@pytest.mark.parametrize(
    ("value", "form", "text", "words"),
    [
        ("=A1+1", "General", "=A1+1", "is a formula"),
        ("#REF!", "General", "#REF!", "is an error of the sheet"),
        (9607001234567890, "0", "9607001234567890", "more than 15 digits"),
        (1e20, "General", "100000000000000000000", "more than 15 digits"),
        (7000001, '"+960 "0', "7000001", "the bare number is read"),
        (7000001, "000-0000", "7000001", "the bare number is read"),
        ("a\u202eb", "General", "ab", "U+202E"),
    ],
)
def test_what_may_mislead_has_a_sentence(value: Any, form: str, text: str, words: str) -> None:
    found = row(book(["c"], [value], form=form))
    assert found.cells == (text,)
    assert [note.place for note in found.notes] == ["sheet 'P2P', row 2, column 'c'"]
    assert words in found.notes[0].sentence


def test_an_array_formula_and_a_data_table_are_formulas() -> None:
    cells = '<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2">{}</c></row>'
    for formula, text in (
        ('<f t="array" ref="A2:A3">B1*2</f><v>4</v>', "=B1*2"),
        ('<f t="dataTable" ref="A2:A3" dt2D="1" dtr="1" r1="B1" r2="B2"/><v>4</v>', "="),
    ):
        found = row(with_parts(book([]), {SHEET: sheet_xml(cells.format(formula))}))
        assert found.cells == (text,)
        assert "is a formula" in found.notes[0].sentence


def test_hidden_and_merged_things_are_read_and_said() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for cells in (["a", "b"], [1, 2], [3, 4], [5, 6]):
        sheet.append(cells)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.merge_cells("A3:A4")
    other = made.create_sheet("Aside")
    other.append(["x"])
    other.sheet_state = "hidden"
    first, second = read(saved(made)).sheets
    said = "\n".join(note.sentence for note in (*first.notes, *second.notes))
    assert "hidden columns (B to B)" in said
    assert "cells are merged (A3:A4)" in said
    assert "sheet 'Aside': is a hidden sheet" in said
    rows = [piece for piece in first.body if isinstance(piece, Row)]
    assert [found.cells for found in rows] == [("1", "2"), ("3", "4"), ("", "6")]
    assert [bool(found.notes) for found in rows] == [False, True, False]


def test_broken_rows_are_set_aside_alone() -> None:
    sheet = one(book(["a", "b"], [1, 2], [1, 2, None, 9], ["a", "b"], [3, 4]))
    kinds = [type(piece) for piece in sheet.body]
    assert kinds == [Row, Fault, Note, Row]
    aside = sheet.body[1]
    assert isinstance(aside, Fault)
    assert (aside.place, aside.raw) == ("sheet 'P2P', row 3", b'["1","2","","9"]')
    assert "column D, where the header has no title" in aside.sentence


def test_rows_and_cells_that_stand_twice() -> None:
    cell = '<c r="A{0}"><v>{0}</v></c>'
    rows = '<row r="1"><c r="A1" t="str"><v>a</v></c></row>'
    rows += "".join(f'<row r="{n}">{cell.format(n)}</row>' for n in (2, 2, 3))
    rows += f'<row r="4">{cell.format(4)}{cell.format(4)}</row>'
    body = one(with_parts(book([]), {SHEET: sheet_xml(rows)})).body
    assert [type(piece) for piece in body] == [Row, Fault, Row, Fault]
    assert "the row stands twice" in str(body[1])
    assert "a cell stands twice" in str(body[3])


def test_times_of_the_mac_calendar_and_odd_styles() -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        whole, styles = archive.read("xl/workbook.xml"), archive.read("xl/styles.xml")
    mac = whole.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    first = read(with_parts(WHOLE, {"xl/workbook.xml": mac})).sheets[0].body[0]
    assert isinstance(first, Row)
    assert first.cells[3] == "2030-03-05T05:06:07"
    odd = styles.replace(b"<fill/>", b'<fill><gradientFill type="odd"/></fill>')
    assert isinstance(read(with_parts(WHOLE, {"xl/styles.xml": odd})).sheets[0].body[0], Row)
    assert "no sound workbook" in refusal(with_parts(WHOLE, {}, without="xl/styles.xml"))


def test_a_doubled_title_costs_only_its_sheet() -> None:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.append(["a", "a"])
    made.create_sheet("Good").append(["b"])
    found = read(saved(made))
    assert [sheet.title for sheet in found.sheets] == ["Good"]
    assert "names 'a' twice" in found.faults[0].sentence


def test_empty_sheets_are_passed_over() -> None:
    made = openpyxl.Workbook()
    made.create_sheet("Full").append(["b"])
    assert one(saved(made)).title == "Full"
    assert "no sheet holds rows" in refusal(book([]))


def test_pictures_are_listed_and_links_and_objects_are_left() -> None:
    parts = {
        "xl/media/image1.png": PNG,
        "xl/media/image2.dat": PNG,
        "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
        "xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0",
    }
    found = read(with_parts(book(["a"], [1]), parts))
    assert [(medium.name, medium.size) for medium in found.media] == [
        ("xl/media/image1.png", len(PNG)), ("xl/media/image2.dat", len(PNG)),
    ]  # fmt: skip
    said = " ".join(note.sentence for note in found.notes)
    assert "points to 1 other files; none of them is opened" in said
    assert "1 parts that are no table" in said


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"xl/vbaProject.bin": b"x"}, "holds macros"),
        ({"xl/macrosheets/sheet1.xml": b"<a/>"}, "holds macros"),
        ({"[Content_Types].xml": b'<Types a="vnd.ms-excel.sheet.macroEnabled.main+xml"/>'}, "holds macros"),
        ({"xl/workbook.bin": b"x"}, ".xlsb"),
        ({"xl/workbook.xml": b"<broken"}, "no sound workbook"),
        ({"[Content_Types].xml": b"<Types/>"}, "no sound workbook"),
        ({"xl/styles.xml": bytes(20_000_000)}, "like a bomb"),
        ({SHEET.replace("sheet1", "SHEET1"): b"<a/>"}, "stands twice"),
        ({"../evil.xml": b"<a/>"}, "points outside"),
        (
            {"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'},
            "declares entities",
        ),
        (
            {"xl/styles.xml": b'<!DOCTYPE x [<!ENTITY e "aaaa">]><x>&e;&e;</x>'},
            "declares entities",
        ),
    ],
)
def test_hostile_workbooks_are_refused(parts: dict[str, bytes], words: str) -> None:
    assert words in refusal(with_parts(book(["a"], [1]), parts))


def test_an_entity_in_a_sheet_costs_the_sheet() -> None:
    xml = b'<!DOCTYPE x [<!ENTITY e "aaaa">]>' + sheet_xml('<row r="1"><c t="str"><v>&e;</v></c></row>')
    found = read(with_parts(book(["a"], [1]), {SHEET: xml}))
    assert not found.sheets
    assert "declares entities" in found.faults[0].sentence


def test_a_claim_of_a_million_rows_costs_nothing() -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    )
    xml = sheet_xml(rows, before='<dimension ref="A1:XFD1048576"/>')
    found = row(with_parts(book([]), {SHEET: xml}))
    assert (found.number, found.cells) == (1048576, ("1",))


def test_too_many_rows_and_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_sheets, "MAX_ROWS", 3)
    faults = read(book(["a"], *([n] for n in range(4)))).faults
    assert "more than 3 rows" in faults[0].sentence
    wide = '<row r="1"><c r="XFD1" t="str"><v>a</v></c></row>'
    assert "1,000 columns" in read(with_parts(book([]), {SHEET: sheet_xml(wide)})).faults[0].sentence
    assert one(book(["a"], *([n] for n in range(3)))).header == ("a",)


def test_a_cell_far_to_the_right_costs_its_row() -> None:
    rows = '<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="XFD2"><v>1</v></c></row>'
    assert "column XFD" in str(one(with_parts(book([]), {SHEET: sheet_xml(rows)})).body)


def test_a_password_is_told_from_a_workbook() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
    assert is_old_workbook(old, "a.xlsx")
    assert not is_old_workbook(old, "a.doc")
    assert not is_workbook(old, "a.xlsx")


def test_a_workbook_is_told_by_its_parts() -> None:
    raw = book(["a"])
    assert is_workbook(raw[:65536], "noname")
    assert not is_workbook(raw[:3], "a.xlsx")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inside.xlsx", raw)
    assert not is_workbook(out.getvalue(), "a.zip")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", b"x")
        archive.writestr("word/document.xml", b"x")
        archive.writestr("xl/a", b"x")
    assert not is_workbook(out.getvalue(), "a.xlsx")
    assert is_workbook(b"PK\x03\x04" + bytes(30), "a.xlsx")


def test_inside_a_zip_only_a_workbook_of_text_is_handed_out() -> None:
    plain = book(["a"], [1])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("plain.xlsx", plain)
        archive.writestr("pictures.xlsx", with_parts(plain, {"xl/media/image1.png": PNG}))
        archive.writestr("objects.xlsx", with_parts(plain, {"xl/embeddings/a.bin": b"\x00\xff"}))
    first, picture, second, third = read_zip(out)
    assert first == Member("plain.xlsx", plain)
    assert isinstance(picture, Media)
    assert picture.name == "pictures.xlsx!xl/media/image1.png"
    for refused, name in ((second, "pictures.xlsx"), (third, "objects.xlsx")):
        assert isinstance(refused, MemberRefused)
        assert refused.name == name
        assert "give it by itself" in refused.sentence


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_mutation_of_a_sheet_raises_anything_but_a_refusal(data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        part = data.draw(st.sampled_from([name for name in archive.namelist() if "media" not in name]))
        raw = bytearray(archive.read(part))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        new = data.draw(st.sampled_from([b"9", b"-", b'"', b"<", b">", b" ", b"A1", b"99999999999", b"\xff"]))
        raw[at : at + data.draw(st.integers(0, 12))] = new
    assert sentence_or_book(with_parts(WHOLE, {part: bytes(raw)}))


@settings(deadline=None, max_examples=100)
@given(st.integers(0), st.sampled_from([b"", b"\x00", b"\xff\xff", struct.pack("<I", 2**31)]))
def test_no_cut_of_the_file_raises_anything_but_a_refusal(at: int, new: bytes) -> None:
    at %= len(WHOLE)
    for raw in (WHOLE[:at], WHOLE[:at] + new + WHOLE[at + len(new) :]):
        assert sentence_or_book(raw)
