"""The Reef Islands: the invented country that everything synthetic happens in.

Its code, clock, phone prefix and three carriers. All addresses are documentation ranges
(RFC 5737, RFC 3849, RFC 9637); times are whole seconds since 1970, UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import IPv6Address
from typing import Final

CODE: Final = "XR"
NAME: Final = "Reef Islands"
PHONE_PREFIX: Final = "+999"
NOW: Final = datetime(2026, 3, 10, 4, 0, 0, tzinfo=UTC)
NOW_S: Final = int(NOW.timestamp())
ZONE: Final = timezone(timedelta(hours=5))
OFFSET_S: Final = 5 * 3600
DAY: Final = 86_400
HOUR: Final = 3_600

FOREIGN: Final = ("2001:db8:f000::/36", "3fff::/20")
DOCUMENTATION: Final = (
    "192.0.2.0/24",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "2001:db8::/32",
    "3fff::/20",
)


@dataclass(frozen=True, slots=True)
class Block:
    """A carrier's block of addresses and how long the records about it live.

    `hosts` are the IPv4 last octets in use; a v6 block hands out prefixes of `delegated` bits.
    """

    prefix: str
    days: int
    shared: bool = False  # carrier-grade NAT: records are port blocks
    delegated: int | None = None
    hosts: range = range(0)


@dataclass(frozen=True, slots=True)
class Network:
    """One invented carrier: `share` is its part of all record rows, in percent."""

    id: str
    letters: str  # its subscriber numbers begin with these
    share: int
    blocks: tuple[Block, ...]


LAGOON: Final = Network(
    "lagoon",
    "LG",
    35,
    (
        Block("192.0.2.0/24", 90, hosts=range(1, 255)),
        Block("2001:db8:1000::/36", 90, delegated=56),
    ),
)
ATOLL: Final = Network(
    "atoll",
    "AT",
    45,
    (Block("203.0.113.0/24", 14, shared=True, hosts=range(1, 255)),),
)
MONSOON: Final = Network(
    "monsoon",
    "MS",
    20,
    (
        Block("198.51.100.0/25", 30, hosts=range(1, 127)),
        Block("198.51.100.128/25", 21, shared=True, hosts=range(129, 255)),
        Block("2001:db8:2000::/36", 30, delegated=60),
    ),
)
NETWORKS: Final = (LAGOON, ATOLL, MONSOON)


def utc_text(instant: int) -> str:
    """Whole seconds as `2026-03-10T04:00:00Z`."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def padded(address: str) -> str:
    """An IPv6 address with every zero written out; IPv4 as it stands."""
    return IPv6Address(address).exploded if ":" in address else address
