"""Chance that repeats: the same seed and name give the same draws on every machine, for ever.

`Chance` draws for the alerts; `words_of_bits` draws for record rows, where any timeline of thousands must be
known without drawing the ones before it.
"""

import struct
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def words_of_bits(seed: int, block: int, timeline: int, count: int) -> tuple[int, ...]:
    """`count` integers of 64 bits for one timeline of record rows: drawn in one go, as there are millions."""
    drawn = Random(seed << 64 ^ block << 40 ^ timeline).randbytes(8 * count)
    return struct.unpack(f"<{count}Q", drawn)


class Chance:
    """A named stream of draws. Streams of other names never move this one."""

    def __init__(self, seed: int, *name: str | int) -> None:
        self._seed = seed
        self._name = name
        self._random = Random("/".join(str(part) for part in (seed, *name)))

    def stream(self, *name: str | int) -> "Chance":
        """A stream below this one."""
        return Chance(self._seed, *self._name, *name)

    def below(self, limit: int) -> int:
        """0 to limit - 1."""
        return self._random.randrange(limit)

    def between(self, low: int, high: int) -> int:
        """low to high, both included."""
        return self._random.randint(low, high)

    def one(self, options: Sequence[T]) -> T:
        """One of them."""
        return options[self._random.randrange(len(options))]

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """`count` different ones, in drawn order."""
        return self._random.sample(options, count)

    def weighted(self, options: Sequence[tuple[T, int]]) -> T:
        """One of (option, weight)."""
        return self._random.choices([o for o, _ in options], [w for _, w in options])[0]

    def yes(self, probability: float) -> bool:
        """True so often."""
        return self._random.random() < probability

    def long_tail(self, median: float, spread: float) -> float:
        """Log-normal: most near `median`, a few far beyond it."""
        return float(median * 2.718281828 ** self._random.gauss(0.0, spread))

    def hex(self, digits: int) -> str:
        """So many lower-case hexadecimal digits."""
        return f"{self._random.getrandbits(4 * digits):0{digits}x}"

    def data(self, count: int) -> bytes:
        """So many bytes."""
        return self._random.randbytes(count)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The same items in another order."""
        return self._random.sample(items, len(items))
