"""All that a unit has: every row of every table, every file. To see that nothing of it changed."""

import hashlib
from pathlib import Path

from django.db import connection

from faru.desk import unit

Rows = dict[str, list[str]]


def tables() -> Rows:
    """Every row, but for the ledger's: it tells of what did not happen too."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.startswith("journal_"):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                found[table] = sorted(repr(row) for row in cursor.fetchall())
    return found


def files() -> dict[str, str]:
    """Every file of the unit's stores by its path, with its hash. The ledger's own files are its sealer's."""
    here = unit.current()
    return {
        str(path.relative_to(here.data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in (here.raw, here.records, here.documents, here.dossiers, here.data / "work")
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def everything() -> tuple[Rows, dict[str, str]]:
    """Rows and files."""
    return tables(), files()
