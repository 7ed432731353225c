"""Real commands as child processes over a unit's folder: started, killed with all their children, audited.

Nothing of this needs the product to know it. A process dies at a random moment, or at an exact durable step
(`killer/sitecustomize.py`); the seed is printed, so a bad day can be had again.
"""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.faults.browser import Browser

ROOT: Final = Path(__file__).parents[2]
OWN: Final = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
"""Where child processes look for Faru and for these tests: this tree."""
KILLER: Final = Path(__file__).parent / "killer"
STARTS_S: Final = 90.0
IDLE_S: Final = 180.0


def environment(**more: str) -> dict[str, str]:
    """This process's, without a word of its own unit."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FARU_", "DJANGO_"))}
    return kept | {"PYTHONPATH": OWN} | more


def dying(step: int, who: str = "") -> dict[str, str]:
    """The environment of a process that kills itself at its n-th durable step."""
    return {"PYTHONPATH": f"{KILLER}{os.pathsep}{OWN}", "FARU_DRILL_STEP": str(step), "FARU_DRILL_WHO": who}


def python(*words: str, **more: str) -> dict[str, Any]:
    """Run one of our own modules; the JSON it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        capture_output=True,
        text=True,
        env=environment(**more),
        cwd=ROOT,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return dict(json.loads(done.stdout))


class Running:
    """A command with everything that it starts, as one group."""

    def __init__(self, command: list[str], log: Path, env: dict[str, str]) -> None:
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, env=env, cwd=ROOT, start_new_session=True
            )

    def kill(self) -> None:
        """All of the group at once, as when the machine loses its power."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> int:
        """Ask it to end; its exit code."""
        self.process.terminate()
        return self.process.wait(60)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


@dataclass
class Unit:
    """A unit's folder under drill."""

    folder: Path
    todo: dict[str, Any]
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)  # of the environment of all its commands

    @property
    def log(self) -> Path:
        """Where its commands print."""
        return self.folder.with_suffix(".log")

    def command(self, *words: str, **more: str) -> Running:
        """Start `faru` with these words."""
        command = [sys.executable, "-m", "faru.cli", *words, "--data", str(self.folder)]
        return Running(command, self.log, environment(**self.words | more))

    def faru(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `faru` with these words to its end."""
        return subprocess.run(
            [sys.executable, "-m", "faru.cli", *words, "--data", str(self.folder)],
            capture_output=True,
            text=True,
            env=environment(**self.words | more),
            cwd=ROOT,
            timeout=300,
        )

    @contextmanager
    def served(self, **more: str) -> "Iterator[Desk]":
        """The desk, for the length of this; what is left of it is killed."""
        with socket.socket() as free:
            free.bind(("localhost", 0))
            port = free.getsockname()[1]
        desk = Desk(port, self.command("serve", "--port", str(port), **more))
        try:
            yield desk
            if desk.running.alive:
                desk.running.end()
        finally:
            desk.running.kill()

    def idle(self) -> bool:
        """Whether nothing waits and nothing runs."""
        with sqlite3.connect(f"file:{self.folder / 'faru.sqlite3'}?mode=ro", uri=True) as database:
            jobs = "SELECT count(*) FROM work_job WHERE state IN ('waiting', 'running')"
            tasks = (
                "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING')"
            )
            return not any(database.execute(one).fetchone()[0] for one in (jobs, tasks))

    def let_time_pass(self) -> None:
        """An hour goes by, as the folder shows it: what lies there has lain there for an hour."""
        with sqlite3.connect(self.folder / "faru.sqlite3") as database:
            database.execute("UPDATE referrals_referral SET received_at = datetime(received_at, '-1 hour')")
            database.execute(
                "UPDATE referrals_receivedfile SET received_at = datetime(received_at, '-1 hour')"
            )
        before = time.time() - 3600
        for one in self.folder.rglob("*"):
            if one.is_file():
                os.utime(one, (before, before))

    def recover(self) -> None:
        """Start the desk as after a bad day, touch nothing, wait until it has done what was left."""
        self.let_time_pass()
        with self.served() as desk:
            desk.wait()
            quiet = 0
            deadline = time.monotonic() + IDLE_S
            while quiet < 3:  # the ticker looks for what was left after its start
                assert time.monotonic() < deadline, f"not idle; see {self.log}"
                time.sleep(1)
                quiet = quiet + 1 if self.idle() else 0

    def audit(self) -> dict[str, list[str]]:
        """What is lost, and what is half done."""
        told = self.folder.with_suffix(".told.json")
        told.write_text(json.dumps(self.acknowledged))
        return python("tests.faults.audit", str(self.folder), str(told), **self.words)

    def copy(self, folder: Path) -> "Unit":
        """The same unit in another folder, to be broken."""
        shutil.copytree(self.folder, folder)
        return Unit(folder, self.todo)


@dataclass
class Desk:
    """A served desk."""

    port: int
    running: Running

    def wait(self) -> "Desk":
        """Until it answers. A process that dies before that is not waited for."""
        deadline = time.monotonic() + STARTS_S
        while self.running.alive and Browser(self.port, "").get("/health/").status != 200:
            assert time.monotonic() < deadline, "the desk did not start"
            time.sleep(0.2)
        return self

    def enter(self, username: str) -> Browser:
        """Somebody signed in, or about to find out that nobody answers."""
        found = Browser(self.port, username)
        found.enter()
        return found


def make(folder: Path, world: Path) -> Unit:
    """A unit with something to do at every place; see `making`."""
    return Unit(folder, python("tests.faults.making", str(folder), str(world)))
