"""The one door to DuckDB and Parquet: sorting and joining of more rows than memory holds.

Every connection is set to UTC, loads no extension, spills into its own folder and reaches no file it was not
given. Data lies in Parquet, never in a database file. Only this room may import `duckdb` and `pyarrow`.
"""

from faru.bulk.desk import Bulk, BulkFault, identifier, literal
from faru.bulk.parquet import GroupBounds, ParquetFault, column_names, group_bounds, notes_of

__all__ = [
    "Bulk",
    "BulkFault",
    "GroupBounds",
    "ParquetFault",
    "column_names",
    "group_bounds",
    "identifier",
    "literal",
    "notes_of",
]
