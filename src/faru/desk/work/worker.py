"""The worker: one a unit's folder. At its start it takes up what a killed worker left running.

The lock is a file: the system lets go of it when the process dies, however it dies. A worker that
`faru serve` started ends with it, however that ends.
"""

import fcntl
import os
import shutil
import signal
import threading
import time
from pathlib import Path
from typing import Final

from django.core.management import call_command

from faru.desk import unit
from faru.desk.work.models import Job, JobState

LOCK: Final = "worker.lock"
CLEAR: Final = "work"
"""The folder where `requests.clear` lays files open for a moment."""
ENDS_WITHIN_S: Final = 30.0
"""A worker that must end may end its task; after this it is ended in the middle."""
_LOOKS_EVERY_S: Final = 1.0


class AlreadyWorking(Exception):
    """Another worker has this unit's folder."""


def run(*, until_empty: bool = False, parent: int | None = None) -> None:
    """Work through the queue: for ever, until it is empty, or while the process `parent` lives.

    Raises AlreadyWorking.
    """
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), name="parent", daemon=True).start()
    handle = hold(unit.current().data)
    try:
        take_up()
        options = {
            "queue_name": "*",
            "interval": 0.3,
            "startup_delay": False,
            "reload": False,
            "verbosity": 0,
        }
        call_command("db_worker", batch=until_empty, **options)
    finally:
        os.close(handle)


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: the task first, then, when that takes too long, at once."""
    while os.getppid() == parent:
        time.sleep(_LOOKS_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ENDS_WITHIN_S)
    os.kill(os.getpid(), signal.SIGKILL)


def take_up() -> int:
    """Make what a killed worker left running ready again; how many. Call it with the lock held.

    What it had laid open of a sealed file for a reader is taken away first.
    """
    from django_tasks_db.models import DBTaskResult

    shutil.rmtree(unit.current().data / CLEAR, ignore_errors=True)
    left = DBTaskResult.objects.filter(status="RUNNING")
    count = left.update(status="READY", started_at=None, worker_ids=[])
    Job.objects.filter(state=JobState.RUNNING).update(state=JobState.WAITING)
    return count


def hold(data: Path) -> int:
    """Keep every worker out of this folder; the handle to close. Raises AlreadyWorking."""
    handle = os.open(data / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise AlreadyWorking(f"Another worker works in {data}: one is enough.") from None
    return handle
