"""Delivered records into the store: what is read, what is set aside and why, and that nothing is lost."""

# ruff: noqa: S608 - statements over files of the test's own folder

import csv
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.attribution.blocks import read_block
from faru.attribution.carriers import RecordKind
from faru.attribution.delivered import Unusable
from faru.attribution.moments import micros
from faru.attribution.overlaps import EXAMPLES
from faru.attribution.records.layout import CELLS, places_of
from faru.attribution.records.parsing import ReadRow, read_row, staging_query
from faru.attribution.store import Delivery, import_records, sources_of
from faru.bulk import Bulk, group_bounds, literal

GOOD = ("2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z", "192.0.2.1", "1024", "2047", "A")


def imported(folder: Path, records: Path, **said: Any) -> tuple[Any, list[list[str]], list[tuple[Any, ...]]]:
    store, rejects = folder / "store.parquet", folder / "rejects.csv"
    report = import_records([Delivery(path=records, **said)], store, rejects)
    with rejects.open(newline="", encoding="utf-8") as file:
        aside = list(csv.reader(file))
    with Bulk(reads=[store]) as bulk:
        rows = bulk.rows(
            'SELECT row, bits, high, low, "start", "end", port_from, port_to, subscriber '
            f"FROM read_parquet({literal(store.resolve())}) ORDER BY row"
        )
    return report, aside, rows


def changed(**cells: str) -> tuple[str, ...]:
    names = ("start", "end", "address", "port_from", "port_to", "subscriber")
    return tuple(cells.get(name, value) for name, value in zip(names, GOOD, strict=True))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (changed(end="2026-03-03T08:00:00Z"), "ends before it starts"),
        (changed(end="2026-03-03T09:00:00Z"), "lasts 0 s"),
        (changed(end="2026-03-03T14:00:00+05:00"), "lasts 0 s"),
        (changed(start=""), "has no start"),
        (changed(start="03/04/2026 09:00:00"), "day or month comes first"),
        (changed(start="2026-02-30T09:00:00Z"), "no date of the calendar"),
        (changed(start="2026-03-03T09:00:00 IST"), "several zones"),
        (changed(start="2026-03-03"), "no time of day"),
        (changed(start="1772554447"), "not a time that can be read"),
        (changed(start="1970-01-01T00:00:05Z"), "zero or overflow"),
        (changed(end="2038-01-19T03:14:07Z"), "zero or overflow"),
        (changed(end="2106-02-07T06:28:15Z"), "zero or overflow"),
        (changed(address="192.0.2.300"), "is not an address"),
        (changed(address="192.0.2.007"), "may be octal"),
        (changed(address=""), "no address"),
        (changed(address="192.0.2.1:443"), "the port belongs in its own column"),
        (changed(address="2001:db8::1/56"), "bits set beyond /56"),
        (changed(address="fe80::1%eth0"), "names an interface"),
        (changed(port_from="70000"), "out of 0-65535"),
        (changed(port_to="70000"), "out of 0-65535"),
        (changed(port_from="http"), "is no number"),
        (changed(port_from="2047", port_to="1024"), "is reversed; set aside, not turned"),
        (changed(port_to=""), "has a port_from and no port_to"),
        (changed(port_from=""), "has a port_to and no port_from"),
        (changed(subscriber=" "), "names no subscriber"),
        (("start", "end", "address", "port_from", "port_to", "subscriber"), "repeats the header"),
        (("", "", "", "", "", ""), "is empty"),
    ],
)
def test_a_broken_row_is_set_aside_with_its_reason(
    tables: Any, tmp_path: Path, row: Any, reason: str
) -> None:
    report, aside, rows = imported(tmp_path, tables.records(GOOD, row, GOOD))
    assert [stored[0] for stored in rows] == [1, 3]
    assert (report.rows, report.rejected) == (2, 1)
    assert aside[0][:2] == ["row", "reason"]
    assert aside[1][0] == "2"
    assert reason in aside[1][1]
    assert "records.csv, row 2:" in aside[1][1]
    assert tuple(aside[1][2:]) == row


