"""`faru move-database`: a unit's rows from the file in its folder into PostgreSQL, compared, and used there.

Nobody writes meanwhile: the worker's lock, the ledger's lock and the file's own write lock are held. The file
stays as it was, whatever happens. What went wrong half way is taken out of PostgreSQL again.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from faru.desk import databases, env, roles, unit
from faru.desk.accounts.system import system
from faru.desk.journal.acting import note
from faru.desk.journal.sealing import seal_now
from faru.desk.moving import rows
from faru.desk.work.worker import AlreadyWorking, hold
from faru.ledger.entries import LedgerError
from faru.ledger.store import FileStore
from faru.ledger.tags import Action

SOURCE: Final = "source"


class NotMoved(Exception):
    """The rows were not moved; the message says why. The file they lie in is as it was."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied and compared."""

    counts: dict[str, int]  # rows by table
    ledger_size: int
    to: str  # the database, as a person may see it
    url: str  # what FARU_DATABASE is to say, without a password


def move(tick: rows.Tick) -> Moved:
    """Move the unit of this process to the database that FARU_DATABASE names, and tell the ledger there.

    Raises NotMoved.
    """
    here = unit.current()
    address = env.database()
    if address is None:
        raise NotMoved(f"{env.DATABASE} names no database to move to.")
    if here.postgresql:
        raise NotMoved("The rows of this unit lie in PostgreSQL already.")
    if not here.database.exists():
        raise NotMoved(f"{here.database} is not there: this unit has no rows to move.")
    with _nobody_writes(here):
        counts, size = carry(here.database, tick)
        note(
            system(),
            Action.UNIT_MOVE,
            sentence="The unit's rows were moved to PostgreSQL.",
            rows=sum(counts.values()),
            size=size,
        )
        unit.say_database(here.data, postgresql=True)
    seal_now()
    return Moved(counts, size, address.shown(), address.url())


def carry(path: Path, tick: rows.Tick) -> tuple[dict[str, int], int]:
    """Copy the rows of a SQLite file into PostgreSQL and compare: rows by table, and the ledger's size.

    The file's write lock is held meanwhile. Raises NotMoved; then PostgreSQL is as empty as it was.
    """
    role = roles.current()
    try:
        with ExitStack() as held:
            held.enter_context(databases.opened(SOURCE, databases.embedded(path)))
            held.enter_context(transaction.atomic(using=SOURCE))  # IMMEDIATE: nobody else writes
            held.enter_context(databases.as_owner())
            _refuse_what_is_there()
            with _taken_away_where_it_fails():
                call_command("migrate", verbosity=0, interactive=False)
                _same_version()
                with transaction.atomic():
                    rows.empty("default")  # of what a fresh migrate writes
                    counts = rows.copy(SOURCE, "default", tick)
                    size = _compare(counts)
                if roles.current() != role:
                    roles.grant(role)
            return counts, size
    except DatabaseError as fault:
        said = (str(fault).splitlines() or [type(fault).__name__])[0].rstrip(".")
        raise NotMoved(f"Nothing was moved: {said}.") from fault


@contextmanager
def _nobody_writes(here: unit.Unit) -> Iterator[None]:
    try:
        worker = hold(here.data)
    except AlreadyWorking:
        raise NotMoved("A worker works in this folder: end `faru serve` and `faru worker` first.") from None
    try:
        with FileStore(here.ledger):
            yield
    except LedgerError as fault:
        raise NotMoved(f"Nothing was moved: {fault}") from None
    finally:
        os.close(worker)


def _refuse_what_is_there() -> None:
    there = connection.introspection.table_names()
    if there:
        raise NotMoved(
            f"The database is not empty, it has {len(there)} tables ({sorted(there)[0]}): make a new one."
        )


@contextmanager
def _taken_away_where_it_fails() -> Iterator[None]:
    try:
        yield
    except BaseException:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
            cursor.execute("DROP FUNCTION IF EXISTS faru_append_only()")
        raise


def _same_version() -> None:
    theirs, ours = (
        set(MigrationRecorder(connections[one]).applied_migrations()) for one in (SOURCE, "default")
    )
    if theirs != ours:
        raise NotMoved(
            "The tables in the file are of another version: start the unit once with this version first."
        )


def _compare(counts: dict[str, int]) -> int:
    """The copy has the same rows and the same ledger; the ledger's size."""
    found = rows.counts("default")
    wrong = sorted(table for table in counts if counts[table] != found[table])
    if wrong:
        raise NotMoved(
            f"Nothing was moved: {wrong[0]} has {counts[wrong[0]]} rows, its copy {found[wrong[0]]}."
        )
    before, after = rows.head(SOURCE), rows.head("default")
    if before != after:
        raise NotMoved("Nothing was moved: the copied ledger is not the one in the file.")
    return after[1]
