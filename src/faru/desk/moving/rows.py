"""Every row of one database into another, table by table. Sealed bytes stay as they are: no key is asked for.

Both databases have the tables of this version. Each value is read as Django reads it from the one and written
as Django writes it to the other; nothing is opened, checked anew or given a new time.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, models

from faru.desk.journal.models import Checkpoint, Leaf

BATCH: Final = 2_000
"""Rows in one statement."""
Tick = Callable[[int, int], None]


def tables() -> list[type[models.Model]]:
    """Every table, those that Django makes for relations among them."""
    found = apps.get_models(include_auto_created=True)
    return [one for one in found if one._meta.managed and not one._meta.proxy]


def columns(table: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns of a table that are written: not those that the database works out from others."""
    return [field for field in table._meta.concrete_fields if not field.generated]


def counts(alias: str) -> dict[str, int]:
    """Rows by table."""
    return {one._meta.db_table: one._base_manager.using(alias).count() for one in tables()}


def empty(alias: str, *, but: Iterable[type[models.Model]] = ()) -> None:
    """Take every row away, but those of some tables. In the database a transaction is open."""
    left = {table._meta.db_table for table in but}
    with connections[alias].cursor() as cursor:
        for name, rows in counts(alias).items():
            if rows and name not in left:
                cursor.execute(f"DELETE FROM {connections[alias].ops.quote_name(name)}")  # noqa: S608 - ours


def copy(source: str, target: str, tick: Tick) -> dict[str, int]:
    """Copy every row between two aliases; rows by table. In the empty target a transaction is open."""
    expected = counts(source)
    total, done = sum(expected.values()), 0
    tick(0, total)
    for table in tables():
        for some in read(source, table):
            write(target, table, some)
            done += len(some)
            tick(min(done, total), total)
    reset_sequences(target)
    return expected


def head(alias: str) -> tuple[str, int, str]:
    """The ledger: its last checkpoint, how many leaves it has, and a digest of them all in their order."""
    note = Checkpoint.objects.using(alias).order_by("-size").values_list("note", flat=True).first()
    digest, size = hashlib.sha256(), 0
    leaves = Leaf.objects.using(alias).order_by("index").values_list("index", "entry_id", "leaf_hash")
    for index, entry, leaf in leaves.iterator(BATCH):
        digest.update(b"%d %s " % (index, entry.bytes) + bytes(leaf))
        size += 1
    return note or "", size, digest.hexdigest()


def read(alias: str, table: type[models.Model]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table in batches, each as its values in the order of `columns`."""
    names = [field.attname for field in columns(table)]
    rows = table._base_manager.using(alias).order_by().values_list(*names).iterator(BATCH)
    while some := list(islice(rows, BATCH)):
        yield some


def write(alias: str, table: type[models.Model], rows: list[tuple[Any, ...]]) -> None:
    """Add what `read` gave."""
    connection, fields = connections[alias], columns(table)
    quote = connection.ops.quote_name
    into = f"{quote(table._meta.db_table)} ({', '.join(quote(field.column) for field in fields)})"
    stored = (
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
        for row in rows
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copying:
                for row in stored:
                    copying.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {into} VALUES ({places})", list(stored))  # noqa: S608 - our own names


def reset_sequences(alias: str) -> None:
    """The next number that the database gives stands above those that were copied."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)
