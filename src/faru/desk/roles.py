"""The two roles of PostgreSQL: the owner of the tables, and the desk's own, which may do what the desk does.

The desk's role has no table, so it can't drop a guard or change a table, and row-level security can hold for
it. It reads and writes rows; in the ledger it only adds.
"""

from typing import Final

from django.db import connection, transaction

from faru.desk.journal.guards import TABLES as LEDGER

ONE_BARRIER: Final = (
    "The desk's role owns the tables of the database or is above their owner, so the database itself holds"
    " nobody back: make two roles, as docs/operations.md says."
)
_LESS: Final = {"django_migrations": "SELECT"} | dict.fromkeys(LEDGER, "SELECT, INSERT")
"""What the desk's role may do to the tables that it may not change."""
_ABOVE: Final = """
SELECT rolsuper OR rolbypassrls OR EXISTS (
    SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
    AND pg_has_role(current_user, relowner, 'MEMBER')
) FROM pg_roles WHERE rolname = current_user"""


def above_tables() -> bool:
    """Whether the desk's role owns tables, or is above who does. On SQLite there are no roles: no."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE)
        return bool(cursor.fetchone()[0])


def current() -> str:
    """The role that this connection acts as, quoted; empty on SQLite."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return connection.ops.quote_name(cursor.fetchone()[0])


def grant(role: str) -> None:
    """Give the role exactly what the desk needs. Call it as the owner; may be called again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = connection.ops.quote_name(cursor.fetchone()[0])
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}")
        for table in connection.introspection.table_names(cursor):
            may = _LESS.get(table, "SELECT, INSERT, UPDATE, DELETE")
            cursor.execute(f"GRANT {may} ON {connection.ops.quote_name(table)} TO {role}")
