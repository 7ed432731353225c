"""Do the tables hold what the case holds, and nothing that a spreadsheet would run?"""

import csv
import io
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faru.dossier.tables import HEADERS, Table, read_table, tables

cells = st.text(st.characters(codec="utf-8"), max_size=20)
hostile = st.sampled_from("=+-@\t\r\n'＝＋－＠").flatmap(lambda sign: cells.map(lambda rest: sign + rest))


@given(st.lists(st.tuples(cells | hostile, cells | hostile), min_size=1, max_size=5))
def test_no_cell_is_a_formula_and_every_text_comes_back(rows: list[tuple[str, str]]) -> None:
    data = Table("x", ("one", "two"), tuple(rows)).to_bytes()
    for row in list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in row)
    assert [(row["one"], row["two"]) for row in read_table(data)] == rows


def test_numbers_stay_numbers_and_unknown_is_empty() -> None:
    data = Table("x", ("a", "b", "c", "d"), ((-5, None, False, -1.5),)).to_bytes()
    assert data == b"a,b,c,d\r\n-5,,no,-1.5\r\n"


def test_a_code_unit_that_is_no_character_is_written_as_its_escape() -> None:
    assert Table("x", ("a",), (("\ud800",),)).to_bytes() == b"a\r\n\\ud800\r\n"


@pytest.mark.parametrize("data", [b"", b"a,b\n1\n", b"\xff\xfe", b'a\n"open'])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        read_table(data)


def test_every_table_is_there_even_when_empty(world: SimpleNamespace) -> None:
    empty = replace(
        world.case,
        chronology=(),
        referrals=(),
        requests=(),
        attributions=(),
        hashes=(),
        score=None,
        policy=None,
    )
    made = tables(empty, [])
    assert [table.name for table in made] == sorted(HEADERS)
    assert all(read_table(table.to_bytes()) == [] for table in made)


def test_the_rows_a_verdict_rests_on_say_where_they_stand(world: SimpleNamespace) -> None:
    records = {table.name: read_table(table.to_bytes()) for table in tables(world.case, [None, None])}[
        "records"
    ]
    assert [(row["observation"], row["source_row"], row["subscriber"], row["within"]) for row in records] == [
        ("6f1e09d2a4b3c7d8-0", "812004", "S-40211", "core"),
        ("6f1e09d2a4b3c7d8-0", "812007", "S-55120", "tolerance"),
        ("6f1e09d2a4b3c7d8-1", "17", "S-7", "core"),
        ("6f1e09d2a4b3c7d8-1", "11", "S-9", "core"),
    ]
    assert records[1]["end_utc"] == ""
    assert {len(row["file_sha256"]) for row in records} == {64}
