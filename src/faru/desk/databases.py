"""How the desk connects: to the embedded SQLite, or to PostgreSQL where the environment names one.

The desk itself goes to PostgreSQL as a role that owns no table. The role that owns them is connected for the
length of `as_owner` alone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import load_backend

from faru.desk import env
from faru.desk.unit import Unit

_WAIT_S: Final = 20
"""For a lock of somebody else; after that the person is told."""


def chosen(unit: Unit) -> dict[str, Any]:
    """Django's settings of the database that this process works with. Raises WrongSetting."""
    address = env.database()
    return embedded(unit.database) if address is None else postgresql(address)


def owners() -> dict[str, Any] | None:
    """The same of the role that owns the tables; None where no other is given. Raises WrongSetting."""
    address = env.database_owner()
    return None if address is None else postgresql(address)


def forget_owner() -> None:
    """The owner's address is not kept by a process that serves, and not handed on to its worker."""
    settings.DATABASE_OWNER = None
    os.environ.pop(env.OWNER, None)


def embedded(path: Path) -> dict[str, Any]:
    """SQLite. With IMMEDIATE every atomic() takes the write lock: none stands around reads."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": _WAIT_S,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;",
        },
        # In memory there would be no WAL and no locks.
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},
    }


def postgresql(address: env.Address) -> dict[str, Any]:
    """PostgreSQL. Passwords that the address does not hold come from where libpq looks for them.

    JIT costs a hundred milliseconds on pages that take five.
    """
    stated = address.options.get("options", "")
    ours = f"-c lock_timeout={_WAIT_S}s -c jit=off"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.name,
        "USER": address.user,
        "PASSWORD": address.password,
        "HOST": address.host,
        "PORT": address.port,
        "OPTIONS": {"application_name": "faru"} | address.options | {"options": f"{ours} {stated}".strip()},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


@contextmanager
def opened(alias: str, stated: dict[str, Any]) -> Iterator[Any]:
    """Another connection of this thread under `alias`, for the length of this."""
    full = connections.configure_settings({"default": {}, alias: stated})[alias]
    before = next((one for one in connections.all() if one.alias == alias), None)
    connections[alias] = load_backend(full["ENGINE"]).DatabaseWrapper(full, alias)
    try:
        yield connections[alias]
    finally:
        connections[alias].close()
        if before is None:
            del connections[alias]
        else:
            connections[alias] = before


@contextmanager
def as_owner() -> Iterator[None]:
    """Everything that this thread does goes as the role that owns the tables, where one is given.

    Not under an alias of its own: migrations of other packages speak to the default one.
    """
    if settings.DATABASE_OWNER is None:
        yield
        return
    with opened(DEFAULT_DB_ALIAS, dict(settings.DATABASE_OWNER)):
        yield
