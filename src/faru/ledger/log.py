"""The ledger itself: take in what was done, seal it in batches, prove it.

Sealing gives the batch its sequence numbers, ends it with an entry `checkpoint.sign` whose time is the
checkpoint's time, signs the new head and stores all of it durably. Until then nothing is acknowledged.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from faru.ledger import verify
from faru.ledger.clock import Clock, ClockState
from faru.ledger.entries import (
    PUBLIC_SALT,
    SALT_BYTES,
    Entry,
    LedgerError,
    Recorded,
    Salts,
    canonical,
    commit,
    random_salt,
)
from faru.ledger.ids import IdSource
from faru.ledger.keys import Signer
from faru.ledger.protocol import Store
from faru.ledger.tags import Action
from faru.ledger.tree import Tree
from faru.ledger.verify import Checkpoint

SEALER = "sealer"
"""The role of the ledger's own entries."""


class Ledger:
    """One log, one signer, one sealer. `record` may be called from many threads, `seal` from one."""

    def __init__(
        self,
        store: Store,
        signer: Signer,
        clock: Clock,
        *,
        ids: IdSource | None = None,
        salts: Salts = random_salt,
    ) -> None:
        """Open a log. Raises LedgerError where the store holds another key's log or does not fit its head."""
        self.store = store
        self._signer = signer
        self._clock = clock
        self._ids = ids or IdSource()
        self._salts = salts
        self._edge = verify.Edge()
        self._tree = Tree()
        self._sealed_at: datetime | None = None
        store.introduce(signer.public.text())
        self._take_up()
        for left in store.set_aside():
            payload = {"files": list(left.files), "sentence": left.sentence, "sha256": list(left.sha256)}
            self._own(Action.LEDGER_MEND, payload)

    @property
    def size(self) -> int:
        """Sealed entries."""
        return self._edge.size

    @property
    def sealed_at(self) -> datetime | None:
        """The time of the last checkpoint; None before the first."""
        return self._sealed_at

    def record(
        self,
        action: Action,
        *,
        actor: str,
        role: str,
        objects: Sequence[str] = (),
        payload: Mapping[str, Any],
    ) -> Recorded:
        """Take in that `actor` (a key id) did `action` to `objects` (random ids), and what it was about.

        The caller keeps salt and payload of the answer beside the subject. Raises LedgerError: then the act
        must not happen.
        """
        recorded = self._entry(
            action, actor, role, tuple(objects), canonical(payload), self._salts(SALT_BYTES)
        )
        self.store.add(recorded.entry.to_bytes())
        return recorded

    def seal(self) -> Checkpoint:
        """Seal all that was recorded and give the new checkpoint; the last one where there is nothing new.

        Raises LedgerError where the batch can't be stored: it stays unsealed, and the log is as it was.
        """
        batch = list(self.store.unsealed())
        last = self.store.last_checkpoint()
        if not batch:
            if last is None:
                raise LedgerError("Nothing was recorded yet, so there is nothing to seal.")
            return verify.read_checkpoint(last)
        size = self._edge.size + len(batch) + 1
        own = self._entry(
            Action.CHECKPOINT_SIGN, self._signer.key_id, SEALER, (), canonical({"size": size}), PUBLIC_SALT
        ).entry
        batch.append(own.to_bytes())
        leaves = [verify.leaf_hash(entry) for entry in batch]
        edge = verify.Edge(self._edge.size, self._edge.hashes)
        edge.extend(b"".join(leaves))
        root = base64.b64encode(edge.root()).decode()
        note = self._signer.sign_note(f"{self._signer.name}\n{edge.size}\n{root}\n")
        self.store.seal(batch, leaves, note)
        self._edge, self._sealed_at = edge, own.time
        return verify.read_checkpoint(note)

    def checkpoint(self) -> Checkpoint | None:
        """The last checkpoint; None before the first sealing."""
        note = self.store.last_checkpoint()
        return None if note is None else verify.read_checkpoint(note)

    def prove_inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that entry `index` is in the log of the first `size` entries (all, where not given)."""
        return self._grown_tree().prove_inclusion(index, self.size if size is None else size)

    def prove_consistency(self, first: int, second: int | None = None) -> tuple[bytes, ...]:
        """The proof that the log of `first` entries is the beginning of that of `second` (all of it)."""
        return self._grown_tree().prove_consistency(first, self.size if second is None else second)

    def _grown_tree(self) -> Tree:
        if self._tree.size < self.size:
            self._tree.extend(self.store.leaves(self._tree.size, self.size))
        return self._tree

    def _take_up(self) -> None:
        """The right edge of what is there already, compared with its last checkpoint."""
        note = self.store.last_checkpoint()
        if note is None:
            return
        head = verify.read_checkpoint(note)
        if verify.open_note(note, self._signer.public) is None:
            raise LedgerError(f"The last checkpoint, of size {head.size}, is not signed by this key.")
        self._edge.extend(self.store.leaves(0, head.size))
        if self._edge.size != head.size or self._edge.root() != head.root:
            raise LedgerError(
                f"The ledger's leaves do not fit its last checkpoint, of size {head.size}: something was"
                " changed. Nothing is written to it. Ask `faru ledger verify` what it is."
            )
        self._sealed_at = Entry.from_bytes(self.store.entry(head.size - 1)).time

    def _own(self, action: Action, payload: Mapping[str, Any]) -> None:
        """An entry of the ledger's own making. Its payload is no secret, so its salt is all zero."""
        own = self._entry(action, self._signer.key_id, SEALER, (), canonical(payload), PUBLIC_SALT)
        self.store.add(own.entry.to_bytes())

    def _entry(
        self, action: Action, actor: str, role: str, objects: tuple[str, ...], payload: bytes, salt: bytes
    ) -> Recorded:
        now, state = self._clock.now(), self._clock.state()
        if self._sealed_at is not None and now < self._sealed_at - verify.GRACE:
            state = ClockState.BEHIND
        try:
            identity = self._ids.new(now)
        except ValueError as error:
            raise LedgerError(str(error)) from error
        entry = Entry(
            action=action,
            actor=actor,
            clock=state,
            id=identity,
            objects=objects,
            payload_sha256=commit(payload, salt),
            role=role,
            time=now,
        )
        return Recorded(entry, salt, payload)