@pytest.mark.parametrize(
    ("cell", "value", "instant"),
    [
        ("start", "2026-03-03T09:00:00", "2026-03-03T09:00:00+00:00"),  # no offset: this layout is UTC
        ("start", "2026-03-03 09:00:00", "2026-03-03T09:00:00+00:00"),
        ("start", "2026-03-03T09:00:00+05:00", "2026-03-03T04:00:00+00:00"),
        ("start", "2026-03-03T09:00:00+0530", "2026-03-03T03:30:00+00:00"),
        ("start", "2026-03-03T09:00:00-10", "2026-03-03T19:00:00+00:00"),
        ("start", "2026-03-03T09:00Z", "2026-03-03T09:00:00+00:00"),
        ("start", "20260303T090000Z", "2026-03-03T09:00:00+00:00"),
        ("start", "2026-03-03T09:00:00.25Z", "2026-03-03T09:00:00.250000+00:00"),
        ("start", "2026-03-03T09:00:00,25Z", "2026-03-03T09:00:00.250000+00:00"),
        ("start", " 2026-03-03T09:00:00Z ", "2026-03-03T09:00:00+00:00"),
        ("start", "2026-03-03T09:00:00.1234567Z", "2026-03-03T09:00:00.123456+00:00"),
    ],
)
def test_times_are_read_as_the_layout_says(
    tables: Any, tmp_path: Path, cell: str, value: str, instant: str
) -> None:
    row = changed(**{cell: value, "end": "2026-03-09T00:00:00Z"})
    _, _, rows = imported(tmp_path, tables.records(row))
    assert [stored[4] for stored in rows] == [micros(datetime.fromisoformat(instant))]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:C000:0201", "192.0.2.1"),
        ("2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
        ("192.0.2.0/32", "192.0.2.0"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("10.1.2.3", "10.1.2.3"),  # private, and kept: perhaps the inside column
    ],
)
def test_addresses_have_one_form(tables: Any, tmp_path: Path, text: str, same: str) -> None:
    _, _, rows = imported(tmp_path, tables.records(changed(address=text), changed(address=same)))
    assert rows[0][1:4] == rows[1][1:4]
    assert str(read_block(text)) == same


def test_a_spreadsheets_decimal_port_is_its_whole_number(tables: Any, tmp_path: Path) -> None:
    _, _, rows = imported(tmp_path, tables.records(changed(port_from="1024.0", port_to="2047.0")))
    assert rows[0][6:8] == (1024, 2047)


def test_quotes_nuls_and_bad_bytes_do_not_move_row_numbers(tmp_path: Path) -> None:
    good = b"2026-03-03T09:00:00Z,,192.0.2.1,,,"
    path = tmp_path / "records.csv"
    path.write_bytes(
        b"start,end,address,port_from,port_to,subscriber\r\n"
        + good
        + b'"Smith, A"\r\n'
        + good
        + b"B\x00\r\n"
        + good
        + b"caf\xe9\r\n"
        + good
        + b"D,extra\r\n"
        + good
        + b"E\r\n"
    )
    report, aside, rows = imported(tmp_path, path)
    assert [(row[0], row[8]) for row in rows] == [(1, "Smith, A"), (5, "E")]
    assert [line[0] for line in aside[1:]] == ["2", "3", "4"]
    assert report.rejected == 3


def test_a_structural_fault_sends_a_plain_file_the_careful_way(tables: Any, tmp_path: Path) -> None:
    path = tables.records(GOOD, GOOD)
    path.write_text(path.read_text() + "short,row\n" + path.read_text().splitlines()[1] + "\n")
    _, aside, rows = imported(tmp_path, path)
    assert [row[0] for row in rows] == [1, 2, 4]
    assert "has 2 cells where the first line has 6" in aside[1][1]


@pytest.mark.parametrize("column", ["start", "end", "address", "port_from", "port_to", "subscriber"])
def test_a_missing_column_refuses_the_file_and_writes_nothing(
    tables: Any, tmp_path: Path, column: str
) -> None:
    path = tables.records(GOOD)
    path.write_text(path.read_text().replace(column, "other", 1))
    with pytest.raises(Unusable, match=f"column {column} is missing"):
        imported(tmp_path, path)
    assert not (tmp_path / "store.parquet").exists()


def test_parquet_is_read_like_csv(tables: Any, tmp_path: Path) -> None:
    records = tables.records(
        GOOD, changed(end=""), changed(address="192.0.2.007"), changed(port_from="", port_to="")
    )
    _, _, from_csv = imported(tmp_path, records)
    parquet = tmp_path / "records.parquet"
    with Bulk(reads=[records], writes=[parquet.with_name("records.parquet.part")]) as bulk:
        bulk.write_parquet(
            'SELECT start::TIMESTAMPTZ AS start, "end"::TIMESTAMP AS "end", address, '
            "port_from::INTEGER AS port_from, port_to::DOUBLE AS port_to, subscriber "
            f"FROM read_csv({literal(records)}, all_varchar = true)",
            parquet,
            {},
        )
    report, aside, from_parquet = imported(tmp_path, parquet)
    assert from_parquet == from_csv
    assert report.rejected == 1
    assert "may be octal" in aside[1][1]


