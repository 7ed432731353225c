"""Append-only in the database itself: triggers that refuse UPDATE, DELETE, TRUNCATE and REPLACE.

Django drops SQLite's triggers in silence whenever a migration rebuilds a table. So they are put up again
after every migrate. They are looked for before it (`boot.migrate`), so that what was missing is told, and on
the page Administration. A guard of the right name that says something else, calls another function or was
switched off is missing too. On PostgreSQL they are the owner's, hold for the owner as well, and ON CONFLICT
DO UPDATE meets them as an UPDATE.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection as default_connection
from django.db import transaction

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
    missing = _missing(connection)
    if not missing:
        return
    postgresql = connection.vendor == "postgresql"
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if postgresql:
            cursor.execute(_FUNCTION)
        for name, guard in missing.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {guard.table}" if postgresql else ""))
            cursor.execute(guard.statement)
            if postgresql:
                # Else whoever may turn a session into a replica's goes past it.
                cursor.execute(f"ALTER TABLE {guard.table} ENABLE ALWAYS TRIGGER {name}")


def drop_guards(connection: Any = None) -> None:
    """Take the guards away: only tests do, to empty their tables."""
    connection = connection or default_connection
    with connection.cursor() as cursor:
        for table in _tables(connection):
            for name in _guards(connection, table):
                suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{suffix}")


def missing_guards(connection: Any = None) -> list[str]:
    """The names of guards that the tables that are there should have and have not."""
    return sorted(_missing(connection or default_connection))


@dataclass(frozen=True, slots=True)
class _Guard:
    """One trigger: its table, the statement that makes it, and how the database tells it afterwards."""

    table: str
    statement: str
    told: tuple[str, ...]


def _missing(connection: Any) -> dict[str, _Guard]:
    standing = _standing(connection)
    return {
        name: guard
        for table in _tables(connection)
        for name, guard in _guards(connection, table).items()
        if standing.get(name) != guard.told
    }


def _tables(connection: Any) -> list[str]:
    there = set(connection.introspection.table_names())
    return [table for table in TABLES if table in there]


def _standing(connection: Any) -> dict[str, tuple[str, ...]]:
    """The triggers of the database by name, each as the database tells it."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS if connection.vendor == "postgresql" else _SQLITE_TRIGGERS)
        return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}


_SQLITE_TRIGGERS: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
_TRIGGERS: Final = """
SELECT t.tgname, pg_get_triggerdef(t.oid, true), t.tgenabled::text, l.lanname::text, p.prosrc
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
JOIN pg_language l ON l.oid = p.prolang
WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"""
_BODY: Final = f"BEGIN RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'restrict_violation'; END"
_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION faru_append_only() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"""


def _guards(connection: Any, table: str) -> dict[str, _Guard]:
    """The guards of a table by name. Names of tables and columns are our own constants."""
    if connection.vendor == "postgresql":
        call = "EXECUTE FUNCTION faru_append_only()"
        row, whole = f"{table}_no_row", f"{table}_no_truncate"
        statements = {
            row: f"CREATE TRIGGER {row} BEFORE DELETE OR UPDATE ON {table} FOR EACH ROW {call}",
            whole: f"CREATE TRIGGER {whole} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
        }
        always = ("A", "plpgsql", _BODY)
        return {name: _Guard(table, text, (text, *always)) for name, text in statements.items()}
    stop = f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
    update, delete, replace = (f"{table}_no_{kind}" for kind in ("update", "delete", "replace"))
    statements = {
        update: f"CREATE TRIGGER {update} BEFORE UPDATE ON {table} {stop}",
        delete: f"CREATE TRIGGER {delete} BEFORE DELETE ON {table} {stop}",
        replace: f"CREATE TRIGGER {replace} BEFORE INSERT ON {table} WHEN {_taken(connection, table)} {stop}",
    }
    return {name: _Guard(table, text, (text,)) for name, text in statements.items()}


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
