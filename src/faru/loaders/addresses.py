"""An Internet address as somebody typed it, and the one canonical text of it.

Nothing is repaired by guessing: a zero-padded IPv4 address may be octal and stays unread.
Sentences follow the list of bad input that carriers and senders are known to send.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_PORT_V4: Final = re.compile(r"([0-9.]+):([0-9]{1,5})")
_PORT_V6: Final = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::([0-9]{1,5}))?")
_PADDED: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")

_NOT_PUBLIC: Final = tuple(
    (network, word)
    for text, word in (
        ("0.0.0.0/8", "no host's address"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "inside a carrier's shared network (CGNAT)"),
        ("127.0.0.0/8", "the machine itself"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.168.0.0/16", "private"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "no host's address"),
        ("::1/128", "the machine itself"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
    )
    for network in [IPv6Network(text) if ":" in text else IPv4Network(text)]
)


@dataclass(frozen=True, slots=True)
class AddressReading:
    """What one written address says. `notes` are whole sentences without the place."""

    literal: str
    address: str | None  # canonical text; None: no address
    port: int | None = None  # a port glued to the address
    private: bool = False  # not routable on the public Internet
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=65536)
def read_address(literal: str) -> AddressReading:
    """Read one address; never raises. Ports glued on are split off, IPv4-mapped IPv6 becomes IPv4."""
    text = literal.strip()
    notes: list[str] = []
    port: int | None = None
    if glued := _PORT_V4.fullmatch(text) or _PORT_V6.fullmatch(text):
        text = glued[1]
        if glued[2] is not None:
            port, note = _glued_port(literal, glued[2])
            notes.append(note)
    if "%" in text:
        text = text.partition("%")[0]
        notes.append(f"{literal!r}: the interface name after % was left out")
    if "/" in text:
        return AddressReading(literal, None, notes=(f"{literal!r} is a range, not one address",))
    parsed = _parse(text)
    if parsed is None:
        if _PADDED.fullmatch(text) and all(int(part) < 256 for part in text.split(".")):
            plain = ".".join(str(int(part)) for part in text.split("."))
            return AddressReading(
                literal, None, notes=(f"{literal!r} may be octal; if it is not, it should read {plain}",)
            )
        return AddressReading(literal, None, notes=(f"{literal!r} is not an address",))
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
        notes.append(f"{literal!r} read as {parsed}")
    kind = _kind(parsed)
    if kind is not None:
        notes.append(f"{literal!r} is {kind}: no carrier can name its user from it alone")
    return AddressReading(literal, str(parsed), port, kind is not None, tuple(notes))


def _glued_port(literal: str, digits: str) -> tuple[int | None, str]:
    port = int(digits)
    if 1 <= port <= 65535:
        return port, f"{literal!r} split into address and port"
    return None, f"{literal!r}: port {port} is outside 1 to 65,535 and was left out"


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _kind(address: IPv4Address | IPv6Address) -> str | None:
    for network, word in _NOT_PUBLIC:
        if address.version == network.version and address in network:
            return word
    return None
