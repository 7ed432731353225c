"""A ledger in four append-only files, as `verify` reads them. One writer at a time, on POSIX systems.

A batch is written in this order, each file flushed to the disk before the next: entries, leaves, checkpoint.
So whatever a power cut or a kill leaves behind the last whole checkpoint was never acknowledged. It is set
aside when the store is opened (`mend`), and never mixed with what was sealed.
"""

import fcntl
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from faru.ledger import verify
from faru.ledger.entries import LedgerBusy, LedgerError
from faru.ledger.mend import LEAF_LINE, leaf_hashes, read_extent, set_aside_rest
from faru.ledger.protocol import SetAside, Store

__all__ = ["FileStore", "SetAside", "Store"]

LOCK = "writer.lock"


class FileStore:
    """The ledger folder of one unit (`DATA/ledger`)."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open the folder, or make it. Raises LedgerError where it is damaged or being written by another."""
        self._folder = folder
        self._unsealed: list[bytes] = []
        self._set_aside: tuple[SetAside, ...] = ()
        self._lock: int | None = None
        self._broken = False
        if not read_only:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = _take_lock(folder)
        try:
            extent = read_extent(folder)
            if not read_only:
                self._set_aside = set_aside_rest(folder, extent)
        except BaseException:
            self.close()
            raise
        self._notes = list(extent.notes)
        self._offsets = extent.offsets
        self._lengths = extent.lengths

    def close(self) -> None:
        """Let another process write."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> "FileStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def introduce(self, public_key: str) -> None:
        """Keep the log's public key beside it. Raises LedgerError where another key's log is kept here."""
        path = self._folder / verify.KEY
        if path.exists():
            if path.read_text(encoding="utf-8", errors="replace") != public_key:
                raise LedgerError(f"{path} is another key than the one given: this is another log.")
            return
        if self._notes:
            raise LedgerError(f"{path} is missing beside a log that has checkpoints. Put the key back first.")
        self._writable()
        _append(path, public_key.encode(), 0)
        _sync_folder(self._folder)

    def public_key(self) -> str:
        """The text of the public key. Raises LedgerError where none was introduced."""
        try:
            return (self._folder / verify.KEY).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise LedgerError(f"The log's public key can't be read: {error}.") from error

    def add(self, entry: bytes) -> None:
        """Take in a committed entry, to be sealed. Until then it is in memory only."""
        self._writable()
        self._unsealed.append(entry)

    def unsealed(self) -> Sequence[bytes]:
        """Entries taken in and not sealed yet, in the order in which they will be sealed."""
        return tuple(self._unsealed)

    def seal(self, entries: Sequence[bytes], leaves: Sequence[bytes], checkpoint: str) -> None:
        """Keep the batch durably, or nothing of it."""
        self._writable()
        first = self.size()
        numbered = enumerate(leaves, first)
        parts = {
            verify.ENTRIES: b"".join(entry + b"\n" for entry in entries),
            verify.LEAVES: "".join(f"{index:012d} {leaf.hex()}\n" for index, leaf in numbered).encode(),
            verify.CHECKPOINTS: f"{checkpoint}\n".encode(),
        }
        try:
            for name, data in parts.items():
                _append(self._folder / name, data, self._lengths[name])
            if first == 0:
                _sync_folder(self._folder)
        except OSError as error:
            self._take_back()
            raise LedgerError(
                f"The ledger can't be written: {error}. Nothing of this batch stays."
            ) from error
        for entry in entries:
            self._offsets.append(self._offsets[-1] + len(entry) + 1)
        self._lengths = {name: self._lengths[name] + len(data) for name, data in parts.items()}
        self._notes.append(checkpoint)
        taken = set(entries)
        self._unsealed = [entry for entry in self._unsealed if entry not in taken]

    def size(self) -> int:
        """The number of sealed entries."""
        return len(self._offsets) - 1

    def entry(self, index: int) -> bytes:
        """One sealed entry."""
        if not 0 <= index < self.size():
            raise IndexError(f"There is no sealed entry {index}: the log has {self.size()}.")
        with (self._folder / verify.ENTRIES).open("rb") as file:
            file.seek(self._offsets[index])
            return file.read(self._offsets[index + 1] - self._offsets[index] - 1)

    def leaves(self, start: int, stop: int) -> bytes:
        """The leaf hashes from start to stop, 32 bytes each."""
        if not 0 <= start <= stop <= self.size():
            raise IndexError(f"There are no leaves from {start} to {stop}: the log has {self.size()}.")
        if start == stop:
            return b""
        with (self._folder / verify.LEAVES).open("rb") as file:
            file.seek(start * LEAF_LINE)
            text = file.read((stop - start) * LEAF_LINE)
        return leaf_hashes(text, start)

    def find(self, ids: Iterable[str]) -> Mapping[str, int]:
        """The indexes of the sealed entries with these ids, in one pass over the file."""
        wanted = {identity.encode(): identity for identity in ids}
        found: dict[str, int] = {}
        if wanted and self.size():
            with (self._folder / verify.ENTRIES).open("rb") as file:
                for index in range(self.size()):
                    _, _, rest = file.readline().partition(b',"id":"')
                    if rest[:36] in wanted:
                        found[wanted[rest[:36]]] = index
        return found

    def checkpoints(self) -> Sequence[str]:
        """All checkpoints, oldest first, as signed notes."""
        return tuple(self._notes)

    def last_checkpoint(self) -> str | None:
        """The newest checkpoint; None before the first sealing."""
        return self._notes[-1] if self._notes else None

    def set_aside(self) -> Sequence[SetAside]:
        """What was set aside when this store was opened."""
        return self._set_aside

    def _writable(self) -> None:
        if self._lock is None:
            raise LedgerError(f"The ledger in {self._folder} is open for reading only.")
        if self._broken:
            raise LedgerError(f"A failed write could not be taken back in {self._folder}. Open it again.")

    def _take_back(self) -> None:
        """After a failed write: cut each file back to what is sealed. The next opening does it if not."""
        try:
            for name, length in self._lengths.items():
                path = self._folder / name
                if path.exists() and path.stat().st_size > length:
                    os.truncate(path, length)
        except OSError:
            self._broken = True


def _take_lock(folder: Path) -> int:
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise LedgerBusy(f"Another process writes the ledger in {folder}: only one may at a time.") from error
    return handle


def _append(path: Path, data: bytes, length: int) -> None:
    """Append and flush to the disk. The file must have the length that this store gave it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        if os.fstat(handle).st_size != length:
            raise OSError(f"{path.name} was changed behind the ledger's back")
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def being_written(folder: Path) -> bool:
    """Whether another process has the ledger open for writing now."""
    try:
        handle = os.open(folder / LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(handle)
