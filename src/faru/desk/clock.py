"""What time it is for the unit. A demo's clock is simulated: its invented world has a day of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from faru.desk import unit
from faru.ledger.clock import ClockState, SystemClock

_SYSTEM = SystemClock()
_shift: list[timedelta] = []
"""Set while a demo's past is being told; the last one counts."""


def now() -> datetime:
    """The time, aware, in UTC."""
    shift = _shift[-1] if _shift else unit.current().clock_shift
    return _SYSTEM.now() + shift


def state() -> ClockState:
    """How far it can be trusted."""
    return ClockState.SIMULATED if unit.current().demo else _SYSTEM.state()


def zone() -> ZoneInfo:
    """The unit's zone, from its pack."""
    return ZoneInfo(unit.pack().zone)


@contextmanager
def standing_at(at: datetime) -> Iterator[None]:
    """Let the clock of a demo go on from `at` (aware) inside the block."""
    if not unit.current().demo:
        raise unit.NoUnit("Only a demo has a simulated clock.")
    _shift.append(at - datetime.now(UTC))
    try:
        yield
    finally:
        _shift.pop()
