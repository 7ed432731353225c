"""The ledger's store over the database. The files in DATA/ledger are written from it, by the sealer alone.

The database is sealed first and the files follow. A kill in between leaves the files behind; the next
opening brings them up. Files that are ahead of the database mean that an old database was put back: nothing
is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from django.db import DatabaseError, transaction

from faru.desk.journal import models
from faru.desk.rows import insert_rows
from faru.ledger import verify
from faru.ledger.entries import Entry, LedgerError
from faru.ledger.protocol import SetAside
from faru.ledger.store import FileStore

BATCH = 20_000
"""Entries sealed at once; the rest follows in the next batch."""


class DatabaseStore:
    """The `Store` protocol of `faru.ledger`; read only without `files`."""

    def __init__(self, public_key: str, files: Path | None = None) -> None:
        """Over the database. With `files`, the folder is locked for this process and brought up to date.

        Raises LedgerError where another process writes it, or where it is ahead of the database.
        """
        self._public_key = public_key
        self._files = None if files is None else FileStore(files)
        if self._files is not None:
            try:
                self._files.introduce(public_key)
                self._bring_up(self._files)
            except BaseException:
                self._files.close()
                raise

    def close(self) -> None:
        """Let another process seal."""
        if self._files is not None:
            self._files.close()

    def introduce(self, public_key: str) -> None:
        """The unit's key is given at the start; another one is refused."""
        if public_key != self._public_key:
            raise LedgerError("This ledger was opened with another key.")

    def public_key(self) -> str:
        """The text of the public key."""
        return self._public_key

    def add(self, entry: bytes) -> None:
        """Take in an entry of the ledger's own making; everybody else writes through `recording`."""
        row = _row(entry)
        with transaction.atomic():
            row.save(force_insert=True)
            models.Pending.objects.create(entry=row)

    def unsealed(self) -> Sequence[bytes]:
        """Committed and not sealed, by id: that is by time."""
        rows = models.Pending.objects.order_by("entry_id").values_list("entry__body", flat=True)
        return [bytes(body) for body in rows[:BATCH]]

    def seal(self, entries: Sequence[bytes], leaves: Sequence[bytes], checkpoint: str) -> None:
        """Give the batch its places and keep the checkpoint; then write the files."""
        if self._files is None:
            raise LedgerError("This ledger is open for reading only.")
        first = self.size()
        parsed = [_row(entry) for entry in entries]
        head = verify.read_checkpoint(checkpoint)
        try:
            with transaction.atomic():
                # The last entry is the checkpoint's own: it comes into the database here.
                models.Entry.objects.bulk_create(parsed[-1:])
                insert_rows(
                    models.Leaf(index=first + place, entry_id=row.id, leaf_hash=leaf)
                    for place, (row, leaf) in enumerate(zip(parsed, leaves, strict=True))
                )
                models.Checkpoint.objects.create(size=head.size, at=parsed[-1].at, note=checkpoint)
                _drop_pending([row.id for row in parsed])
        except DatabaseError as error:
            raise LedgerError(
                f"The ledger can't be written: {error}. Nothing of this batch stays."
            ) from error
        self._files.seal(entries, leaves, checkpoint)

    def size(self) -> int:
        """The number of sealed entries."""
        last = models.Leaf.objects.order_by("-index").values_list("index", flat=True).first()
        return 0 if last is None else last + 1

    def entry(self, index: int) -> bytes:
        """One sealed entry."""
        body = models.Leaf.objects.filter(index=index).values_list("entry__body", flat=True).first()
        if body is None:
            raise IndexError(f"There is no sealed entry {index}.")
        return bytes(body)

    def leaves(self, start: int, stop: int) -> bytes:
        """The leaf hashes from start to stop, 32 bytes each."""
        rows = models.Leaf.objects.filter(index__gte=start, index__lt=stop).order_by("index")
        return b"".join(bytes(leaf) for leaf in rows.values_list("leaf_hash", flat=True).iterator())

    def find(self, ids: Iterable[str]) -> Mapping[str, int]:
        """The indexes of the sealed entries with these ids."""
        rows = models.Leaf.objects.filter(entry_id__in=list(ids)).values_list("entry_id", "index")
        return {str(entry_id): index for entry_id, index in rows}

    def checkpoints(self) -> Sequence[str]:
        """All checkpoints, oldest first."""
        return list(models.Checkpoint.objects.values_list("note", flat=True))

    def last_checkpoint(self) -> str | None:
        """The newest checkpoint."""
        return models.Checkpoint.objects.order_by("-size").values_list("note", flat=True).first()

    def set_aside(self) -> Sequence[SetAside]:
        """What the files had to set aside when they were opened."""
        return () if self._files is None else self._files.set_aside()

    def _bring_up(self, files: FileStore) -> None:
        """Write to the files what the database has sealed and they lack."""
        there, ours = files.size(), self.size()
        if there > ours:
            raise LedgerError(
                f"DATA/ledger has {there} entries and the database {ours}: an older database was put back. "
                "Restore the newest backup; nothing is written until they agree."
            )
        for note in models.Checkpoint.objects.filter(size__gt=there).values_list("note", flat=True):
            first, size = files.size(), verify.read_checkpoint(note).size
            rows = models.Leaf.objects.filter(index__gte=first, index__lt=size).order_by("index")
            pairs = list(rows.values_list("entry__body", "leaf_hash"))
            files.seal([bytes(body) for body, _ in pairs], [bytes(leaf) for _, leaf in pairs], note)


def _row(body: bytes) -> models.Entry:
    entry = Entry.from_bytes(body)
    return models.Entry(
        id=UUID(entry.id),
        at=entry.time,
        tag=entry.action.value,
        actor=entry.actor,
        role=entry.role,
        body=body,
    )


def _drop_pending(ids: Sequence[object]) -> None:
    for start in range(0, len(ids), 500):
        models.Pending.objects.filter(entry_id__in=ids[start : start + 500]).delete()
