"""SQLite as Django has it; who waits for the write lock looks for it every few milliseconds.

SQLite's own wait looks less and less often, in the end ten times a second. An intake that gives the lock up
for a moment between two batches is then hardly ever caught in that moment, and officers wait for seconds.
"""

import sqlite3
import time
from typing import Any, Final

from django.db import OperationalError
from django.db.backends.sqlite3 import base

LOOK_AGAIN_S: Final = 0.003


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """A connection."""

    def _start_transaction_under_autocommit(self) -> None:
        """Take the write lock. OperationalError where another keeps it longer than the `timeout` option."""
        patience = self.settings_dict["OPTIONS"]["timeout"]
        until = time.monotonic() + patience
        self._wait_at_most(0)
        try:
            while not self._begun():
                if time.monotonic() > until:
                    super()._start_transaction_under_autocommit()  # it says what is wrong
                    return
                time.sleep(LOOK_AGAIN_S)
        finally:
            self._wait_at_most(patience)

    def _begun(self) -> bool:
        """Whether a transaction was begun; False where another holds the lock."""
        connection: Any = self.connection
        try:
            with self.wrap_database_errors:
                connection.execute(f"BEGIN {self.transaction_mode}")
        except OperationalError as fault:
            if _locked(fault):
                return False
            raise
        return True

    def _wait_at_most(self, seconds: float) -> None:
        """How long SQLite itself waits for a lock."""
        connection: Any = self.connection
        connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _locked(fault: OperationalError) -> bool:
    """Another holds the lock; the lower byte of SQLite's code says so, the upper ones why."""
    return getattr(fault.__cause__, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
