"""Some entries of a log with all that is needed to check them offline: what a dossier carries along."""

from collections.abc import Callable, Mapping, Sequence

from faru.ledger import verify
from faru.ledger.entries import LedgerError
from faru.ledger.log import Ledger
from faru.ledger.protocol import Store
from faru.ledger.tree import Tree
from faru.ledger.verify import LedgerExcerpt, ProvenEntry

Opened = Mapping[str, tuple[bytes, bytes]]
"""Salt and payload of entries that are laid open, by the entry's id."""


def excerpt(ledger: Ledger | Store, ids: Sequence[str], opened: Opened | None = None) -> LedgerExcerpt:
    """The entries with these ids, in the order of the log, proven against the last checkpoint.

    Raises LedgerError for an id that is not sealed in this log, and for a payload that is not its entry's.
    """
    store = ledger.store if isinstance(ledger, Ledger) else ledger
    note = store.last_checkpoint()
    if note is None:
        raise LedgerError("This log has no checkpoint yet: seal it first.")
    size = verify.read_checkpoint(note).size
    places = store.find(ids)
    missing = [identity for identity in ids if identity not in places]
    if missing:
        raise LedgerError(f"{len(missing)} entries are not sealed in this log, the first is {missing[0]}.")
    if isinstance(ledger, Ledger):
        prove: Callable[[int, int], tuple[bytes, ...]] = ledger.prove_inclusion
    else:
        tree = Tree()
        tree.extend(store.leaves(0, size))
        prove = tree.prove_inclusion

    def proven(index: int, laid_open: tuple[bytes, bytes] | None = None) -> ProvenEntry:
        entry = store.entry(index)
        if laid_open is None:
            return ProvenEntry(entry, index, prove(index, size))
        if not verify.payload_holds(entry, *laid_open):
            raise LedgerError(f"The payload kept for entry {index} is not the one that it speaks of.")
        return ProvenEntry(entry, index, prove(index, size), *laid_open)

    by_index = {index: (opened or {}).get(identity) for identity, index in places.items()}
    entries = tuple(proven(index, by_index[index]) for index in sorted(by_index))
    return LedgerExcerpt(note, store.public_key(), proven(size - 1), entries)
