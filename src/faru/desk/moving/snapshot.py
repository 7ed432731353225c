"""PostgreSQL's rows of one moment as a SQLite file: what a backup holds, whatever database it was made of.

A backup so needs no program of PostgreSQL's, and restores on a machine that has none.
"""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, transaction
from psycopg import IsolationLevel

from faru.desk import databases
from faru.desk.moving import rows

SOURCE, TARGET = "source", "target"


def write_file(path: Path, tick: rows.Tick) -> None:
    """Copy every row, as they all are in one moment, into the empty file `path`, while others write.

    It reads as the owner of the tables where one is given.
    """
    with databases.opened(DEFAULT_DB_ALIAS, databases.scratch(path)):
        call_command("migrate", verbosity=0, interactive=False)
        with transaction.atomic():
            rows.empty(DEFAULT_DB_ALIAS)
    stated = dict(settings.DATABASE_OWNER or settings.DATABASES[DEFAULT_DB_ALIAS])
    one_moment = {"isolation_level": IsolationLevel.REPEATABLE_READ}
    source = stated | {"OPTIONS": stated["OPTIONS"] | one_moment}
    with (
        databases.opened(SOURCE, source),
        databases.opened(TARGET, databases.scratch(path)),
        transaction.atomic(using=SOURCE),
        transaction.atomic(using=TARGET),
    ):
        rows.copy(SOURCE, TARGET, tick)
