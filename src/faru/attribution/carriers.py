"""Who held an address: longest prefix match over the pack's carriers, with validity dates.

Nothing is looked up outside: carriers, prefixes and retention are the pack's data.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network


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
