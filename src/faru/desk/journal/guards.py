"""Append-only in the database itself: triggers that refuse UPDATE, DELETE, TRUNCATE and REPLACE.

Django drops SQLite's triggers in silence whenever a migration rebuilds a table. So they are put up again
after every migrate, looked for at every start, and looked for by `faru doctor`.
"""

from typing import Any, Final

from django.db import connection as default_connection

TABLES: Final = (
    "journal_entry",
    "journal_entryobject",
    "journal_payload",
    "journal_leaf",
    "journal_checkpoint",
)
_SAYS: Final = "the ledger is append-only"


def install_guards(connection: Any = None, **_: Any) -> None:
    """Put up every guard whose table is there; may be called any number of times."""
    connection = connection or default_connection
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table in TABLES:
            if table in there:
                for statement in _statements(connection, table):
                    cursor.execute(statement)


def drop_guards(connection: Any = None) -> None:
    """Take the guards away: only tests do, to empty their tables."""
    connection = connection or default_connection
    with connection.cursor() as cursor:
        for table in set(TABLES) & set(connection.introspection.table_names()):
            for name in _names(connection, table):
                suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{suffix}")


def missing_guards(connection: Any = None) -> list[str]:
    """The names of guards that should be there and are not."""
    connection = connection or default_connection
    wanted = {name for table in TABLES for name in _names(connection, table)}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return sorted(wanted - {row[0] for row in cursor.fetchall()})


def _names(connection: Any, table: str) -> list[str]:
    kinds = ("row", "truncate") if connection.vendor == "postgresql" else ("update", "delete", "replace")
    return [f"{table}_no_{kind}" for kind in kinds]


_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION faru_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'restrict_violation'; END $$"""


def _statements(connection: Any, table: str) -> list[str]:
    """Names of tables are our own constants."""
    if connection.vendor == "postgresql":
        call = "EXECUTE FUNCTION faru_append_only()"
        row, whole = f"{table}_no_row", f"{table}_no_truncate"
        return [
            f"CREATE OR REPLACE TRIGGER {row} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}",
            f"CREATE OR REPLACE TRIGGER {whole} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
        ]
    stop = f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, table)
    key = next(column.name for column in columns if column.pk)
    there = f'WHEN EXISTS (SELECT 1 FROM {table} WHERE "{key}" = NEW."{key}")'  # noqa: S608 - see above
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {stop}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {stop}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} {there} {stop}",
    ]
