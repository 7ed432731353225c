"""Tables from strangers: a broken row costs itself alone."""

import codecs
import contextlib
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.loaders import csv_lines
from faru.loaders.csv_lines import lines_of
from faru.loaders.csv_rows import Row, read_csv, stream_csv
from faru.loaders.refusals import Fault, Note, Refused


def rows(raw: bytes) -> list[Row | Fault | Note]:
    return list(read_csv(raw, "t.csv").rows())


def cells(raw: bytes) -> list[tuple[str, ...]]:
    return [piece.cells for piece in rows(raw) if isinstance(piece, Row)]


def faults(raw: bytes) -> list[Fault]:
    return [piece for piece in rows(raw) if isinstance(piece, Fault)]


def test_rows_have_numbers_lines_and_their_own_bytes() -> None:
    found = rows(b'a,b\r\n1,2\r\n"x\r\ny",3\r\n\r\n4,5')
    assert [(r.number, r.line, r.cells, r.raw) for r in found if isinstance(r, Row)] == [
        (1, 2, ("1", "2"), b"1,2"),
        (2, 3, ("x\r\ny", "3"), b'"x\r\ny",3'),
        (3, 6, ("4", "5"), b"4,5"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen(delimiter: str) -> None:
    table = read_csv(f"a{delimiter}b\n1{delimiter}2".encode(), "t.csv")
    assert table.header == ("a", "b")
    assert bool(table.notes) == (delimiter != ",")


def test_a_quote_that_is_never_closed_costs_one_line() -> None:
    raw = b'a,b\n1,"2\n3,4\n5,6\n'
    assert cells(raw) == [("3", "4"), ("5", "6")]
    assert [f.raw for f in faults(raw)] == [b'1,"2']
    assert "never closed" in faults(raw)[0].sentence


def test_a_quote_that_would_pair_with_a_later_one_does_not_eat_rows() -> None:
    raw = b'a,b\n1,"2\n3,"4"\n5,6\n'
    assert cells(raw) == [("3", "4"), ("5", "6")]


def test_short_and_long_rows_are_set_aside_and_named() -> None:
    raw = b"a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n1,2,3\n"
    assert cells(raw) == [("1", "2", "3"), ("1", "2", "3")]
    assert [f.place for f in faults(raw)] == ["row 1", "row 2"]
    assert "row 1 (line 2): has 2 cells where the header has 3" in faults(raw)[0].sentence


def test_nul_bytes_set_a_row_aside() -> None:
    raw = b"a,b\n1,\x002\x00\n3,4\n"
    assert cells(raw) == [("3", "4")]
    assert "has 2 NUL bytes" in faults(raw)[0].sentence


def test_a_repeated_header_is_skipped_with_a_note() -> None:
    found = rows(b"a,b\n1,2\na,b\n3,4\n")
    assert [type(piece) for piece in found] == [Row, Note, Row]


def test_bad_utf8_and_bidi_are_noted() -> None:
    row = rows("a,b\nx\u202ey,".encode() + b"\xff\n")[0]
    assert isinstance(row, Row)
    assert row.cells == ("xy", "\ufffd")
    assert len(row.notes) == 2
    assert row.raw.endswith(b"\xff")


def test_utf16_tables() -> None:
    table = read_csv(b"\xff\xfe" + "a;b\n1;2\n".encode("utf-16-le"), "t.csv")
    assert [r.cells for r in table.rows() if isinstance(r, Row)] == [("1", "2")]


def test_a_stated_encoding() -> None:
    table = read_csv(b"a,b\n\x92,2\n", "t.csv", encoding="cp1252")
    assert [r.cells for r in table.rows() if isinstance(r, Row)] == [("\u2019", "2")]
    for bad in ("klingon", "utf-16", "zlib"):
        with pytest.raises(Refused, match="encoding"):
            read_csv(b"a\n1", "t.csv", encoding=bad)


def test_headers_that_cannot_be_read() -> None:
    with pytest.raises(Refused, match="only blanks"):
        read_csv(b"\n \n", "t.csv")
    with pytest.raises(Refused, match="names 'a' twice"):
        read_csv(b"a,a\n1,2", "t.csv")
    with pytest.raises(Refused, match="header can't be read"):
        read_csv(b'"a,b\n1,2', "t.csv")


def test_a_huge_line_is_set_aside() -> None:
    raw = b"a,b\n" + b"x" * 1_100_000 + b",1\n2,3\n"
    assert cells(raw) == [("2", "3")]


_CELL = st.text(alphabet='ab",;\n x', max_size=5)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(_CELL, _CELL), max_size=5))
def test_what_python_writes_is_read_back(lines: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([("head one", "head two"), *lines])
    kept = [line for line in lines if any(cell.strip() for cell in line)]
    found = [
        r for r in rows(out.getvalue().encode()) if isinstance(r, Row) and any(c.strip() for c in r.cells)
    ]
    assert [r.cells for r in found] == kept


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60) | st.text(alphabet='ab",;\n\r\x00', max_size=60).map(str.encode))
def test_nothing_but_refused_ever_leaves(raw: bytes) -> None:
    with contextlib.suppress(Refused):
        rows(raw)


_PIECES = st.lists(
    st.sampled_from(
        [",", ";", '"', '""', "a", "\n", "\r\n", "\r", '"a,b"', '"a\nb"', "\x00", "é", "ރ", "a,b\n"]
    )
)


@settings(deadline=None, max_examples=300)
@given(_PIECES, st.sampled_from([None, "cp1252"]), st.sampled_from(["utf-8", "utf-16"]), st.integers(1, 5))
def test_a_table_in_windows_reads_as_the_whole(
    parts: list[str], stated: str | None, encoding: str, window: int
) -> None:
    raw = "".join(["a,b\n", *parts]).encode(encoding)
    found = []
    for size in (window, len(raw) + 1):
        lines = lines_of(io.BytesIO(raw), "f.csv", stated, size)
        found.append([(line.number, line.raw, line.text) for line in lines.some(1000)])
    assert found[0] == found[1]
    whole = b"".join(line[1] for line in found[0])
    assert raw.removeprefix(codecs.BOM_UTF16_LE) == whole


def test_a_line_without_end_keeps_the_rows_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "LARGEST_DOCUMENT", 3_000_000)

    class Endless(io.BytesIO):
        """A header, a row, and then one line that goes on and on."""

        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(size) or (b"x" * (size or 1) if size and size > 0 else b"")

    table = stream_csv(Endless(b"a,b\n1,2\n"), "f.csv", encoding="utf-8")
    rows = table.rows()
    first = next(rows)
    assert isinstance(first, Row)
    assert first.cells == ("1", "2")
    with pytest.raises(Refused, match=r"f\.csv: line 3 is longer than 3,000,000 bytes"):
        next(rows)
