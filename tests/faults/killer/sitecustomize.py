"""On the PYTHONPATH of a process that is to die at one exact point. It stands outside of the product.

FARU_DRILL_STEP=n kills this process at the n-th durable step: before or after a flush to the disk, a
renaming, a removal, a commit. FARU_DRILL_WHO=worker lets that happen in workers alone.
"""

import os
import signal
import sqlite3.dbapi2
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

_lock = threading.Lock()
_left = int(os.environ.get("FARU_DRILL_STEP", "0"))
_who = os.environ.get("FARU_DRILL_WHO", "")


def _step() -> None:
    global _left
    with _lock:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _around(does: Callable[..., Any]) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        _step()
        done = does(*given, **named)
        _step()
        return done

    return call


class _Connection(sqlite3.Connection):
    def commit(self) -> None:
        _step()
        super().commit()
        _step()


if _left and (not _who or _who in sys.orig_argv):
    for _name in ("fsync", "replace", "unlink"):
        setattr(os, _name, _around(getattr(os, _name)))
    sqlite3.dbapi2.connect = partial(sqlite3.dbapi2.connect, factory=_Connection)
