"""What time it is, and how far the machine's word for it can be trusted.

An entry states both. "unknown" is not "no": it means that nobody could say.
"""

import ctypes
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol


class ClockState(StrEnum):
    """The state of the clock that gave an entry its time."""

    BEHIND = "behind"  # it stood before the last checkpoint: its time is not to be trusted
    SIMULATED = "simulated"  # an invented world's clock
    SYNCHRONISED = "synchronised"  # the kernel says that a time source keeps it right
    UNKNOWN = "unknown"
    UNSYNCHRONISED = "unsynchronised"  # the kernel says that nothing keeps it right


class Clock(Protocol):
    """A source of time."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...

    def state(self) -> ClockState:
        """How far it can be trusted."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC)

    def state(self) -> ClockState:
        """What the Linux kernel says of its clock (adjtimex(2), read only); elsewhere unknown."""
        try:
            adjtimex = ctypes.CDLL(None).adjtimex
        except (AttributeError, OSError, TypeError):
            return ClockState.UNKNOWN
        answer = adjtimex(ctypes.create_string_buffer(512))  # struct timex, all zero: asks and sets nothing
        if answer < 0:
            return ClockState.UNKNOWN
        return ClockState.UNSYNCHRONISED if answer == 5 else ClockState.SYNCHRONISED  # 5: TIME_ERROR


@dataclass
class SimulatedClock:
    """A fixed now that moves only when told to."""

    at: datetime  # aware

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self.at.astimezone(UTC)

    def state(self) -> ClockState:
        """Always simulated."""
        return ClockState.SIMULATED

    def advance(self, step: timedelta) -> None:
        """Let time pass."""
        self.at += step
