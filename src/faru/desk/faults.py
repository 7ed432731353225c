"""Faults that are nobody's mistake, and what a person is told of them: a full disk, a database gone."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from enum import Enum
from typing import Final

from django.db import utils as database
from django.utils.translation import gettext_lazy as _

from faru.desk import unit

LEAST: Final = 1 << 20
"""Bytes. With less room than this SQLite fails in ways that don't speak of the disk."""
FULL: Final = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where there is no room."""
_UNREACHABLE: Final = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_READONLY,
)
_DISK_FULL: Final = "53100"
"""PostgreSQL's code."""
_CONNECTION: Final = ("08", "57P")
"""How PostgreSQL's codes begin where the connection failed, or the server ends or starts."""


class Fault(Enum):
    """What is wrong with the machine; the value is the status of the page that says so."""

    DATABASE_GONE = 503
    DISK_FULL = 507

    @property
    def sentence(self) -> str:
        """For the person."""
        return str(_SENTENCES[self])


_SENTENCES: Final = {
    Fault.DATABASE_GONE: _(
        "The database can't be reached: what you did last was not done, and nothing that was saved is lost."
    ),
    Fault.DISK_FULL: _(
        "The disk is full: what you did last was not done, and nothing that was saved is lost."
    ),
}


def of(raised: BaseException | None) -> Fault | None:
    """What a fault that was raised comes from; None: anything else, a mistake of ours among them."""
    found = [kind for one in _chain(raised) if (kind := _one(one)) is not None]
    if Fault.DISK_FULL in found or (found and _no_room()):
        return Fault.DISK_FULL
    return found[0] if found else None


def _chain(raised: BaseException | None) -> Iterator[BaseException]:
    """It, and what it was raised from."""
    seen: set[int] = set()
    while raised is not None and id(raised) not in seen:
        seen.add(id(raised))
        yield raised
        raised = raised.__cause__ or raised.__context__


def _one(raised: BaseException) -> Fault | None:
    if isinstance(raised, OSError):
        return Fault.DISK_FULL if raised.errno in FULL else None
    if isinstance(raised, sqlite3.Error):
        code = getattr(raised, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            return Fault.DISK_FULL
        return Fault.DATABASE_GONE if code in _UNREACHABLE else None
    if isinstance(raised, database.InterfaceError | database.OperationalError):
        cause = raised.__cause__
        if isinstance(cause, sqlite3.Error):
            return None  # it comes next
        code = getattr(cause, "sqlstate", None)
        if code == _DISK_FULL:
            return Fault.DISK_FULL
        return Fault.DATABASE_GONE if code is None or code.startswith(_CONNECTION) else None
    return None


def _no_room() -> bool:
    try:
        found = os.statvfs(unit.current().data)
    except (OSError, unit.NoUnit):
        return False
    return found.f_bavail * found.f_frsize < LEAST
