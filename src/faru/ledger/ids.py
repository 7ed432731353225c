"""Random ids that sort by time: UUID version 7 (RFC 9562, sections 5.7 and 6.2).

Everything that an entry refers to is named by such an id, which says nothing about a person.
"""

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RANDOM_BITS = 74
_STEP_BITS = 32
_SET_BACK_MS = 10_000  # a clock set back further than this is believed


class IdSource:
    """Makes ids that rise: within a millisecond the random part is counted up by a random step (method 2).

    `random_bits(n)` gives n random bits; a world with a fixed now hands in its own.
    """

    def __init__(self, random_bits: Callable[[int], int] = secrets.randbits) -> None:
        self._random_bits = random_bits
        self._lock = threading.Lock()
        self._ms = -1
        self._random = 0

    def new(self, at: datetime) -> str:
        """An id for the aware time `at`. Raises ValueError for a time before 1970."""
        ms = (at - _EPOCH) // timedelta(milliseconds=1)
        if ms < 0:
            raise ValueError(f"The time {at.isoformat()} is before 1970: an id can't hold it. Set the clock.")
        with self._lock:
            if self._ms - _SET_BACK_MS <= ms <= self._ms:
                self._random += self._random_bits(_STEP_BITS) + 1
                if self._random >> _RANDOM_BITS:
                    self._ms, self._random = self._ms + 1, self._random_bits(_RANDOM_BITS - 1)
            else:
                # One bit is left free, so that counting up hardly ever runs over.
                self._ms, self._random = ms, self._random_bits(_RANDOM_BITS - 1)
            return _uuid7(self._ms, self._random)


def _uuid7(ms: int, random: int) -> str:
    high, low = random >> 62, random & ((1 << 62) - 1)
    return str(UUID(int=(ms & ((1 << 48) - 1)) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low))
