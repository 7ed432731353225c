"""How the desk connects: to the embedded SQLite, or to PostgreSQL where the environment names one.

The desk itself goes to PostgreSQL as a role that owns no table. The role that owns them is connected for the
length of `as_owner` alone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import load_backend

from faru.desk import env
from faru.desk.unit import Unit

_WAIT_S: Final = 20
"""For a lock of somebody else; after that the person is told."""
_OLDEST: Final = 15
"""The oldest PostgreSQL that the tests run on."""
_ORDER: Final = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
_ORDERS: Final = ("C", "POSIX", "C.UTF-8", "C.utf8")
"""Orders by code point, as SQLite's: a list is the same on both."""


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
        "ENGINE": "faru.desk.sqlite",
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


def scratch(path: Path) -> dict[str, Any]:
    """SQLite in a file that nobody else opens and no kill has to be survived by."""
    stated = embedded(path)
    init = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    return stated | {"OPTIONS": stated["OPTIONS"] | {"init_command": init}}


def look_at(address: env.Address) -> None:
    """Ask the database who it is. Raises WrongSetting where it does not answer or can't be worked with."""
    try:
        with psycopg.connect(address.conninfo(), connect_timeout=_WAIT_S) as found:
            version, encoding = found.info.server_version, found.info.parameter_status("server_encoding")
            (order,) = found.execute(_ORDER).fetchone()
    except psycopg.Error as fault:
        said = (str(fault).splitlines() or [type(fault).__name__])[0].rstrip(".")
        raise env.WrongSetting(f"The database {address.shown()} does not answer: {said}.") from None
    if version < _OLDEST * 10_000:
        raise env.WrongSetting(
            f"{address.shown()} is PostgreSQL {version // 10_000}: {_OLDEST} or newer is needed."
        )
    if encoding != "UTF8" or order not in _ORDERS:
        raise env.WrongSetting(
            f"{address.shown()} keeps text in {encoding} and sorts it by {order}: make it anew with"
            " ENCODING 'UTF8' and LOCALE 'C.UTF-8', as docs/operations.md says."
        )


def holds_a_unit(address: env.Address) -> bool:
    """Whether a table of a ledger is there. Call it after `look_at`."""
    with psycopg.connect(address.conninfo(), connect_timeout=_WAIT_S) as found:
        return found.execute("SELECT to_regclass('journal_entry') IS NOT NULL").fetchone() == (True,)


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