def test_broken_parquet_has_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(Unusable, match="no whole Parquet file"):
        imported(tmp_path, path)


def test_parquet_that_is_broken_inside_has_a_sentence_too(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    columns = (
        "'2026-03-03T09:00:00Z' AS start, NULL AS \"end\", '192.0.2.1' AS address, NULL AS port_from, "
        "NULL AS port_to"
    )
    with Bulk(writes=[path.with_name("records.parquet.part")]) as bulk:
        bulk.write_parquet(f"SELECT {columns}, hash(range)::VARCHAR AS subscriber FROM range(5000)", path, {})
    data = bytearray(path.read_bytes())
    data[20 : len(data) // 2] = b"\xff" * (len(data) // 2 - 20)
    path.write_bytes(data)
    with pytest.raises(Unusable, match=r"records\.parquet can't be read to its end"):
        imported(tmp_path, path)


def test_further_columns_of_the_layout_are_kept(tmp_path: Path, tables: Any) -> None:
    header = (
        "start",
        "end",
        "address",
        "port_from",
        "port_to",
        "subscriber",
        "end_kind",
        "port_step",
        "colour",
    )
    path = tables.write("records.csv", header, [(*GOOD, "inferred", "4", "blue"), (*GOOD, "guessed", "", "")])
    report, aside, rows = imported(tmp_path, path)
    assert len(rows) == 1
    assert "end_kind 'guessed' is none of observed, inferred, open" in aside[1][1]
    assert any("colour is not read" in note for note in report.notes)


def test_an_answer_without_rows_is_not_nobody(tables: Any, tmp_path: Path) -> None:
    report, _, rows = imported(tmp_path, tables.records())
    assert rows == []
    assert any("no record, which is not 'nobody'" in note for note in report.notes)


def test_the_store_remembers_its_files(tables: Any, tmp_path: Path) -> None:
    records = tables.records(GOOD, changed(address="2001:db8::/56"))
    report, _, _ = imported(tmp_path, records, carrier="one", kind=RecordKind.NAT, origin="nat-1")
    sources, bits = sources_of(tmp_path / "store.parquet")
    assert sources == report.sources
    assert (sources[0].carrier, sources[0].kind, sources[0].origin) == ("one", RecordKind.NAT, "nat-1")
    assert bits == (56, 128)
    with pytest.raises(Unusable, match="can't be read as a record store"):
        sources_of(records)


def test_long_leases_lie_apart_so_that_time_skips_groups(tables: Any, tmp_path: Path) -> None:
    imported(tmp_path, tables.records(changed(end=""), GOOD, changed(end="2026-04-30T00:00:00Z"), GOOD))
    bounds = group_bounds(tmp_path / "store.parquet", "span")
    assert (bounds[0].low, bounds[0].high) == (0, 3)
    with Bulk(reads=[tmp_path / "store.parquet"]) as bulk:
        rows = bulk.rows(
            f"SELECT span, row FROM read_parquet({literal((tmp_path / 'store.parquet').resolve())})"
        )
    assert rows == [(0, 2), (0, 4), (3, 1), (3, 3)]


def test_overlapping_leases_are_reported_and_all_kept(tables: Any, tmp_path: Path) -> None:
    rows = [
        changed(subscriber="A"),
        changed(start="2026-03-03T09:30:00Z", subscriber="A"),  # A's own renewal: no overlap
        changed(start="2026-03-03T09:59:00Z", end="2026-03-03T11:00:00Z", subscriber="B"),
        changed(
            start="2026-03-03T11:00:00Z", end="2026-03-03T12:00:00Z", subscriber="C"
        ),  # touches: no overlap
        changed(port_from="2048", port_to="4095", subscriber="D"),  # other ports
        changed(address="192.0.2.2", end="", subscriber="E"),
        changed(address="192.0.2.2", start="2026-03-09T00:00:00Z", end="", subscriber="F"),
    ]
    report, _, stored = imported(tmp_path, tables.records(*rows))
    assert len(stored) == len(rows)
    assert report.overlaps == 2
    assert [(o.row, o.subscriber, o.other_row, o.other) for o in report.overlap_examples] == [
        (3, "B", 1, "A"),
        (7, "F", 6, "E"),
    ]
    assert "rows 1 and 3 give 192.0.2.1 to A and B at once" in report.overlap_examples[0].sentence


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 12), st.sampled_from("ABC")), max_size=12))
def test_overlaps_are_what_a_plain_count_finds(tmp_path_factory: pytest.TempPathFactory, leases: Any) -> None:
    folder = tmp_path_factory.mktemp("overlaps")
    path = folder / "records.csv"
    lines = ["start,end,address,port_from,port_to,subscriber"]
    at = "2026-03-03T09:00:{:02}Z"
    lines += [f"{at.format(a)},{at.format(a + n)},192.0.2.1,,,{who}" for a, n, who in leases]
    path.write_text("\n".join(lines) + "\n")
    spells: list[tuple[int, int, str]] = []
    for who in "ABC":
        for start, length in sorted((a, n) for a, n, name in leases if name == who):
            if spells and spells[-1][2] == who and spells[-1][1] >= start:
                spells[-1] = (spells[-1][0], max(spells[-1][1], start + length), who)
            else:
                spells.append((start, start + length, who))
    spells.sort()
    early = [one for n, one in enumerate(spells) if any(other[1] > one[0] for other in spells[:n])]
    assert imported(folder, path)[0].overlaps == len(early)


