"""A locked DuckDB connection: plain values in, plain values out.

Times go in and come out as microseconds since 1970 in UTC (`epoch_us`), never as DuckDB's own time values:
fetching those needs a package that nothing installs, and text without a zone would be read in the machine's
zone.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import duckdb
import pyarrow as pa

ROW_GROUP: Final = 122_880
"""Rows a Parquet row group: DuckDB's own vector multiple, and the unit that a lookup reads or skips."""

_TYPES: Final = {
    "BIGINT": pa.int64(),
    "UBIGINT": pa.uint64(),
    "UINTEGER": pa.uint32(),
    "USMALLINT": pa.uint16(),
    "UTINYINT": pa.uint8(),
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "BOOLEAN": pa.bool_(),
}


class BulkFault(Exception):
    """DuckDB refused a statement or a file; the text is its own first line."""


def literal(value: str | Path) -> str:
    """`value` as a quoted SQL text."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """`name` as a quoted SQL name."""
    return '"' + name.replace('"', '""') + '"'


class Bulk:
    """One connection in memory, closed with its folder when the `with` block ends.

    `reads` and `writes` are the only files it can open. `memory` is DuckDB's own limit; what does not fit is
    spilled into a private folder below `work` (unless given, the system's temporary one), removed at the end.
    """

    def __init__(
        self,
        *,
        reads: Iterable[Path] = (),
        writes: Iterable[Path] = (),
        memory: str = "1GB",
        threads: int | None = None,
        work: Path | None = None,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="faru-bulk-", dir=work)
        self.folder = Path(self._folder.name)
        self._connection = duckdb.connect(":memory:")
        files = [str(path.resolve()) for path in (*reads, *writes)]
        for setting in (
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            "SET TimeZone = 'UTC'",
            "SET enable_progress_bar = false",
            "SET preserve_insertion_order = true",
            # A join on some hundred addresses skips row groups by each address, not only by the outermost
            # two.
            "SET dynamic_or_filter_threshold = 2000",
            f"SET memory_limit = {literal(memory)}",
            f"SET threads = {threads or os.cpu_count() or 1}",
            f"SET temp_directory = {literal(self.folder / 'spill')}",
            f"SET allowed_directories = [{literal(self.folder)}]",
            f"SET allowed_paths = [{', '.join(literal(name) for name in files)}]",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            self._connection.execute(setting)

    def __enter__(self) -> "Bulk":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and remove what was spilled."""
        self._connection.close()
        self._folder.cleanup()

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run one statement for its effect. Raises BulkFault."""
        try:
            self._connection.execute(sql, list(values)).fetchall()
        except duckdb.Error as error:
            raise BulkFault(_first_line(error)) from error

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query that has few. Raises BulkFault."""
        try:
            return self._connection.execute(sql, list(values)).fetchall()
        except duckdb.Error as error:
            raise BulkFault(_first_line(error)) from error

    def stream(self, sql: str, size: int = 20_000) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query in lists of at most `size`, on a cursor of its own. Raises BulkFault."""
        cursor = self._connection.cursor()
        try:
            reader = cursor.sql(sql).to_arrow_reader(size)
            for batch in reader:
                if batch.num_rows:
                    yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        except duckdb.Error as error:
            raise BulkFault(_first_line(error)) from error
        finally:
            cursor.close()

    def load(self, name: str, columns: Mapping[str, tuple[str, Sequence[object]]]) -> None:
        """Make or extend the table `name`: {column: (DuckDB type, values)}, columns of one length."""
        arrays = {key: pa.array(values, _TYPES[kind]) for key, (kind, values) in columns.items()}
        shape = ", ".join(f'"{key}" {kind}' for key, (kind, _) in columns.items())
        self.run(f"CREATE TABLE IF NOT EXISTS {name} ({shape})")
        self._connection.register("_loading", pa.table(arrays))
        try:
            self.run(f"INSERT INTO {name} SELECT * FROM _loading")  # noqa: S608 - our own table names
        finally:
            self._connection.unregister("_loading")

    def write_parquet(self, sql: str, path: Path, notes: Mapping[str, str]) -> None:
        """Write a query's rows, in its order, as Parquet (zstd, v2), whole or not at all. Raises BulkFault.

        The file appears under `path` only once it is complete. `notes` become the file's key-value metadata.
        """
        unfinished = path.with_name(path.name + ".part")
        pairs = ", ".join(f"{literal(key)}: {literal(value)}" for key, value in notes.items())
        kept = f", KV_METADATA {{{pairs}}}" if pairs else ""
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, PARQUET_VERSION v2{kept}"
        try:
            self.run(f"COPY ({sql}) TO {literal(unfinished.resolve())} ({options})")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]
