"""What the ledger needs of a place that keeps it. `store` keeps it in files; a database can do the same.

A store knows nothing of trees and keys. It takes in committed entries, hands out those that are not sealed
yet, and keeps a sealed batch whole or not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SetAside:
    """What an unfinished write left behind, and where its bytes were kept."""

    sentence: str
    files: tuple[str, ...]  # names in the folder `set-aside`
    sha256: tuple[str, ...]  # of each of the files


class Store(Protocol):
    """Where a ledger lives. Indexes are sequence numbers, counted from 0 in the order of sealing."""

    def introduce(self, public_key: str) -> None:
        """Keep the log's public key beside it. Raises LedgerError where another key's log is kept here."""
        ...

    def public_key(self) -> str:
        """The text of the public key. Raises LedgerError where none was introduced."""
        ...

    def add(self, entry: bytes) -> None:
        """Take in a committed entry, to be sealed. In a database this is part of the caller's transaction."""
        ...

    def unsealed(self) -> Sequence[bytes]:
        """Entries taken in and not sealed yet, in the order in which they will be sealed."""
        ...

    def seal(self, entries: Sequence[bytes], leaves: Sequence[bytes], checkpoint: str) -> None:
        """Keep the batch durably: when this returns, the entries are acknowledged.

        `entries` begins with what `unsealed` gave. Raises LedgerError and keeps nothing of it otherwise.
        """
        ...

    def size(self) -> int:
        """The number of sealed entries."""
        ...

    def entry(self, index: int) -> bytes:
        """One sealed entry."""
        ...

    def leaves(self, start: int, stop: int) -> bytes:
        """The leaf hashes from start to stop, 32 bytes each."""
        ...

    def find(self, ids: Iterable[str]) -> Mapping[str, int]:
        """The indexes of the sealed entries with these ids; ids that aren't there are left out."""
        ...

    def checkpoints(self) -> Sequence[str]:
        """All checkpoints, oldest first, as signed notes."""
        ...

    def last_checkpoint(self) -> str | None:
        """The newest checkpoint; None before the first sealing."""
        ...

    def set_aside(self) -> Sequence[SetAside]:
        """What was set aside when this store was opened."""
        ...
