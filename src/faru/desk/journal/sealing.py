"""The sealer: one process at a time gives committed entries their place and signs the new head.

`faru serve` keeps one open and calls it every few seconds. Whoever needs something sealed now (a dossier, a
backup, the end of a command) calls `seal_now`, which waits for that sealer or takes its place.
"""

import time
from typing import Final

from faru.desk import clock, unit
from faru.desk.journal.models import Pending
from faru.desk.journal.store import DatabaseStore
from faru.ledger.clock import ClockState
from faru.ledger.entries import LedgerBusy
from faru.ledger.log import Ledger
from faru.ledger.verify import Checkpoint, read_checkpoint

WAIT_S: Final = 20.0
EVERY_S: Final = 3.0
"""The unsealed window stays under five seconds."""


class _UnitClock:
    """The unit's clock, as the ledger asks for it."""

    def now(self):
        """The time, aware, in UTC."""
        return clock.now()

    def state(self) -> ClockState:
        """How far it can be trusted."""
        return clock.state()


class Sealer:
    """Holds the ledger's files. Raises LedgerBusy where another process does, LedgerError for damage."""

    def __init__(self) -> None:
        here = unit.current()
        signer = here.signer()
        self._store = DatabaseStore(signer.public.text(), here.ledger)
        try:
            self._ledger = Ledger(self._store, signer, _UnitClock())
        except BaseException:
            self._store.close()
            raise

    def seal(self) -> Checkpoint | None:
        """Seal all that is committed; the last checkpoint, None where there never was an entry."""
        while Pending.objects.exists():
            self._ledger.seal()
        return self._ledger.checkpoint()

    def close(self) -> None:
        """Let another process seal."""
        self._store.close()


def seal_now() -> Checkpoint | None:
    """Seal everything committed before this call. Raises LedgerBusy after WAIT_S, LedgerError."""
    deadline = time.monotonic() + WAIT_S
    newest = Pending.objects.order_by("-entry_id").values_list("entry_id", flat=True).first()
    while True:
        try:
            sealer = Sealer()
        except LedgerBusy:
            if newest is None or not Pending.objects.filter(entry_id__lte=newest).exists():
                return head()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
            continue
        try:
            return sealer.seal()
        finally:
            sealer.close()


def head() -> Checkpoint | None:
    """The last checkpoint in the database."""
    note = DatabaseStore("").last_checkpoint()
    return None if note is None else read_checkpoint(note)