def test_the_same_row_twice_is_no_overlap(tables: Any, tmp_path: Path) -> None:
    report, _, stored = imported(tmp_path, tables.records(changed(), changed()))
    assert (report.overlaps, len(stored)) == (0, 2)


def test_who_runs_on_holds_before_who_begins_at_the_same_moment(tables: Any, tmp_path: Path) -> None:
    rows = [
        changed(end="2026-03-03T09:30:00Z", subscriber="A"),
        changed(start="2026-03-03T09:30:00Z", subscriber="B"),
        changed(start="2026-03-03T09:30:00Z", subscriber="A"),
    ]
    report, _, _ = imported(tmp_path, tables.records(*rows))
    assert [(o.row, o.subscriber, o.other_row, o.other) for o in report.overlap_examples] == [
        (2, "B", 3, "A")
    ]
    assert report.overlaps == 1


def test_where_every_row_overlaps_the_count_is_exact_and_the_examples_are_few(tmp_path: Path) -> None:
    path, count = tmp_path / "records.csv", 3000
    lines = ["start,end,address,port_from,port_to,subscriber"]
    lines += [f"2026-03-03T09:00:00Z,,192.0.2.{n % 3},,,S{n}" for n in range(count)]
    path.write_text("\n".join(lines) + "\n")
    report, _, _ = imported(tmp_path, path)
    assert report.overlaps == count - 3
    assert len(report.overlap_examples) == EXAMPLES
    assert {(o.row - o.other_row) % 3 for o in report.overlap_examples} == {0}


CELL_POOL = {
    "start": [
        "2026-03-03T09:00:00Z",
        "2026-03-03 09:00:00",
        "2026-03-03T24:00:00Z",
        "2026-03-03T09:00:60Z",
        "x",
        "",
        "2026-13-03T09:00:00Z",
        "2026-03-03T09:00:00+14:30",
        "2026-03-03T09:00:00.5+05",
        "1969-12-31T23:00:00Z",
    ],
    "end": [
        "",
        "2026-03-03T10:00:00Z",
        "2026-03-03T09:00:00.500000+00:00",
        "2026-03-03T09:00:00Z",
        " ",
        "never",
    ],
    "address": ["192.0.2.1", "2001:db8::/56", "192.0.2.1/24", "nowhere", "", "1.2.3", "0x7f.1"],
    "port_from": ["", "1", "00080", "65536", "-1", "8e1", "80.0", "８０"],
    "port_to": ["", "1", "65535", "99999", "+90", "90.5"],
    "subscriber": ["A", "", " A", "\tB", "N/A"],
    "port_step": ["", "0", "2"],
    "end_kind": ["", "open", "maybe"],
    "last_seen": ["", "2026-03-03T09:30:00Z", "soon"],
}


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in CELL_POOL.items()}), max_size=8
    )
)
def test_the_bulk_part_takes_nothing_that_the_careful_part_reads_otherwise(
    rows: list[dict[str, str]],
) -> None:
    columns = tuple(CELL_POOL)
    with Bulk() as bulk:
        bulk.load(
            "delivered",
            {
                "row": ("BIGINT", list(range(len(rows)))),
                **{f"o{n}": ("VARCHAR", [row[name] for row in rows]) for n, name in enumerate(columns)},
            },
        )
        staged = bulk.rows(
            "SELECT row, t0, t1, p0, p1, port_step, last_seen, subscriber FROM "
            f"({staging_query('SELECT *, NULL AS torn FROM delivered', places_of(columns))}) "
            "WHERE sure ORDER BY row"
        )
    for row, *values in staged:
        read = read_row({**rows[row], "address": "192.0.2.1"})
        assert isinstance(read, ReadRow), (rows[row], read)
        assert values == [
            read.start,
            read.end,
            read.port_from,
            read.port_to,
            read.port_step,
            read.last_seen,
            read.subscriber,
        ]


