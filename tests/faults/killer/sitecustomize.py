"""On the PYTHONPATH of a process that is to die at one exact point. It stands outside of the product.

FARU_DRILL_STEP=n kills this process at the n-th durable step: before or after a flush to the disk, a
renaming, a removal, a commit. FARU_DRILL_WHO=worker lets that happen in workers alone. While the file that
FARU_DRILL_FULL names is there, the disk is full: for tests that may not mount a small one.
"""

import errno
import os
import signal
import sqlite3.dbapi2
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

_lock = threading.Lock()
_left = int(os.environ.get("FARU_DRILL_STEP", "0"))
_who = os.environ.get("FARU_DRILL_WHO", "")
_full = os.environ.get("FARU_DRILL_FULL", "")


def _step() -> None:
    global _left
    with _lock:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _room() -> None:
    if _full and Path(_full).exists():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _around(does: Callable[..., Any]) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        _step()
        _room()
        done = does(*given, **named)
        _step()
        return done

    return call


class _Connection(sqlite3.Connection):
    def commit(self) -> None:
        _step()
        try:
            _room()
        except OSError as fault:
            full = sqlite3.OperationalError("database or disk is full")
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise full from fault
        super().commit()
        _step()


if _full or (_left and (not _who or _who in sys.orig_argv)):
    for _name in ("fsync", "replace", "unlink"):
        setattr(os, _name, _around(getattr(os, _name)))
    sqlite3.dbapi2.connect = partial(sqlite3.dbapi2.connect, factory=_Connection)
