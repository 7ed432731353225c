"""Rows that many tests begin with, made once a process and copied in from then on.

Only what was made is kept: rows that were there before are left out. Numbers that the database gives are not
given again: no sequence goes back between tests.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, models, transaction

from faru.desk import clock, unit
from faru.desk.moving import rows

OF_MIGRATE = (ContentType, Permission)
"""What a migrate fills, and no test changes."""
_rows: dict[str, dict[type[models.Model], list[tuple]]] = {}
_at: dict[str, datetime] = {}
_files: dict[str, tempfile.TemporaryDirectory] = {}


def made_once(name: str, make: Callable[[], object]) -> datetime:
    """What `make` writes into the database and below the unit's `raw`, by `make` itself the first time.

    The time of the unit's clock when it was made: what is done next must not seem to have been done before.
    """
    raw = unit.current().raw
    if name in _rows:
        with transaction.atomic():
            for table, kept in _rows[name].items():
                rows.write(DEFAULT_DB_ALIAS, table, kept)
        shutil.copytree(_files[name].name, raw, dirs_exist_ok=True)
        return _at[name]
    before = _all()
    make()
    made = {
        table: [row for key, row in some.items() if key not in before[table]]
        for table, some in _all().items()
    }
    _files[name] = tempfile.TemporaryDirectory(prefix="faru-kept-")
    if raw.exists():
        shutil.copytree(raw, Path(_files[name].name), dirs_exist_ok=True)
    _rows[name] = {table: some for table, some in made.items() if some}
    _at[name] = clock.now()
    return _at[name]


def _all() -> dict[type[models.Model], dict[object, tuple]]:
    """Every row of tables that no migrate fills, by its key."""
    return {
        table: {row[_key(table)]: row for some in rows.read(DEFAULT_DB_ALIAS, table) for row in some}
        for table in rows.tables()
        if table not in OF_MIGRATE
    }


def _key(table: type[models.Model]) -> int:
    """Where a row has its primary key."""
    return rows.columns(table).index(table._meta.pk)
