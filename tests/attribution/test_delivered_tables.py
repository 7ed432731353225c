"""Delivered tables as they come: encodings, separators, quotes, broken rows, and which number a row has."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.attribution.delivered import Reject, Unusable, careful_rows, look_at, write_rejects


def table(folder: Path, data: bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(data)
    return path


def read(folder: Path, data: bytes) -> list[tuple[int, list[str], str | None]]:
    return [tuple(row) for row in careful_rows(look_at(table(folder, data), ("a", "b")))]  # type: ignore[misc]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    data = f"\ufeffA{separator} b \n1{separator}2\n".encode()
    assert read(tmp_path, data) == [(1, ["1", "2"], None)]


def test_a_blank_line_has_no_number_and_a_broken_row_keeps_its_own(tmp_path: Path) -> None:
    rows = read(tmp_path, b"a,b\n1,2\n\n3\n5,6\r\n7,8,9\n")
    assert [(number, cells) for number, cells, fault in rows if fault is None] == [
        (1, ["1", "2"]),
        (3, ["5", "6"]),
    ]
    assert [(number, fault) for number, _, fault in rows if fault is not None] == [
        (2, "has 1 cells where the first line has 2"),
        (4, "has 3 cells where the first line has 2"),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"x\x00\x00,2", "has 2 NUL bytes"),
        (b"caf\xe9,2", "byte 0xe9 is not UTF-8"),
        (b"A,B", "repeats the header"),
        (b'"x"y,2', "text follows a closed quote"),
        (b"x" * (1 << 20) + b",2", "is longer than 1 MiB; perhaps a quote is not closed"),
    ],
)
def test_a_broken_row_is_alone_in_its_fault(tmp_path: Path, line: bytes, fault: str) -> None:
    rows = read(tmp_path, b"a,b\n1,2\n" + line + b"\n5,6\n")
    assert [row[0] for row in rows] == [1, 2, 3]
    assert [row[2] for row in rows] == [None, fault, None]


def test_a_quote_that_is_never_closed_swallows_one_row_only(tmp_path: Path) -> None:
    rows = read(tmp_path, b'a,b\n1,2\n"3,4\n5,6\n"7","8"\n9,10\n')
    assert [row[2] for row in rows] == [None, "a quote is not closed", None, None, None]
    assert [row[1] for row in rows][2:] == [["5", "6"], ["7", "8"], ["9", "10"]]


def test_a_line_break_inside_quotes_is_part_of_the_cell(tmp_path: Path) -> None:
    assert read(tmp_path, b'a,b\n"1\n1",2\n3,O"Neil\n') == [
        (1, ["1\n1", "2"], None),
        (2, ["3", 'O"Neil'], None),
    ]


def test_utf16_is_read_as_such(tmp_path: Path) -> None:
    assert read(tmp_path, "a;b\n1;\u0783\n".encode("utf-16")) == [(1, ["1", "\u0783"], None)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"a,c\n1,2\n", "column b is missing"),
        (b"a,b,A\n1,2,3\n", "stands twice"),
        (b"\x1f\x8b\x08\x00", "packed with gzip"),
        (b"PK\x03\x04....", "a ZIP or a spreadsheet"),
    ],
)
def test_what_cannot_be_read_at_all(tmp_path: Path, data: bytes, words: str) -> None:
    path = table(tmp_path, data)
    with pytest.raises(Unusable, match=words) as refusal:
        look_at(path, ("a", "b"))
    assert str(path) in str(refusal.value)


def test_a_folder_and_a_missing_file_have_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="is a folder"):
        look_at(tmp_path, ("a",))
    with pytest.raises(Unusable, match="can't be read"):
        look_at(tmp_path / "none.csv", ("a",))


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (b"a,b\n1,2\n", True),
        (b"a,b\r\n1,2\r\n", True),
        (b'a,b\n"1",2\n', False),
        (b"a,b\n\n1,2\n", False),
        (b"\na,b\n1,2\n", False),
        (b"a,b\r1,2\r", False),
        (b"a,b\n1,\xff\n", False),
        (b"a,b\n1,\xc3", False),  # breaks off in a character
        (b"a,b\n1,\x00\n", False),
    ],
)
def test_plain_means_a_line_is_a_row(tmp_path: Path, data: bytes, plain: bool) -> None:
    assert look_at(table(tmp_path, data), ("a", "b")).plain is plain


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader_and_no_line_is_lost(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "t.csv"
    path.write_bytes(b"a,b\n1,2\n" + data)
    rows = list(careful_rows(look_at(path, ("a", "b"))))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert all(
        (row.fault is None) == (len(row.cells) == 2 and row.cells != ["a", "b"]) or row.fault for row in rows
    )
    write_rejects(
        path, ("a", "b"), [Reject(row.number, row.fault, tuple(row.cells)) for row in rows if row.fault]
    )
