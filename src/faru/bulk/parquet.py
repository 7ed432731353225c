"""What a Parquet file says about itself, without reading its rows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


class ParquetFault(Exception):
    """The file is no Parquet, or breaks off."""


@dataclass(frozen=True, slots=True)
class GroupBounds:
    """Smallest and largest value of one column in one row group; None where the group holds no value."""

    group: int
    rows: int
    low: Any
    high: Any
    nulls: int | None


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise ParquetFault(str(error).strip().splitlines()[0]) from error


def column_names(path: Path) -> tuple[str, ...]:
    """The names of the columns, in the file's order. Raises ParquetFault."""
    with _opened(path) as file:
        return tuple(file.schema_arrow.names)


def notes_of(path: Path) -> dict[str, str]:
    """The file's key-value metadata, without Arrow's own entry. Raises ParquetFault."""
    with _opened(path) as file:
        kept = file.metadata.metadata or {}
        return {
            key.decode("utf-8", "replace"): value.decode("utf-8", "replace")
            for key, value in kept.items()
            if key != b"ARROW:schema"
        }


def group_bounds(path: Path, column: str) -> tuple[GroupBounds, ...]:
    """What each row group can hold in `column`: what a reader may skip. Raises ParquetFault."""
    with _opened(path) as file:
        position = file.schema_arrow.names.index(column)
        found = []
        for number in range(file.metadata.num_row_groups):
            group = file.metadata.row_group(number)
            statistics = group.column(position).statistics
            known = statistics is not None and statistics.has_min_max
            found.append(
                GroupBounds(
                    number,
                    group.num_rows,
                    statistics.min if known else None,
                    statistics.max if known else None,
                    statistics.null_count if statistics is not None else None,
                )
            )
        return tuple(found)
