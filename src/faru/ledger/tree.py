"""Proofs from the log's own side: inclusion and consistency (RFC 9162, sections 2.1.3.1 and 2.1.4.1).

`verify` checks proofs; this makes them. It keeps the hashes of all complete subtrees: 64 bytes a leaf.
"""

from faru.ledger.verify import node_hash, split


class Tree:
    """The Merkle tree of a log, with all complete subtrees at hand. It only grows."""

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        """Leaves so far."""
        return len(self._levels[0]) // 32

    def extend(self, leaves: bytes) -> None:
        """Add leaf hashes, 32 bytes each."""
        self._levels[0] += leaves
        level = 0
        while len(self._levels[level]) >= 64:
            if level + 1 == len(self._levels):
                self._levels.append(bytearray())
            below, above = self._levels[level], self._levels[level + 1]
            for place in range(2 * len(above), len(below) - 63, 64):
                above += node_hash(bytes(below[place : place + 32]), bytes(below[place + 32 : place + 64]))
            level += 1

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves, at least one."""
        self._reach(size)
        return self._range(0, size)

    def prove_inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """The audit path of the leaf `index` in the tree of the first `size` leaves."""
        self._reach(size)
        if not 0 <= index < size:
            raise IndexError(f"Entry {index} is not among the first {size}.")
        low, high, path = 0, size, []
        while high - low > 1:
            middle = low + split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return tuple(reversed(path))

    def prove_consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """That the tree of `first` leaves is the beginning of the one of `second`; empty if trivial."""
        self._reach(second)
        if not 0 <= first <= second:
            raise IndexError(f"A log of {first} entries is not the beginning of one of {second}.")
        if first in (0, second):
            return ()
        low, high, whole, path = 0, second, True, []
        while first != high - low:
            middle = split(high - low)
            if first <= middle:
                path.append(self._range(low + middle, high))
                high = low + middle
            else:
                path.append(self._range(low, low + middle))
                low, first, whole = low + middle, first - middle, False
        if not whole:
            path.append(self._range(low, high))
        return tuple(reversed(path))

    def _range(self, low: int, high: int) -> bytes:
        """The hash of the leaves from low to high; low is a multiple of the largest complete part."""
        count = high - low
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            place = (low >> level) * 32
            return bytes(self._levels[level][place : place + 32])
        middle = low + split(count)
        return node_hash(self._range(low, middle), self._range(middle, high))

    def _reach(self, size: int) -> None:
        if size > self.size:
            raise IndexError(f"The log has {self.size} entries, not {size}.")
