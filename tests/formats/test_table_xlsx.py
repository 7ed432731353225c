"""Workbooks as tables: the same maps, rejects and sealing as a CSV; pointers name the sheet."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.formats import table
from faru.formats.column_map import FIELDS, column_map, header_of, load_map, sample_rows, to_json
from faru.formats.intake import read_file, read_stream
from faru.formats.options import ReadOptions
from faru.loaders.refusals import Refused
from faru.vocabulary import Referral, Sealed, SourcePointer

ReadWith = Callable[..., Any]

COLUMNS = {"id": "number", "ip": "address", "port": "port", "seen": "at", "user": "user_id", "note": "text",
           "vn": "victim.first_name"}  # fmt: skip
MAP = column_map("map.json", "Ring of Peers", COLUMNS, constants={"platform": "PeerNet"}, zone="+05:00")
HEADER = [*COLUMNS, "extra"]


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(raw: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO(raw)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def read(read_with: ReadWith) -> ReadWith:
    return lambda raw, **options: read_with(table.read, raw, **{"name": "in.xlsx", "maps": (MAP,), **options})


def test_a_row_is_a_referral_and_pointers_name_the_cell(read: ReadWith) -> None:
    seen = datetime(2026, 4, 3, 5, 6, 7)  # noqa: DTZ001 - a cell has no zone
    raw = workbook(P2P=[HEADER, [4401, "203.0.113.7", 40211, seen, "u1", "hello", None, "kept"]])
    referral = read(raw).one
    observation = referral.observations[0]
    assert (referral.sender, referral.number, referral.platform) == ("Ring of Peers", "4401", "PeerNet")
    assert (observation.address, observation.port) == ("203.0.113.7", 40211)
    assert observation.at.original == "2026-04-03T05:06:07"
    assert observation.at.iso() == "2026-04-03T00:06:07Z"
    assert referral.where("observations[0].address") == "sheet 'P2P', row 2, column 'ip'"
    assert referral.texts[0].place == "sheet 'P2P', row 2, column 'note'"
    assert referral.unread == {"sheet 'P2P', row 2, column 'extra'": "kept"}


def test_a_date_cell_is_never_open_but_its_zone_is_asked(read: ReadWith) -> None:
    seen = datetime(2026, 4, 3, 5, 6, 7)  # noqa: DTZ001 - a cell has no zone
    raw = workbook(P2P=[HEADER, [1, "203.0.113.7", 1, seen]])
    at = read(raw, maps=(replace(MAP, zone=None),)).one.observations[0].at
    assert (at.day_month_open, at.utc, at.local) == (False, None, seen)
    assert read(raw, maps=(replace(MAP, zone=None),), zone="UTC").one.observations[0].at.utc is not None


def test_a_formula_is_text_and_remarked(read: ReadWith) -> None:
    reading = read(workbook(P2P=[HEADER, [1, "203.0.113.7", "=40000+1"]]))
    assert reading.one.observations[0].port is None
    assert "column 'port': is a formula; its text is kept" in reading.sentences


def test_each_sheet_finds_its_own_map(read: ReadWith) -> None:
    other = column_map("other.json", "Other", {"adresse": "address"})
    raw = workbook(
        P2P=[HEADER, [1, "203.0.113.7"]],
        More=[["adresse"], ["203.0.113.8"]],
        Notes=[["anything"], ["x"]],
        Nothing=[],
    )
    reading = read(raw, maps=(MAP, other))
    assert [(r.sender, r.observations[0].address) for r in reading.referrals] == [
        ("Ring of Peers", "203.0.113.7"), ("Other", "203.0.113.8"),
    ]  # fmt: skip
    assert [a.place for a in reading.aside] == ["sheet 'Notes'"]
    sentence = reading.aside[0].sentence
    assert "map.json wants 'id', 'ip'" in sentence
    assert list(json.loads(sentence[sentence.index("{") :])["columns"]) == ["anything"]


def test_the_reject_file_is_as_for_a_csv() -> None:
    raw = workbook(P2P=[HEADER, [1, "203.0.113.7"], [*[None] * 7, "only unmapped"], [*["x"] * 9]])
    found = table.write_rejects(io.BytesIO(raw), ReadOptions(name="in.xlsx", maps=(MAP,)))
    lines = list(csv.reader(io.StringIO(found)))
    assert lines[0] == ["place", "reason", "row as received"]
    assert [line[0] for line in lines[1:]] == ["sheet 'P2P', row 3", "sheet 'P2P', row 4"]
    assert json.loads(lines[1][2]) == [*[""] * 7, "only unmapped"]
    assert "sheet 'P2P', row 3: no mapped column has a value" in lines[1][1]
    assert json.loads(lines[2][2]) == ["x"] * 9


def test_pictures_are_listed_and_children_kept_out_of_their_names(read: ReadWith) -> None:
    raw = workbook(P2P=[HEADER, [1, "203.0.113.7", None, None, None, "Qadhira was there", "Qadhira"]])
    reading = read(with_part(raw, "xl/media/qadhira.png", b"\x89PNG\r\n\x1a\n"))
    assert reading.one.texts[0].text == "Child A was there"
    assert "in.xlsx!xl/media/Child A.png: a picture, film or sound of 8 bytes" in reading.sentences
    assert "qadhira" not in reading.sentences.casefold()


def test_a_header_without_rows_is_said(read: ReadWith) -> None:
    reading = read(workbook(P2P=[HEADER]))
    assert "in.xlsx: sheet 'P2P': has a header and no rows" in reading.sentences


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (with_part(workbook(P2P=[HEADER]), "xl/vbaProject.bin", b"x"), "holds macros"),
        (workbook(P2P=[HEADER])[:900], "damaged or cut"),
    ],
)
def test_what_is_no_plain_workbook_has_a_sentence(read: ReadWith, raw: bytes, words: str) -> None:
    assert words in read(raw).aside[0].sentence


def test_intake_takes_a_workbook_for_a_table_wherever_it_lies(tmp_path: Path) -> None:
    raw = workbook(P2P=[HEADER, [1, "203.0.113.7"]])
    options = ReadOptions(maps=(MAP,))
    for name in ("book.xlsx", "book.zip", "book", "book.csv"):
        (tmp_path / name).write_bytes(raw)
        reading = read_file(tmp_path / name, options)
        assert (reading.format, len(reading.referrals)) == ("table", 1), name
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a/book.xlsx", raw)
    found = read_stream("all.zip", out, options)
    assert found.format == "zip"
    assert found.referrals[0].where("number") == "a/book.xlsx: sheet 'P2P', row 2, column 'id'"


def test_a_workbook_that_nobody_can_look_into_is_in_no_format() -> None:
    for name in ("old.xls", "locked.xlsx"):
        found = read_stream(name, io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ReadOptions())
        assert found.format is None
        assert "save it as .xlsx without a password" in found.set_aside[0].sentence


_CELL = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=8).filter(
    lambda text: not text.startswith("=") and not text.startswith("#")
)


def _without_places(referral: Referral) -> Referral:
    """The referral without its bytes' hash and without where its values stand."""

    def bare(path: str) -> str:
        return path.rpartition(", ")[2]

    return replace(
        referral,
        sha256="",
        children=tuple(
            replace(child, unread=Sealed(tuple((bare(path), text) for path, text in child.unread.open())))
            for child in referral.children
        ),
        pointers=MappingProxyType(dict.fromkeys(referral.pointers, "")),
        unread=MappingProxyType({bare(path): text for path, text in referral.unread.items()}),
        texts=tuple(replace(text, place=SourcePointer("")) for text in referral.texts),
        remarks=(),
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(_CELL, min_size=len(HEADER), max_size=len(HEADER)), min_size=1, max_size=4))
def test_a_workbook_reads_as_the_same_table_in_csv(rows: list[list[str]]) -> None:
    rows = [["1", *row[1:]] for row in rows]  # a row of blanks is no row in a sheet
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    options = ReadOptions(name="in", maps=(MAP,))
    found = [
        [_without_places(item) for item in table.read(io.BytesIO(raw), options) if isinstance(item, Referral)]
        for raw in (out.getvalue().encode(), workbook(P2P=[HEADER, *rows]))
    ]
    assert len(found[0]) == len(rows)
    assert found[0] == found[1]


