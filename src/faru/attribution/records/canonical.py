"""The layout that scripts use (CSV or Parquet): start, end, address, port_from, port_to, subscriber.

Times are ISO 8601, half-open; a time without an offset is UTC, because this layout says so. An empty end is
open. Ports are inclusive; both empty: the whole address. Further columns of `layout.OPTIONAL` are read where
they stand.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from faru.attribution.delivered import Reject, Shape, Unusable, careful_rows, look_at, sha256_of
from faru.attribution.records.layout import REQUIRED, Batch, Delivered, Reader, places_of
from faru.bulk import ParquetFault, column_names, identifier, literal

BATCH: Final = 50_000


def open_file(path: Path) -> Delivered:
    """Look at a delivered file. Raises Unusable where it can't be read or a column is missing."""
    return _open_parquet(path) if _is_parquet(path) else _open_csv(path)


READER: Final = Reader(
    "canonical", "start,end,address,port_from,port_to,subscriber as CSV or Parquet", open_file
)


def _is_parquet(path: Path) -> bool:
    if path.is_dir():
        raise Unusable(f"{path} is a folder; name the file in it.")
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1"
    except OSError as error:
        raise Unusable(f"{path} can't be read: {error.strerror or error}.") from None


def _open_parquet(path: Path) -> Delivered:
    try:
        names = column_names(path)
    except ParquetFault as fault:
        raise Unusable(f"{path} is no whole Parquet file: {fault}; ask for a new copy.") from None
    places = places_of(names)
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        raise Unusable(f"{path}: column {', '.join(missing)} is missing; it has {', '.join(names)}.")
    digest, size = sha256_of(path)
    cells = ", ".join(f"CAST({identifier(name)} AS VARCHAR) AS o{index}" for index, name in enumerate(names))
    source = f"read_parquet({literal(path.resolve())}, file_row_number = true)"
    relation = f"SELECT file_row_number + 1 AS row, {cells}, NULL AS torn FROM {source}"  # noqa: S608 - quoted
    return Delivered(digest, size, names, places, (relation,), None)


def _open_csv(path: Path) -> Delivered:
    shape = look_at(path, REQUIRED)
    relations = (_padded(shape), _lines(shape)) if shape.plain else ()
    places = places_of(shape.header)
    return Delivered(shape.sha256, shape.size, shape.header, places, relations, lambda: _careful(shape))


_TOLD: Final = (
    "quote = '', escape = '', header = false, skip = 1, auto_detect = false, strict_mode = true, "
    "max_line_size = 1048576"
)
"""DuckDB's reader is told everything and left nothing to guess."""


def _padded(shape: Shape) -> str:
    """Short rows are filled up with NULL, and one cell too many has a column of its own: the usual case.

    An empty cell is '' (NULL is written U+001F, which stands in no plain file). Two cells too many fail it.
    """
    width = len(shape.header)
    cells = [f"o{index}" for index in range(width + 1)]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in cells)
    options = f"columns = {{{columns}}}, delim = {literal(shape.separator)}, {_TOLD}"
    source = f"read_csv({literal(shape.path.resolve())}, {options}, null_padding = true, nullstr = '\x1f')"
    torn = f"list_filter([{', '.join(cells)}], lambda cell: cell IS NOT NULL)"
    return f"""
        SELECT row_number() OVER () AS row, * EXCLUDE {cells[-1]},
            CASE WHEN {cells[-2]} IS NULL OR {cells[-1]} IS NOT NULL THEN {torn} END AS torn FROM {source}
    """  # noqa: S608 - the path is quoted


def _lines(shape: Shape) -> str:
    """Rows of any width: lines are cut at each separator (a plain file has no quotes). Four times as slow."""
    width = len(shape.header)
    source = (
        f"read_csv({literal(shape.path.resolve())}, columns = {{'line': 'VARCHAR'}}, delim = '\x1f', {_TOLD})"
    )
    cells = f"string_split(rtrim(line, chr(13)), {literal(shape.separator)})"
    columns = ", ".join(f"cells[{index + 1}] AS o{index}" for index in range(width))
    return f"""
        SELECT row, {columns}, CASE WHEN len(cells) <> {width} THEN cells END AS torn
        FROM (SELECT row_number() OVER () AS row, {cells} AS cells FROM {source})
    """  # noqa: S608 - the path is quoted


def _careful(shape: Shape) -> Iterator[Batch]:
    batch = Batch([], [[] for _ in shape.header], [])
    for row in careful_rows(shape):
        if row.fault is not None:
            batch.rejects.append(Reject(row.number, row.fault, tuple(row.cells)))
        else:
            batch.numbers.append(row.number)
            for texts, cell in zip(batch.columns, row.cells, strict=True):
                texts.append(cell)
        if len(batch.numbers) + len(batch.rejects) >= BATCH:
            yield batch
            batch = Batch([], [[] for _ in shape.header], [])
    yield batch
