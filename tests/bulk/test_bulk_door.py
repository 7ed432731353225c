"""The door to DuckDB and Parquet: locked, in UTC, within memory, whole files or none."""

# ruff: noqa: S608 - statements over files of the test's own folder

from pathlib import Path

import pytest

from faru.bulk import Bulk, BulkFault, ParquetFault, column_names, group_bounds, identifier, literal, notes_of


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('/nowhere/else.parquet')",
        "COPY (SELECT 1) TO '/tmp/faru-must-not-exist.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "ATTACH '/tmp/faru-must-not-exist.duckdb'",
        "SET threads = 1",
        "SET enable_external_access = true",
    ],
)
def test_nothing_outside_is_reached_and_no_setting_moved(statement: str) -> None:
    with Bulk() as bulk, pytest.raises(BulkFault):
        bulk.run(statement)


def test_only_the_files_given_are_read(tmp_path: Path) -> None:
    mine, other = tmp_path / "it's mine.csv", tmp_path / "other.csv"
    for path in (mine, other):
        path.write_text("a\n1\n")
    with Bulk(reads=[mine]) as bulk:
        assert bulk.rows(f"SELECT * FROM read_csv({literal(mine)})") == [(1,)]
        with pytest.raises(BulkFault, match="disabled by configuration"):
            bulk.rows(f"SELECT * FROM read_csv({literal(other)})")


def test_times_are_utc_whatever_the_machine_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Indian/Maldives")
    with Bulk() as bulk:
        assert bulk.rows("SELECT epoch_us('1970-01-02 00:00:00'::TIMESTAMPTZ)") == [(86_400_000_000,)]


def test_more_than_memory_is_sorted_on_disk_and_the_folder_goes(tmp_path: Path) -> None:
    with Bulk(memory="60MB", threads=1, work=tmp_path) as bulk:
        folder = bulk.folder
        bulk.run(
            "CREATE TABLE big AS SELECT hash(range) AS h, range::VARCHAR || repeat('x', 20) AS t "
            "FROM range(3000000)"
        )
        first = bulk.rows("SELECT h FROM (SELECT h, t FROM big ORDER BY h, t) LIMIT 3 OFFSET 2999990")
        assert first == sorted(first)
        assert any((folder / "spill").iterdir())
    assert not folder.exists()


def test_loading_keeps_types_and_appends() -> None:
    with Bulk() as bulk:
        for _ in range(2):
            bulk.load("t", {"n": ("UBIGINT", [2**64 - 1, None]), "w": ("VARCHAR[]", [["a", None], []])})
        assert bulk.rows("SELECT n, w FROM t") == [(2**64 - 1, ["a", None]), (None, [])] * 2


def test_streams_come_in_pieces_and_in_order() -> None:
    with Bulk() as bulk:
        bulk.run("CREATE TABLE t AS SELECT range AS n FROM range(10000)")
        pieces = list(bulk.stream("SELECT n FROM t ORDER BY n DESC", size=4000))
        assert len(pieces) > 1
        assert max(map(len, pieces)) <= 4000
        assert [n for piece in pieces for (n,) in piece] == list(range(9999, -1, -1))
        with pytest.raises(BulkFault):
            list(bulk.stream("SELECT nothing FROM t"))


def test_parquet_is_whole_or_absent_and_carries_notes(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    with Bulk(reads=[path], writes=[tmp_path / "t.parquet.part"]) as bulk:
        with pytest.raises(BulkFault):
            bulk.write_parquet("SELECT error('no') AS n", path, {})
        assert list(tmp_path.iterdir()) == []
        bulk.write_parquet("SELECT range AS n FROM range(200000) ORDER BY n", path, {"kept": "it's so"})
        assert bulk.rows(f"SELECT count(*) FROM read_parquet({literal(path)})") == [(200000,)]
    assert notes_of(path)["kept"] == "it's so"
    assert column_names(path) == ("n",)
    bounds = group_bounds(path, "n")
    assert [(b.rows, b.low, b.high) for b in bounds] == [(122880, 0, 122879), (77120, 122880, 199999)]
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for threads in (1, 2):
        path = tmp_path / f"{threads}.parquet"
        with Bulk(writes=[path.with_name(path.name + ".part")], threads=threads) as bulk:
            bulk.write_parquet(
                "SELECT hash(range) AS h, range AS n FROM range(300000) ORDER BY h, n", path, {}
            )
        made.append(path.read_bytes())
    assert made[0] == made[1]


def test_what_is_no_parquet_has_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 nothing")
    for ask in (column_names, notes_of):
        with pytest.raises(ParquetFault):
            ask(path)


def test_quoting() -> None:
    with Bulk() as bulk:
        odd = "a\"b'c; DROP"
        assert bulk.rows(f"SELECT {literal(odd)} AS {identifier(odd)}") == [(odd,)]
