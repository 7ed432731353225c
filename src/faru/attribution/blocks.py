"""An address or prefix as integers that sort and join: one space of 128 bits for both families.

An IPv4 address stands where IPv6 keeps it (::ffff:0:0/96), so an IPv4-mapped IPv6 address equals its IPv4.
A wider IPv6 prefix never contains an IPv4 address: the two families are only written in one space.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from faru.loaders.addresses import read_address

MAPPED_LOW: Final = 0xFFFF << 32
"""The low half of ::ffff:0.0.0.0."""
HALF: Final = (1 << 64) - 1
WHOLE: Final = 128
V4_BITS: Final = 96
"""Bits in front of an IPv4 address in the common space."""


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """A range of addresses: its first `bits` bits are those of (high, low). A single address has 128."""

    bits: int
    high: int
    low: int

    @property
    def is_v4(self) -> bool:
        """Whether it lies in the IPv4 part of the space."""
        return self.bits >= V4_BITS and self.high == 0 and self.low >> 32 == 0xFFFF

    @property
    def is_single(self) -> bool:
        """Whether it is one address."""
        return self.bits == WHOLE

    def __str__(self) -> str:
        if self.is_v4:
            address = str(IPv4Address(self.low & 0xFFFFFFFF))
            return address if self.is_single else f"{address}/{self.bits - V4_BITS}"
        address = str(IPv6Address(self.high << 64 | self.low))
        return address if self.is_single else f"{address}/{self.bits}"

    def contains(self, other: "Block") -> bool:
        """Whether every address of `other` lies in this block, within one family."""
        return (
            self.bits <= other.bits
            and self.is_v4 == other.is_v4
            and masked(other.high, other.low, self.bits) == (self.high, self.low)
        )


def masked(high: int, low: int, bits: int) -> tuple[int, int]:
    """(high, low) with everything behind the first `bits` bits set to 0."""
    if bits <= 64:
        return high >> (64 - bits) << (64 - bits), 0
    return high, low >> (WHOLE - bits) << (WHOLE - bits)


def block_of(value: IPv4Address | IPv6Address | IPv4Network | IPv6Network) -> Block:
    """The block of a parsed address or network."""
    if isinstance(value, IPv4Address):
        return Block(WHOLE, 0, MAPPED_LOW | int(value))
    if isinstance(value, IPv4Network):
        return Block(V4_BITS + value.prefixlen, 0, MAPPED_LOW | int(value.network_address))
    if isinstance(value, IPv6Address):
        return Block(WHOLE, int(value) >> 64, int(value) & HALF)
    return Block(value.prefixlen, int(value.network_address) >> 64, int(value.network_address) & HALF)


@lru_cache(maxsize=65536)
def read_block(text: str) -> Block | str:
    """The block that `text` writes, or one sentence (without its place) why it writes none."""
    text = text.strip()
    if not text:
        return "no address"
    if "%" in text:
        return f"{text!r} names an interface; give the address alone"
    if "/" in text:
        return _read_prefix(text)
    try:
        return block_of(ip_address(text))
    except ValueError:
        reading = read_address(text)
        if reading.port is not None:
            return f"{text!r} has a port in it; the port belongs in its own column"
        return reading.notes[0] if reading.notes else f"{text!r} is not an address"


def _read_prefix(text: str) -> Block | str:
    try:
        return block_of(ip_network(text, strict=True))
    except ValueError:
        pass
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return f"{text!r} is not an address or a prefix"
    return f"{text!r} has bits set beyond /{network.prefixlen}; write {network} or the address alone"
