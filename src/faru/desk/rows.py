"""Many rows at once, cheaper than `bulk_create` and `bulk_update`: one prepared statement, values alone.

For rows whose primary key is their own making and of which nothing is read back. What a field does to a value
before it is saved (sealing, above all) is done here as well; that an id is a UUID, and not its text, is not.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

_Value = Callable[[models.Model, BaseDatabaseWrapper], Any]
_AS_IT_IS = (models.CharField, models.TextField, models.BooleanField, models.IntegerField)
"""Fields whose values both databases take as Python has them."""


def insert_rows(rows: Iterable[models.Model]) -> None:
    """Insert new rows, all of one model, inside a transaction. DatabaseError as from `bulk_create`."""
    rows = list(rows)
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]  # itself: what stands for it looks it up for every value
    _run(connection, rows, *_inserting(type(rows[0]), connection.vendor))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def update_rows(rows: Iterable[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there, all of one model, inside a transaction."""
    rows = list(rows)
    if rows:
        connection = connections[DEFAULT_DB_ALIAS]
        _run(connection, rows, *_updating(type(rows[0]), tuple(names), connection.vendor))


def _run(
    connection: BaseDatabaseWrapper, rows: list[models.Model], statement: str, values: list[_Value]
) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[value(row, connection) for value in values] for row in rows])


@cache
def _inserting(model: type[models.Model], vendor: str) -> tuple[str, list[_Value]]:
    """The statement for one row, and what gives each of its values. Names are our own models'."""
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if not field.generated and not isinstance(field, models.AutoField)
    ]
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    names = ", ".join(quoted(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quoted(model._meta.db_table)
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - see above
    return statement, [_value_of(field, vendor) for field in fields]


@cache
def _updating(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[str, list[_Value]]:
    """The same for some fields of a row that is found by its primary key."""
    fields = [model._meta.get_field(name) for name in names]
    key = model._meta.pk
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    sets = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    table = quoted(model._meta.db_table)
    statement = f"UPDATE {table} SET {sets} WHERE {quoted(key.column)} = %s"  # noqa: S608 - see above
    return statement, [_value_of(field, vendor) for field in (*fields, key)]


def _value_of(field: models.Field[Any, Any], vendor: str) -> _Value:
    name = field.attname
    if type(field).pre_save not in (models.Field.pre_save, models.DateTimeField.pre_save):
        return lambda row, connection: field.get_db_prep_save(field.pre_save(row, True), connection)
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, models.UUIDField) and vendor == "sqlite":
        return lambda row, _connection: None if (value := getattr(row, name)) is None else value.hex
    if isinstance(kind, (models.UUIDField, *_AS_IT_IS)):
        return lambda row, _connection: getattr(row, name)
    return lambda row, connection: field.get_db_prep_save(getattr(row, name), connection)
