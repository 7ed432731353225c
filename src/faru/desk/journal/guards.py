"""Append-only in the database itself: triggers that refuse UPDATE, DELETE, TRUNCATE and REPLACE.

Django drops SQLite's triggers in silence whenever a migration rebuilds a table. So they are put up again
after every migrate. They are looked for before it (`boot.migrate`), so that what was missing is told, and on
the page Administration. In SQLite a guard of the right name that says something else is missing too.
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
    """Put up every guard that is missing and whose table is there; may be called any number of times."""
    connection = connection or default_connection
    standing = _standing(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table in _tables(connection):
            for name, statement in _statements(connection, table).items():
                if connection.vendor == "postgresql":
                    cursor.execute(statement)
                elif standing.get(name) != statement:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(statement)


def drop_guards(connection: Any = None) -> None:
    """Take the guards away: only tests do, to empty their tables."""
    connection = connection or default_connection
    with connection.cursor() as cursor:
        for table in _tables(connection):
            for name in _statements(connection, table):
                suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{suffix}")


def missing_guards(connection: Any = None) -> list[str]:
    """The names of guards that the tables that are there should have and have not."""
    connection = connection or default_connection
    standing = _standing(connection)
    by_name = connection.vendor == "postgresql"
    return sorted(
        name
        for table in _tables(connection)
        for name, statement in _statements(connection, table).items()
        if name not in standing or not (by_name or standing[name] == statement)
    )


def _tables(connection: Any) -> list[str]:
    there = set(connection.introspection.table_names())
    return [table for table in TABLES if table in there]


def _standing(connection: Any) -> dict[str, str]:
    """The triggers of the database by name, each with its text."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION faru_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'restrict_violation'; END $$"""


def _statements(connection: Any, table: str) -> dict[str, str]:
    """The guards of a table by name. Names of tables and columns are our own constants."""
    if connection.vendor == "postgresql":
        call = "EXECUTE FUNCTION faru_append_only()"
        row, whole = f"{table}_no_row", f"{table}_no_truncate"
        return {
            row: f"CREATE OR REPLACE TRIGGER {row} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}",
            whole: f"CREATE OR REPLACE TRIGGER {whole} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
        }
    stop = f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
    update, delete, replace = (f"{table}_no_{kind}" for kind in ("update", "delete", "replace"))
    return {
        update: f"CREATE TRIGGER {update} BEFORE UPDATE ON {table} {stop}",
        delete: f"CREATE TRIGGER {delete} BEFORE DELETE ON {table} {stop}",
        replace: f"CREATE TRIGGER {replace} BEFORE INSERT ON {table} WHEN {_taken(connection, table)} {stop}",
    }


def _taken(connection: Any, table: str) -> str:
    """Whether a new row has a value that may be there once only and is there: REPLACE would drop the old row.

    A row that is given no rowid has -1 here, and no row of ours has that one.
    """
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table).values()
    unique = {tuple(one["columns"]) for one in constraints if one["unique"] or one["primary_key"]}
    same = [" AND ".join(f'"{column}" = NEW."{column}"' for column in columns) for columns in sorted(unique)]
    either = " OR ".join([*same, "rowid = NEW.rowid"])
    return f"EXISTS (SELECT 1 FROM {table} WHERE {either})"  # noqa: S608 - see above
