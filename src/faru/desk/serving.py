"""`faru serve`: the web server, the worker and the ticker, started and stopped as one.

The ticker is a thread of the web process and the worker a process of its own, so that the ledger is sealed
every few seconds even while a long import runs. A worker that dies is started again; one that another worker
keeps from starting is tried again later and later.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType
from typing import Final

from django.db import close_old_connections, connection

from faru.desk import boot, clock, databases, env, faults, leftovers, roles, unit
from faru.desk.accounts.scope import viewer_scope
from faru.desk.accounts.system import system
from faru.desk.journal import checking
from faru.desk.journal.sealing import EVERY_S, Sealer
from faru.desk.referrals.actions import wake_leads
from faru.desk.referrals.left import read_what_was_left
from faru.desk.referrals.tasks import rescore_what_is_old
from faru.desk.uploads import LARGEST
from faru.desk.work.worker import ENDS_WITHIN_S

THREADS: Final = 8
LOOK_S: Final = 60.0
"""How often the clocks of leads, and what waits or was left, are looked at; sealing is every round."""
SWEEP_S: Final = 3600.0
"""How often files without a row are looked for; the first time at the start."""
ANSWER: Final = 512 << 20
"""Bytes of an answer that stay in memory: a dossier, a document."""
LONGEST_S: Final = 60.0
"""Between two tries to start a worker."""
_NOT_STARTED: Final = 2
"""What a worker ends with that could not begin: another one still works."""
_log = logging.getLogger("faru.serve")


class Worker:
    """The worker's process, kept alive."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pause_s = EVERY_S
        self._not_before = 0.0

    def keep(self) -> None:
        """Start it where none runs. After one that could not begin, wait twice as long each time."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return
            if code == _NOT_STARTED:
                self._not_before = time.monotonic() + self._pause_s
                self._pause_s = min(2 * self._pause_s, LONGEST_S)
            else:
                self._pause_s = EVERY_S
            self._process = None
        if time.monotonic() >= self._not_before:
            words = ["worker", "--data", str(unit.current().data), "--parent", str(os.getpid())]
            self._process = subprocess.Popen([sys.executable, "-m", "faru.cli", *words])

    def end(self) -> None:
        """Let it end its task; kill it where that takes too long: its task is taken up at the next start."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            _log.warning("The worker is ended in the middle of its task; the next start takes it up again.")
            self._process.kill()
            self._process.wait()


class Ticker(threading.Thread):
    """Seals, turns the clocks of leads, wakes those whose waiting is over, and keeps a worker alive."""

    def __init__(self) -> None:
        super().__init__(name="ticker", daemon=True)
        self._over = threading.Event()
        self._worker = Worker()
        self._sealer = Sealer()
        self._look_at = 0.0
        self._sweep_at = 0.0

    def run(self) -> None:
        """Every few seconds, until `stop`. A round that fails is logged, and the next one tries again."""
        while not self._over.is_set():
            try:
                self._round()
            except Exception as fault:  # noqa: BLE001 - logged, and tried again
                known = faults.of(fault)
                if known is None:
                    _log.exception("A round of the ticker failed; the next one tries again.")
                else:
                    _log.error("A round of the ticker failed; the next one tries again: %s", known.name)
            close_old_connections()
            self._over.wait(EVERY_S)
        try:
            self._worker.end()
        finally:
            try:
                self._sealer.seal()
            finally:
                self._sealer.close()
                connection.close()

    def stop(self) -> None:
        """Let the last round end: everything committed is sealed when this returns."""
        self._over.set()
        self.join()

    def _round(self) -> None:
        self._worker.keep()
        self._sealer.seal()
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_S
        with viewer_scope(system()):
            wake_leads(clock.now())
            read_what_was_left()
            if time.monotonic() >= self._sweep_at:
                self._sweep_at = time.monotonic() + SWEEP_S
                leftovers.sweep()
            rescore_what_is_old()


def prepare() -> list[str]:
    """Bring the database to this version; what must be said before it is served. Raises WrongSetting."""
    missing = boot.migrate()
    said = checking.sentences(missing, checking.unplaced())
    return [*said, roles.ONE_BARRIER] if roles.above_tables() else said


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C, after `prepare`. Raises LedgerError where another has this folder."""
    from waitress.server import create_server

    from faru.desk.wsgi import application

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    databases.forget_owner()
    ticker = Ticker()
    ticker.start()
    try:
        # Beyond these sizes the server would put bodies and answers into temporary files, in clear.
        server = create_server(
            application,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            max_request_body_size=LARGEST + (1 << 20),
            inbuf_overflow=LARGEST + (2 << 20),
            outbuf_overflow=ANSWER,
            # The server drops the addresses that proxies add unless the unit says that it has such proxies.
            clear_untrusted_proxy_headers=not env.proxies(),
        )
        try:
            server.run()
        finally:
            server.close()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        ticker.stop()
