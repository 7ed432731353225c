"""Who held an address: longest prefix match over the pack's carriers, with validity dates.

Nothing is looked up outside: carriers, prefixes and retention are the pack's data.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from faru.attribution.blocks import Block, block_of, masked, read_block


class RecordKind(StrEnum):
    """Kinds of record a carrier keeps; each has its own life."""

    SESSION = "session"  # RADIUS or DHCP: who held the address
    NAT = "nat"  # carrier-grade NAT: who held the port


@dataclass(frozen=True, slots=True)
class Prefix:
    """One block of addresses, [valid_from, valid_to); None is open."""

    network: IPv4Network | IPv6Network
    shared: bool | None  # behind carrier-grade NAT; None: not stated
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a carrier keeps one kind of record, in whole days, and who said so."""

    kind: RecordKind
    days: int | None  # None: nobody has said
    source: str
    confirmed_by: str | None = None
    confirmed_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A network operator as the pack describes it."""

    id: str
    name: str
    prefixes: tuple[Prefix, ...]
    retention: tuple[Retention, ...] = ()
    log_zone: str | None = None  # IANA name of the zone its logs are written in
    contact: str | None = None
    letter: str | None = None
    turnaround_hours: float | None = None
    tolerance_s: int = 0  # clock tolerance agreed with this carrier, seconds


@dataclass(frozen=True, slots=True)
class Match:
    """The longest prefix that held an address at a time, and whose it was."""

    carrier: Carrier
    prefix: Prefix


class CarrierTable:
    """All carriers of a pack, ready for look-ups. Raises ValueError where two hold one prefix at one time."""

    def __init__(self, carriers: Iterable[Carrier]) -> None:
        self.carriers = tuple(carriers)
        self._by_block: dict[Block, list[Match]] = {}
        for carrier in self.carriers:
            for prefix in carrier.prefixes:
                self._add(block_of(prefix.network), Match(carrier, prefix))
        self._widths = sorted({block.bits for block in self._by_block}, reverse=True)

    def _add(self, block: Block, match: Match) -> None:
        held = self._by_block.setdefault(block, [])
        for other in held:
            if other.carrier.id != match.carrier.id and _meet(other.prefix, match.prefix):
                raise ValueError(
                    f"{match.prefix.network} is listed for {other.carrier.id} and {match.carrier.id} "
                    "at one time; correct valid_from and valid_to"
                )
        held.append(match)

    def find(self, address: str | Block, at: datetime | None) -> Match | None:
        """The match of the longest prefix at `at` (aware). Without a time only undated prefixes count."""
        for match in self.prefixes_over(address):
            if _holds(match.prefix, at):
                return match
        return None

    def find_between(self, address: str | Block, first: datetime, last: datetime) -> Match | None:
        """The match of the longest prefix that was held at some moment of [first, last]."""
        for match in self.prefixes_over(address):
            start, end = match.prefix.valid_from, match.prefix.valid_to
            if (start is None or start <= last) and (end is None or end > first):
                return match
        return None

    def prefixes_over(self, address: str | Block) -> Iterator[Match]:
        """Every listed prefix that contains the address, whenever it was held, the longest first."""
        block = read_block(address) if isinstance(address, str) else address
        if isinstance(block, str):
            return
        for bits in self._widths:
            if bits <= block.bits:
                high, low = masked(block.high, block.low, bits)
                for match in self._by_block.get(Block(bits, high, low), ()):
                    if block_of(match.prefix.network).contains(block):
                        yield match


def _holds(prefix: Prefix, at: datetime | None) -> bool:
    if at is None:
        return prefix.valid_from is None and prefix.valid_to is None
    return (prefix.valid_from is None or prefix.valid_from <= at) and (
        prefix.valid_to is None or at < prefix.valid_to
    )


def _meet(one: Prefix, other: Prefix) -> bool:
    def before(end: datetime | None, start: datetime | None) -> bool:
        return end is not None and start is not None and end <= start

    return not before(one.valid_to, other.valid_from) and not before(other.valid_to, one.valid_from)
