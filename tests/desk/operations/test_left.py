"""What a killed process leaves behind: files without rows, files that nobody reads, faults of the machine."""

import errno
import os
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError

from faru.desk import faults, leftovers, unit
from faru.desk.faults import Fault
from faru.desk.ids import new_id
from faru.desk.referrals import left
from faru.desk.referrals.importing import importing, somebody_imports
from faru.desk.referrals.models import RawPart, ReceivedFile
from faru.desk.referrals.receiving import receive_file
from faru.desk.vault import files
from faru.desk.vault.models import UNIT_SUBJECT
from faru.desk.work.models import Job, JobState
from faru.desk.work.worker import CLEAR, take_up

TABLE = b"who,when\nx,2026-01-01T00:00:00Z\n"
pytestmark = pytest.mark.django_db


def aged(path: Path) -> Path:
    """The file, as if it had lain there for an hour."""
    before = path.stat().st_mtime - 3600
    os.utime(path, (before, before))
    return path


def test_a_file_without_a_row_is_put_aside_once_it_is_old(people) -> None:
    kept = receive_file(actor=people["duty"], name="a.csv", data=TABLE)
    raw, aside = unit.current().raw, unit.current().data / leftovers.ASIDE
    part = RawPart.objects.get(file=kept)
    with_row = aged(files.path_of(raw, part.id))
    old = aged(files.write(raw, new_id(), UNIT_SUBJECT, b"nobody was told"))
    torn = old.with_name(f"{new_id()}.part")
    torn.write_bytes(b"half of it")
    young = files.write(raw, new_id(), UNIT_SUBJECT, b"its row comes in a moment")
    assert leftovers.sweep() == 1
    aged(torn)
    assert leftovers.sweep() == 1
    assert (with_row.exists(), young.exists(), old.exists(), torn.exists()) == (True, True, False, False)
    assert [one.name for one in aside.iterdir()] == [old.name]
    assert leftovers.sweep() == 0
    (aside / old.name).unlink()


def test_what_was_received_and_not_read_is_read_by_itself(people) -> None:
    kept = receive_file(actor=people["duty"], name="a.csv", data=TABLE)
    assert left.read_what_was_left() is None  # whoever dropped it is about to ask for it
    ReceivedFile.objects.update(received_at=kept.received_at - left.LEFT - timedelta(seconds=1))
    with importing():
        assert left.read_what_was_left() is None  # whoever imports reads it
    job = left.read_what_was_left()
    assert job is not None
    assert job.thing == kept.id
    assert left.read_what_was_left() is None  # it is about to be read
    Job.objects.update(state=JobState.FAILED, started_at=kept.received_at)
    assert left.read_what_was_left() is None  # it can't be opened: that would be tried for ever


def test_an_import_of_another_process_is_seen_and_ends_with_it() -> None:
    code = (
        "from faru.desk.referrals.importing import importing\nwith importing(): print(1, flush=True); input()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"1\n"
        assert somebody_imports()
        other.kill()
        other.wait()
        assert not somebody_imports()


def test_what_a_killed_worker_had_laid_open_is_gone_before_the_next_one_works() -> None:
    clear = unit.current().data / CLEAR / new_id().hex
    clear.mkdir(parents=True)
    (clear / "R-1.csv").write_bytes(TABLE)
    take_up()
    assert not clear.exists()


def caused(fault: Exception, cause: BaseException) -> Exception:
    """A fault as Django raises it."""
    fault.__cause__ = cause
    return fault


def of_sqlite(code: int) -> sqlite3.OperationalError:
    found = sqlite3.OperationalError("as SQLite says it")
    found.sqlite_errorcode = code
    return found


class OfPostgres(Exception):
    """As psycopg raises it."""

    def __init__(self, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Fault.DISK_FULL),
        (OSError(errno.EACCES, "Permission denied"), None),
        (caused(OperationalError(), of_sqlite(sqlite3.SQLITE_FULL)), Fault.DISK_FULL),
        (caused(OperationalError(), of_sqlite(sqlite3.SQLITE_CANTOPEN)), Fault.DATABASE_GONE),
        (caused(OperationalError(), of_sqlite(sqlite3.SQLITE_IOERR | 18 << 8)), Fault.DATABASE_GONE),
        (caused(OperationalError(), of_sqlite(sqlite3.SQLITE_ERROR)), None),
        (caused(OperationalError(), OfPostgres("53100")), Fault.DISK_FULL),
        (caused(OperationalError(), OfPostgres("57P01")), Fault.DATABASE_GONE),
        (caused(OperationalError(), OfPostgres(None)), Fault.DATABASE_GONE),
        (caused(OperationalError(), OfPostgres("55P03")), None),
        (caused(InterfaceError(), OfPostgres(None)), Fault.DATABASE_GONE),
        (caused(DatabaseError(), OfPostgres("22001")), None),
        (caused(RuntimeError(), OSError(errno.ENOSPC, "")), Fault.DISK_FULL),
        (ValueError("a mistake of ours"), None),
        (None, None),
    ],
)
def test_what_a_fault_comes_from(raised: Exception | None, kind: Fault | None) -> None:
    assert faults.of(raised) is kind
    if kind is not None:
        assert kind.sentence.endswith("nothing that was saved is lost.")
