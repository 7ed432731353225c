"""The people behind accounts: invented names and identifiers, and the subscription they go online with.

An actor keeps to one line of one carrier, so several sightings of one person meet in one subscriber, as they
would in life. Truth about the line never reaches an alert.
"""

from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_network

from faru.synthetic.alerts import Party, Record, Sighting
from faru.synthetic.chance import Chance
from faru.synthetic.country import (
    ATOLL,
    FOREIGN,
    HOUR,
    LAGOON,
    MONSOON,
    NOW_S,
    PHONE_PREFIX,
)
from faru.synthetic.leases import PORTS_A_BLOCK, Book, Lease, Plan, clean
from faru.synthetic.words_other import FIRST_NAMES, LAST_NAMES, OCCUPATIONS, TOWNS

_CARRIERS = ((ATOLL.id, 44), (LAGOON.id, 31), (MONSOON.id, 19), ("", 6))


@dataclass(frozen=True, slots=True)
class Actor:
    """A person: what a platform can tell of them, and the line they are online from."""

    party: Party
    plan: Plan | None  # None: abroad, always on `address`
    timeline: int
    subscriber: str | None
    address: str


def actor(chance: Chance, book: Book, around: int, role: str = "reported") -> Actor:
    """Somebody who was online shortly before `around`, or, where no record is left, could have been."""
    carrier = chance.weighted(_CARRIERS)
    person = party(chance, role)
    if not carrier:
        return Actor(person, None, 0, None, _inside(chance, chance.one(FOREIGN)))
    found = book.online(chance, carrier, around - 12 * HOUR, around) or book.anybody(chance, carrier)
    plan, timeline, lease = found
    return Actor(person, plan, timeline, lease.subscriber, lease.address)


def party(chance: Chance, role: str = "reported", *, adult: bool = True) -> Party:
    """An invented account holder. Every identifier ends in .example or begins with the country's prefix."""
    first, last = chance.one(FIRST_NAMES), chance.one(LAST_NAMES)
    handle = f"{last.lower()}{chance.one(('_', '.', ''))}{chance.between(1, 9999)}"
    age = chance.between(18, 61) if adult else chance.between(10, 17)
    if chance.yes(0.04):
        handle = f"{handle[:4]}\u202e{handle[4:]}"  # a right-to-left override, as pranksters use it
    town = chance.one(TOWNS)
    traits: list[tuple[str, str | bool]] = []
    if chance.yes(0.25):
        traits.append(("occupation", chance.one(OCCUPATIONS)))
    if chance.yes(0.15):
        traits.append(("gender", chance.one(("Male", "Female", "Unknown"))))
    told_age = chance.yes(0.35)
    return Party(
        role=role,
        user_id=str(chance.between(10**8, 10**12)) if chance.yes(0.9) else None,
        screen_name=handle if chance.yes(0.85) else None,
        first_name=first if chance.yes(0.6) else None,
        last_name=last if chance.yes(0.5) else None,
        age=age if told_age else None,
        birth=f"{2026 - age - 1}-{chance.between(4, 12):02d}-{chance.between(1, 28):02d}"
        if told_age and chance.yes(0.5)
        else None,
        emails=((f"{last.lower()}{chance.hex(4)}@post.example", chance.one((True, True, False, None))),)
        if chance.yes(0.55)
        else (),
        phones=((f"{PHONE_PREFIX}7{chance.between(100_000, 999_999)}", chance.one((True, False, None))),)
        if chance.yes(0.45)
        else (),
        payment=f"${last.lower()}{chance.between(1, 99)}" if chance.yes(0.1) else None,
        device=chance.hex(16) if chance.yes(0.2) else None,
        town=town if chance.yes(0.3) else None,
        traits=tuple(traits),
    )


def seen(chance: Chance, who: Actor, latest: int, event: str, *, within: int = 12 * HOUR) -> Sighting:
    """The actor going online once in the `within` seconds up to `latest`, or at the next best time before.

    Now and then the time lies within two seconds of a change of hands, or in a gap of the records.
    """
    address = _inside(chance, who.address) if "/" in who.address else who.address
    at = latest - chance.below(within)
    if who.plan is None:
        return _sighting(address, chance, at, event, None, None, Record.FOREIGN)
    begins = who.plan.begins
    kept = latest >= begins + HOUR
    leases = list(who.plan.leases(who.timeline)) if kept else []
    earlier = [
        lease
        for lease in clean(leases)
        if lease.subscriber == who.subscriber
        and max(lease.start, begins) + 300 < min(lease.end or NOW_S, latest)
    ]
    if not earlier:
        at = min(at, begins - HOUR)
        return _sighting(address, chance, at, event, who.plan.network.id, who.subscriber, Record.EXPIRED)
    near = [lease for lease in earlier if (lease.end or NOW_S) > latest - within + 300]
    earliest = max(begins, latest - within if near else 0)
    return _in_lease(chance, chance.one(near or earlier[-3:]), leases, earliest, latest, event)


def _in_lease(
    chance: Chance, lease: Lease, all_leases: list[Lease], earliest: int, latest: int, event: str
) -> Sighting:
    at = chance.between(max(lease.start, earliest) + 120, min(lease.end or NOW_S, latest) - 120)
    if chance.yes(0.04) and lease.start > earliest:
        at = lease.start + chance.below(2)
    port = None
    if lease.port_from is not None:
        port = lease.port_from + chance.below(PORTS_A_BLOCK)
    address = _inside(chance, lease.address) if "/" in lease.address else lease.address
    made = _sighting(address, chance, at, event, lease.carrier, lease.subscriber, Record.HELD, port)
    following = next((other for other in all_leases if other.start > lease.start), None)
    if chance.yes(0.03) and lease.end is not None and following is not None:
        gap = following.start - lease.end
        if gap > 120 and following.start < latest:
            return replace(made, at=lease.end + gap // 2, subscriber=None, record=Record.LOST)
    return made


def _sighting(
    address: str,
    chance: Chance,
    at: int,
    event: str,
    carrier: str | None,
    subscriber: str | None,
    record: Record,
    port: int | None = None,
) -> Sighting:
    return Sighting(
        address=address,
        port=port if port is not None else chance.between(1024, 65535),
        at=at,
        event=event,
        carrier=carrier,
        subscriber=subscriber,
        record=record,
    )


def _inside(chance: Chance, prefix: str) -> str:
    """A random address of an IPv6 prefix."""
    network = ip_network(prefix)
    host_bits = network.max_prefixlen - network.prefixlen
    return str(IPv6Address(int(network.network_address) + int(chance.hex(32), 16) % (1 << host_bits)))
