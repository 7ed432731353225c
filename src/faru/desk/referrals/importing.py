"""Whether somebody imports at this moment: a lock in the unit's folder that goes with its process.

What an import has received and not read yet is its own to read, for as long as it lives. Once it is gone,
what it left is anybody's. The system lets go of the lock when the process dies, however it dies.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from faru.desk import unit

LOCK: Final = "ingest.lock"


@contextmanager
def importing() -> Iterator[None]:
    """For the length of an import. Several may go on at once."""
    handle = _open()
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def somebody_imports() -> bool:
    """Whether an import goes on in some process."""
    handle = _open()
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _open() -> int:
    return os.open(unit.current().data / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
