"""Observations as the engine asks about them: from a CSV table, or from a referral's own words.

Columns: id, address, port, at, precision_s. An empty port or 0 was not reported; an `at` without an offset is
uncertain and stays so; an empty precision_s is the last unit written (one second at the least).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from faru.attribution.blocks import Block, read_block
from faru.attribution.delivered import Reject, careful_rows, look_at
from faru.attribution.moments import SECOND, micros
from faru.loaders.addresses import read_address
from faru.loaders.times import read_time
from faru.vocabulary import Instant, Observation

COLUMNS: Final = ("id", "address", "port", "at", "precision_s")
_LONGEST: Final = Decimal(366 * 86400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One observation, ready to be held against records. Times in microseconds since 1970, UTC."""

    id: str
    address: str  # canonical text
    block: Block
    port: int | None  # None: not reported
    instant: Instant
    at: int | None  # None: the zone is not stated, or day and month are open
    precision: int  # microseconds

    @property
    def core(self) -> tuple[int, int] | None:
        """[at, at + precision], closed at both ends; None where the time is uncertain."""
        return None if self.at is None else (self.at, self.at + self.precision)


@dataclass(frozen=True, slots=True)
class ObservationTable:
    """A read table: what can be asked, in its order, and what was set aside."""

    asked: tuple[Asked, ...]
    rejects: tuple[Reject, ...]
    header: tuple[str, ...]
    notes: tuple[str, ...] = ()


class _SetAside(Exception):
    pass


def read_observations(path: Path) -> ObservationTable:
    """Read a CSV of observations. Raises delivered.Unusable where it can't be read or lacks a column."""
    shape = look_at(path, COLUMNS)
    places = [shape.place(name) or 0 for name in COLUMNS]
    asked: list[Asked] = []
    rejects: list[Reject] = []
    for row in careful_rows(shape):
        reason = row.fault
        if reason is None:
            try:
                asked.append(_read(*(row.cells[place].strip() for place in places)))
                continue
            except _SetAside as fault:
                reason = str(fault)
        rejects.append(Reject(row.number, f"{path.name}, row {row.number}: {reason}.", tuple(row.cells)))
    return ObservationTable(tuple(asked), tuple(rejects), shape.header, tuple(_repeated(path, asked)))


def _repeated(path: Path, asked: Iterable[Asked]) -> Iterable[str]:
    seen: set[str] = set()
    twice = sorted({one.id for one in asked if one.id in seen or seen.add(one.id)})  # type: ignore[func-returns-value]
    if twice:
        yield f"{path.name}: id {', '.join(twice[:5])} stands more than once; each is answered, in order."


def _read(name: str, address: str, port: str, at: str, precision: str) -> Asked:
    if not name:
        raise _SetAside("has no id; an answer could not be matched to it")
    reading = read_address(address)
    if reading.address is None:
        raise _SetAside(reading.notes[0] if address else "has no address")
    number = _port(port)
    if reading.port is not None:
        if number not in (None, reading.port):
            raise _SetAside(f"two ports: {reading.port} in the address and {number} in its column")
        number = reading.port
    if not at:
        raise _SetAside("has no time")
    instant, notes = read_time(at)
    if instant.utc is None and (instant.zone_stated or instant.local is None) and not instant.day_month_open:
        raise _SetAside(notes[-1].removesuffix("; no time is set; the text is kept"))
    width = _precision(precision) if precision else instant.precision_s * SECOND
    return _asked(name, reading.address, number, instant, width)


def asked_from(name: str, observation: Observation) -> Asked | None:
    """An observation of a referral under the id `name`; None where it has no address or no time."""
    at = observation.at
    if observation.address is None or at is None:
        return None
    if at.utc is None and (at.zone_stated or at.local is None) and not at.day_month_open:
        return None
    return _asked(name, observation.address, observation.port or None, at, at.precision_s * SECOND)


def asked_again(asked: Asked, at: datetime) -> Asked:
    """The same observation read at another instant (aware): a reading, never a decision."""
    return Asked(
        id=asked.id,
        address=asked.address,
        block=asked.block,
        port=asked.port,
        instant=asked.instant,
        at=micros(at),
        precision=asked.precision,
    )


def _asked(name: str, address: str, port: int | None, instant: Instant, precision: int) -> Asked:
    block = read_block(address)
    assert isinstance(block, Block)  # noqa: S101 - canonical text of an address
    at = None if instant.utc is None else micros(instant.utc)
    return Asked(
        id=name, address=address, block=block, port=port, instant=instant, at=at, precision=precision
    )


def _port(text: str) -> int | None:
    whole, _, rest = text.partition(".")
    if not text:
        return None
    if not (whole.isascii() and whole.isdigit() and rest.strip("0") == ""):
        raise _SetAside(f"port {text!r} is no number")
    if len(whole) > 9 or int(whole) > 65535:
        raise _SetAside(f"port {text} is out of 0-65535")
    return int(whole) or None  # 0 means that nobody knew it, never "any"


def _precision(text: str) -> int:
    try:
        seconds = Decimal(text)
    except InvalidOperation:
        raise _SetAside(f"precision_s {text!r} is no number of seconds") from None
    if not seconds.is_finite() or not 0 <= seconds <= _LONGEST:
        raise _SetAside(f"precision_s {text} is not between 0 and a year")
    return int((seconds * SECOND).to_integral_value(rounding="ROUND_CEILING"))