@settings(deadline=None, max_examples=100)
@given(st.fixed_dictionaries({name: st.text(max_size=30) for name in CELLS}))
def test_reading_a_row_never_raises(cells: dict[str, str]) -> None:
    read = read_row(cells)
    assert isinstance(read, ReadRow) or read


def test_half_the_rows_broken_and_nothing_lost(tables: Any, tmp_path: Path) -> None:
    shuffle = random.Random(3)
    rows = [GOOD if shuffle.random() < 0.5 else changed(address=f"192.0.2.{300 + n}") for n in range(2000)]
    report, aside, stored = imported(tmp_path, tables.records(*rows))
    assert report.rows + report.rejected == 2000
    assert report.rows == rows.count(GOOD) == len(stored)
    kept = {row[0] for row in stored} | {int(line[0]) for line in aside[1:]}
    assert kept == set(range(1, 2001))


def test_several_files_make_one_store(tmp_path: Path, tables: Any) -> None:
    one = tables.write("one.csv", ("start", "end", "address", "port_from", "port_to", "subscriber"), [GOOD])
    two = tables.write(
        "two.csv",
        ("start", "end", "address", "port_from", "port_to", "subscriber"),
        [changed(subscriber="B"), changed(start="no")],
    )
    steps: list[tuple[int, int]] = []
    report = import_records(
        [Delivery(path=one, carrier="x"), Delivery(path=two, carrier="y")],
        tmp_path / "s.parquet",
        tmp_path / "r.csv",
        progress=lambda done, total: steps.append((done, total)),
    )
    assert [source.rows for source in report.sources] == [1, 1]
    assert report.overlaps == 1
    assert "two.csv, row 2: start:" in (tmp_path / "r.csv").read_text()
    assert steps[-1][0] == steps[-1][1]


def test_files_with_different_further_columns_share_a_store(tmp_path: Path, tables: Any) -> None:
    header = ("start", "end", "address", "port_from", "port_to", "subscriber")
    odd = changed(start="20260303T090000Z")  # read row by row
    one = tables.write("one.csv", (*header, "realm"), [(*GOOD, "blue"), (*odd, "red")])
    two = tables.write("two.csv", (*header, "port_step"), [(*odd, "4"), (*GOOD, "")])
    store = tmp_path / "s.parquet"
    import_records([Delivery(path=one), Delivery(path=two)], store, tmp_path / "r.csv")
    with Bulk(reads=[store]) as bulk:
        rows = bulk.rows(
            f"SELECT file, row, realm, port_step, line FROM read_parquet({literal(store)}) ORDER BY file, row"
        )
    assert rows == [
        (0, 1, "blue", None, None),
        (0, 2, "red", None, None),
        (1, 1, None, 4, None),
        (1, 2, None, None, None),
    ]


@pytest.mark.parametrize("more", ["", ",", ",x", ",x,y"])
def test_a_row_of_any_width_keeps_its_number_and_its_cells(tables: Any, tmp_path: Path, more: str) -> None:
    path = tables.records(GOOD, changed(end="", port_from="", port_to=""), GOOD)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], "short,", *lines[2:], lines[1] + more]) + "\n")
    _, aside, rows = imported(tmp_path, path)
    assert [row[0] for row in rows] == [1, 3, 4] + ([] if more else [5])
    assert aside[1][2:] == ["short", ""]
    assert [line[0] for line in aside[1:]] == ["2"] + (["5"] if more else [])
    assert all(line[2:] == (lines[1] + more).split(",") for line in aside[2:])
