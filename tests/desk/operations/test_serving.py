"""A worker that another one keeps out, that will not end, or whose server is killed; missing guards."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from faru.desk import boot, serving
from faru.desk.accounts.models import User
from faru.desk.journal import checking
from faru.desk.journal.guards import TABLES, drop_guards, missing_guards
from faru.desk.journal.models import Entry, Leaf, Pending
from faru.desk.journal.recording import opened
from faru.desk.journal.sealing import seal_now
from faru.desk.work.worker import LOCK
from faru.ledger.tags import Action


class Process:
    """A worker's process that ends with `code`, or only when it is killed."""

    def __init__(self, code: int | None) -> None:
        self.code, self.said = code, []

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.said.append("terminate")

    def kill(self) -> None:
        self.said.append("kill")
        self.code = -signal.SIGKILL

    def wait(self, timeout: float | None = None) -> int:
        if self.code is None:
            raise subprocess.TimeoutExpired("worker", timeout)
        return self.code


def starts(monkeypatch: pytest.MonkeyPatch, code: int | None, rounds: int) -> list[int]:
    """In which rounds of a ticker a worker is started, whose worker always ends with `code`."""
    now, made = [1000.0], []
    monkeypatch.setattr(serving.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(serving.subprocess, "Popen", lambda _words: made.append(now[0]) or Process(code))
    worker = serving.Worker()
    for _ in range(rounds):
        worker.keep()
        now[0] += serving.EVERY_S
    return [int((at - 1000) / serving.EVERY_S) for at in made]


def test_a_worker_that_another_keeps_out_is_tried_later_and_later(monkeypatch) -> None:
    found = starts(monkeypatch, serving._NOT_STARTED, 100)
    gaps = [b - a for a, b in pairwise(found)]
    assert gaps == sorted(gaps)
    assert gaps[0] == 2
    assert 60 <= gaps[-1] * serving.EVERY_S <= 60 + serving.EVERY_S
    assert len(found) < 10


@pytest.mark.parametrize("code", [1, -signal.SIGKILL])
def test_a_worker_that_dies_is_started_again_at_once(monkeypatch, code) -> None:
    assert starts(monkeypatch, code, 4) == [0, 1, 2, 3]


def test_one_that_works_is_left_alone(monkeypatch) -> None:
    assert starts(monkeypatch, None, 4) == [0]


def test_a_worker_that_does_not_end_is_killed_and_everything_is_sealed(
    transactional_db, people, monkeypatch
) -> None:
    stuck = Process(None)
    monkeypatch.setattr(serving.subprocess, "Popen", lambda _words: stuck)
    monkeypatch.setattr(serving, "rescore_what_is_old", lambda: None)
    ticker = serving.Ticker()
    monkeypatch.setattr(ticker._over, "is_set", iter([False, True]).__next__)
    monkeypatch.setattr(
        ticker._over, "wait", lambda _s: checking.note(people["system"], Action.UNIT_INIT, a=1)
    )
    ticker.run()
    assert stuck.said == ["terminate", "kill"]
    assert Pending.objects.count() == 0
    assert Leaf.objects.count() == Entry.objects.count() > 0


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A unit's folder."""
    data = tmp_path / "unit"
    faru("init", "--name", "A", "--pack", "demo", "--admin", "sana", "--admin-name", "Sana", data=data)
    return data


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("FARU_", "DJANGO_"))}


def faru(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "faru.cli", *words, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=120)


@pytest.fixture
def orphaned(made: Path) -> Iterator[int]:
    """The process of a worker whose parent is killed as soon as it works."""
    code = (
        "import os, subprocess, sys, time\n"
        "words = ['-m', 'faru.cli', 'worker', '--data', sys.argv[1], '--parent', str(os.getpid())]\n"
        "print(subprocess.Popen([sys.executable, *words]).pid, flush=True)\n"
        "time.sleep(120)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(made)], env=environment(), stdout=subprocess.PIPE, text=True
    )
    with parent:
        try:
            worker = int(parent.stdout.readline())
            until(lambda: holds(worker, made / LOCK), 60)
        finally:
            parent.kill()
    yield worker
    if Path(f"/proc/{worker}").exists():
        os.kill(worker, signal.SIGKILL)


def holds(process: int, path: Path) -> bool:
    """Whether a process has a file open. Nothing is asked of the lock itself: that could take it away."""
    try:
        return any(one.readlink() == path for one in Path(f"/proc/{process}/fd").iterdir())
    except OSError:  # it ended, or a file was closed while it was looked at
        return False


def until(true, seconds: float) -> None:
    """Wait for it; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_a_worker_ends_when_its_server_is_killed(made: Path, orphaned: int) -> None:
    until(lambda: faru("worker", "--until-empty", data=made).returncode == 0, 30)


def test_missing_guards_are_put_up_told_to_the_ledger_and_said(made: Path) -> None:
    with sqlite3.connect(made / "faru.sqlite3") as database:
        for table in TABLES[:2]:
            database.execute(f"DROP TRIGGER {table}_no_delete")
    code = "from faru.desk import boot; boot.setup(); from faru.desk.serving import prepare; print(prepare())"
    for says in ("were missing: 2", r"\[\]"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env=environment() | {"FARU_DATA": str(made)},
        )
        assert re.search(says, done.stdout), done.stdout + done.stderr
    with sqlite3.connect(made / "faru.sqlite3") as database:
        told = database.execute("SELECT count(*) FROM journal_entry WHERE tag = 'ledger.guard'").fetchone()
        guards = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()
    assert (told, guards) == ((1,), (3 * len(TABLES),))


def test_guards_that_were_missing_are_still_said_on_the_page(transactional_db, people, as_) -> None:
    checking.note(people["system"], Action.UNIT_INIT, a=1)
    page = as_("administrator").get("/administration/")
    assert page.context["standing"].ledger.put_up_at is None
    drop_guards()
    count = boot.migrate()
    assert (count, missing_guards()) == (3 * len(TABLES), [])
    told = Entry.objects.get(tag="ledger.guard")
    assert told.actor == User.objects.get(is_system=True).id.hex
    assert f'"missing":{count}'.encode() in opened([told.id])[str(told.id)][1]
    page = as_("administrator").get("/administration/")
    assert page.context["standing"].ledger.put_up_at == told.at
    assert "were missing" in page.content.decode()
    assert boot.migrate() == 0
    assert Entry.objects.filter(tag="ledger.guard").count() == 1


def test_an_entry_taken_out_of_the_line_is_noticed(people, as_) -> None:
    checking.note(people["system"], Action.UNIT_INIT, a=1)
    seal_now()
    checking.note(people["system"], Action.UNIT_INIT, a=2)
    assert checking.unplaced() == 0
    Pending.objects.all().delete()
    assert checking.unplaced() == 1
    Pending.objects.create(entry=Leaf.objects.order_by("index")[0].entry)  # to make the sum right again
    assert checking.unplaced() == 1
    assert "waiting to be: 1." in checking.sentences(0, 1)[0]
    page = as_("administrator").get("/administration/")
    assert page.context["standing"].ledger.unplaced == 1
    assert "out of line" in page.content.decode()
