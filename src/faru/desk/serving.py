"""`faru serve`: the web server, the worker and the ticker, started and stopped as one.

The ticker is a thread of the web process and the worker a process of its own, so that the ledger is sealed
every few seconds even while a long import runs. A worker that dies is started again.
"""

import logging
import signal
import subprocess
import sys
import threading
from types import FrameType
from typing import Final

from django.db import close_old_connections, connection

from faru.desk import boot, clock, unit
from faru.desk.journal.guards import install_guards, missing_guards
from faru.desk.journal.sealing import EVERY_S, Sealer
from faru.desk.referrals.actions import wake_leads
from faru.desk.referrals.ranking import turn_clocks
from faru.desk.uploads import LARGEST

THREADS: Final = 8
ANSWER: Final = 512 << 20
"""Bytes of an answer that stay in memory: a dossier, a document."""
_log = logging.getLogger("faru.serve")


class Ticker(threading.Thread):
    """Seals, turns the clocks of leads, wakes those whose waiting is over, and keeps a worker alive."""

    def __init__(self, *, with_worker: bool = True) -> None:
        super().__init__(name="ticker", daemon=True)
        self._stop = threading.Event()
        self._with_worker = with_worker
        self._worker: subprocess.Popen[bytes] | None = None
        self._sealer = Sealer()

    def run(self) -> None:
        """Every few seconds, until `stop`. A round that fails is logged, and the next one tries again."""
        while not self._stop.is_set():
            try:
                self._round()
            except Exception:  # noqa: BLE001 - logged, and tried again
                _log.exception("A round of the ticker failed; the next one tries again.")
            close_old_connections()
            self._stop.wait(EVERY_S)
        if self._worker is not None:
            self._worker.terminate()
            self._worker.wait(timeout=30)
        try:
            self._sealer.seal()
        finally:
            self._sealer.close()
            connection.close()

    def stop(self) -> None:
        """Let the last round end: everything committed is sealed when this returns."""
        self._stop.set()
        self.join(timeout=60)

    def _round(self) -> None:
        if self._with_worker and (self._worker is None or self._worker.poll() is not None):
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "faru.cli", "worker", "--data", str(unit.current().data)]
            )
        self._sealer.seal()
        turn_clocks()
        wake_leads(clock.now())


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises LedgerError where another server has this folder."""
    from waitress.server import create_server

    boot.migrate()
    if missing_guards():
        install_guards()
    ticker = Ticker()
    ticker.start()
    from faru.desk.wsgi import application

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
    )

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()
        ticker.stop()