def test_a_keyed_map_is_saved_and_read_back() -> None:
    keyed = column_map(
        "p2p.json", " Ring ", {"a": "address", "b": ""}, constants={"event": "upload", "platform": ""},
        zone=" +05:00 ", day_first=False,
    )  # fmt: skip
    assert keyed.columns == (("a", "address"),)
    assert (keyed.sender, keyed.zone, keyed.constants) == ("Ring", "+05:00", (("event", "upload"),))
    assert load_map(to_json(keyed).encode(), "p2p.json") == keyed


@given(
    st.dictionaries(st.text(st.characters(categories=["L", "N"]), min_size=1), st.just("text"), min_size=1),
    st.sampled_from([None, "UTC", "Indian/Maldives"]),
    st.none() | st.booleans(),
)
def test_any_keyed_map_is_read_back(
    columns: dict[str, str], zone: str | None, day_first: bool | None
) -> None:
    keyed = column_map("m", "S", columns, zone=zone, day_first=day_first)
    assert load_map(to_json(keyed).encode(), "m") == keyed


@pytest.mark.parametrize(
    ("sender", "columns", "more", "words"),
    [
        ("", {"a": "address"}, {}, "'sender'"),
        ("S", {"a": ""}, {}, "'columns'"),
        ("S", {"a": "nothing"}, {}, "no field"),
        ("S", {"a": "port", "b": "port"}, {}, "given twice"),
        ("S", {"a": "port"}, {"constants": {"port": "1"}}, "given twice"),
        ("S", {"a": "port"}, {"zone": "IST"}, "is not a zone"),
    ],
)
def test_a_keyed_map_that_is_wrong_has_a_sentence(
    sender: str, columns: dict[str, str], more: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words) as found:
        column_map("p2p.json", sender, columns, **more)
    assert found.value.sentence.startswith("p2p.json: ")


def test_a_new_table_shows_its_titles_and_first_rows() -> None:
    rows = [["id", "ip"], ["1", "a"], ["2", "b"], ["3", "c"]]
    text = b"id;ip\n1;a\nbroken\n2;b\n3;c\n"
    assert header_of(io.BytesIO(text), "in.csv") == ("id", "ip")
    assert sample_rows(io.BytesIO(text), "in.csv", 2) == (("1", "a"), ("2", "b"))
    raw = workbook(Empty=[], P2P=rows)
    assert header_of(io.BytesIO(raw), "in.xlsx") == ("id", "ip")
    assert sample_rows(io.BytesIO(raw), "in.xlsx", 9) == (("1", "a"), ("2", "b"), ("3", "c"))
    assert sample_rows(io.BytesIO(raw), "in.xlsx", 0) == ()
    for bad in (b"", workbook(Empty=[]), workbook(P2P=[["a", "a"]])):
        with pytest.raises(Refused):
            header_of(io.BytesIO(bad), "in")


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_field_can_be_keyed(field: str) -> None:
    assert column_map("m", "S", {"c": field}).columns == (("c", field),)
