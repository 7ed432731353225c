"""A unit's folder on disk, and the one way to do something in it: with an entry in the ledger.

An act is recorded first and its payload kept; what is not sealed was not acknowledged.
"""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from faru.ledger.clock import SimulatedClock
from faru.ledger.entries import Recorded
from faru.ledger.keys import Signer, create_key, load_key
from faru.ledger.log import Ledger
from faru.ledger.payloads import ClearPayloads
from faru.ledger.store import FileStore
from faru.ledger.tags import Action
from faru.ledger.verify import Checkpoint
from faru.packs.model import Pack
from faru.vocabulary import Identity

ORIGIN: Final = "unit.example/faru-demo"
_A_MOMENT: Final = timedelta(milliseconds=250)


class Unit:
    """The demo's unit: a simulated clock, payloads in clear, because all its subjects are invented."""

    def __init__(self, data: Path, pack: Pack, clock: SimulatedClock) -> None:
        self.data, self.pack, self.clock = data, pack, clock
        self.raw, self.records = data / "raw", data / "records"
        self.dossiers, self.requests = data / "dossiers", data / "requests"
        data.mkdir(parents=True, exist_ok=True)
        self.signer = _signer(data / "keys" / "ledger.key")
        self.payloads = ClearPayloads(data / "payloads.jsonl")
        self._store = FileStore(data / "ledger")
        self.ledger = Ledger(self._store, self.signer, clock)
        self._unkept: list[Recorded] = []
        self._ids: dict[str, str] = {}
        self._about: dict[str, list[str]] = {}

    def id_of(self, name: str) -> str:
        """The random id under which the ledger speaks of a thing; the same for the same name in this run."""
        return self._ids.setdefault(name, str(uuid.uuid4()))

    def do(self, action: Action, *, role: str, objects: tuple[str, ...] = (), **payload: Any) -> Recorded:
        """Record one act. `objects` are names; the entry holds their random ids."""
        self.clock.advance(_A_MOMENT)
        recorded = self.ledger.record(
            action,
            actor=self.signer.key_id,
            role=role,
            objects=tuple(self.id_of(name) for name in objects),
            payload=payload,
        )
        self._unkept.append(recorded)
        for name in objects:
            self._about.setdefault(name, []).append(recorded.id)
        return recorded

    def about(self, *names: str) -> list[str]:
        """The ids of all entries of this run that speak of one of these things, in the order of the acts."""
        found = {one for name in names for one in self._about.get(name, ())}
        return sorted(found)  # ids begin with their time

    def seal(self) -> Checkpoint:
        """Keep the payloads, then seal: a sealed entry can always be opened."""
        self.payloads.keep(self._unkept)
        self._unkept.clear()
        return self.ledger.seal()

    def close(self) -> None:
        """Let others write to this unit's ledger."""
        self._store.close()


def _signer(path: Path) -> Signer:
    if not path.exists():
        create_key(path, Signer.new(ORIGIN))
    return load_key(path)


def referral_name(identity: Identity) -> str:
    """How this unit calls a referral when it asks for its random id."""
    return f"referral {identity.sender} {identity.number} {identity.sha256}"
