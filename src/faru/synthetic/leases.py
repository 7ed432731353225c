"""Who held which address when: any timeline of the millions of rows can be had without the ones before it.

A timeline is one address, delegated prefix or NAT port block through time; its leases tile the carrier's
retention with gaps, touching ends and re-use by a small circle of subscribers. A few rows are broken and
a few overlap, as in a carrier's real answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv6Network, ip_network
from typing import Final, NamedTuple

from faru.synthetic.chance import Chance, words_of_bits
from faru.synthetic.country import DAY, HOUR, NETWORKS, NOW_S, Block, Network

FIRST_PORT: Final = 1024
PORTS_A_BLOCK: Final = 1024
BLOCKS_AN_ADDRESS: Final = 63  # 1024 .. 65535
_CIRCLE: Final = {"single": 6, "prefix": 3, "shared": 24}  # subscribers that take turns on one timeline
_RARE: Final = 4096  # one row in so many is broken, and as many overlap the next


class Lease(NamedTuple):  # a tuple, because millions of them are made
    """One row as the carrier knows it: [start, end), None = still open."""

    carrier: str
    start: int
    end: int | None
    address: str
    port_from: int | None
    port_to: int | None
    subscriber: str
    fault: int | None = None  # which way the written row is broken; None: it is sound
    overlaps: bool = False  # its written end runs into the next row


@dataclass(frozen=True)
class Plan:
    """The rows of one block: `timelines` lines, `rows` in all, spread as evenly as whole rows allow."""

    seed: int
    network: Network
    block: Block
    number: int  # place among all plans, for the arithmetic
    places: tuple[str, ...]  # addresses or prefixes, one a timeline or one a group of port blocks
    blocks_each: int  # port blocks an address; 1 where addresses are not shared
    timelines: int
    rows: int
    first_subscriber: int

    @property
    def begins(self) -> int:
        """The earliest instant that the carrier still has records of."""
        return NOW_S - self.block.days * DAY

    @cached_property
    def kind(self) -> str:
        return "shared" if self.block.shared else "prefix" if self.block.delegated else "single"

    def rows_of(self, timeline: int) -> int:
        """How many rows one timeline has."""
        each, over = divmod(self.rows, self.timelines)
        return each + (timeline < over)

    def place(self, timeline: int) -> tuple[str, int | None, int | None]:
        """Address or prefix, and the first and last port of the block if there is one."""
        if not self.block.shared:
            return self.places[timeline], None, None
        address, slot = divmod(timeline, self.blocks_each)
        first = FIRST_PORT + slot * PORTS_A_BLOCK
        return self.places[address], first, first + PORTS_A_BLOCK - 1

    def leases(self, timeline: int) -> Iterator[Lease]:
        """All leases of one timeline in order. Times are drawn around an even grid, so they never cross."""
        count = self.rows_of(timeline)
        if count == 0:
            return
        address, low, high = self.place(timeline)
        carrier, letters = self.network.id, self.network.letters
        width = self.block.days * DAY // count
        third, origin = width // 3, self.begins - width // 3
        circle = _CIRCLE[self.kind]
        first = self.first_subscriber + timeline * circle
        people = [f"{letters}-{first + turn:07d}" for turn in range(circle)]
        keeps_prefix, last = self.kind == "prefix", count - 1
        drawn = words_of_bits(self.seed, self.number, timeline, count + 1)
        bits = drawn[0]
        start = origin + bits % third
        for index in range(count):
            following = drawn[index + 1]
            next_start = origin + (index + 1) * width + following % third
            end: int | None = next_start
            if bits >> 33 & 1:
                end = next_start - (bits >> 34 & 0xFFFF) % (width // 4)
            turn = (bits >> 20 & 0xFFF) % circle
            if keeps_prefix and bits >> 50 & 7:
                turn = 0
            fault, overlaps = None, False
            chance = bits >> 52 & (_RARE - 1)
            if chance == 0 or (timeline == 0 and index == 1):
                fault = bits >> 17 & 0xFFFF
            elif index == last:
                end = None if bits >> 32 & 1 else end
            elif chance == 1 or (timeline == 1 and index == 1):
                end, overlaps = next_start + width // 8, True
            yield Lease(carrier, start, end, address, low, high, people[turn], fault, overlaps)
            bits, start = following, next_start


def plans(seed: int, rows: dict[str, int], reserved: frozenset[str]) -> dict[str, tuple[Plan, ...]]:
    """Plans per carrier id for so many rows each, on addresses that no story has reserved."""
    made: dict[str, tuple[Plan, ...]] = {}
    number = 0
    for network in NETWORKS:
        remaining = rows[network.id]
        subscriber = 1
        own: list[Plan] = []
        for left, block in zip(range(len(network.blocks), 0, -1), network.blocks, strict=True):
            number += 1
            wanted = remaining if left == 1 else remaining * 2 // 5
            plan = _plan(seed, network, block, number, wanted, reserved, subscriber)
            own.append(plan)
            remaining -= plan.rows
            subscriber += plan.timelines * _CIRCLE[plan.kind]
        made[network.id] = tuple(own)
    return made


def _plan(
    seed: int,
    network: Network,
    block: Block,
    number: int,
    rows: int,
    reserved: frozenset[str],
    subscriber: int,
) -> Plan:
    free = _free_places(block, reserved)
    if block.delegated is not None:
        timelines = max(2, min(rows // block.days, 1 << 18))  # about one lease a day
        places = tuple(_prefix(block, line) for line in range(timelines))
        return Plan(seed, network, block, number, places, 1, timelines, rows, subscriber)
    if block.shared:
        wished = max(8, rows // (block.days * 4))  # about six hours a port block
        each = min(BLOCKS_AN_ADDRESS, max(8, wished // len(free)))
        addresses = max(1, min(len(free), wished // each))
        return Plan(seed, network, block, number, free[:addresses], each, addresses * each, rows, subscriber)
    most = len(free) * block.days * 12  # no lease shorter than two hours on average
    return Plan(seed, network, block, number, free, 1, len(free), min(rows, most), subscriber)


def _free_places(block: Block, reserved: frozenset[str]) -> tuple[str, ...]:
    stem = block.prefix.rsplit(".", 1)[0]
    return tuple(place for host in block.hosts if (place := f"{stem}.{host}") not in reserved)


def _prefix(block: Block, line: int) -> str:
    """The delegated prefix of one line; every third is handed out, so neighbours stay apart."""
    network = ip_network(block.prefix)
    length = block.delegated or network.max_prefixlen
    first = int(network.network_address) + ((line + 1) * 3 << (128 - length))
    return str(IPv6Network((first, length)))


@dataclass(frozen=True)
class Book:
    """All plans, and how to find in them somebody who was online at a given time."""

    by_carrier: dict[str, tuple[Plan, ...]]

    def online(
        self, chance: Chance, carrier: str, earliest: int, latest: int
    ) -> tuple[Plan, int, Lease] | None:
        """A sound lease of `carrier`, at least five minutes long, that lies in part in the window.

        None where the carrier has no record of that time left.
        """
        fitting = [plan for plan in self.by_carrier[carrier] if plan.begins + HOUR < latest and plan.rows]
        for _ in range(40 if fitting else 0):
            plan = chance.one(fitting)
            timeline = chance.below(plan.timelines)
            leases = [
                lease
                for lease in clean(list(plan.leases(timeline)))
                if lease.start + 300 < latest and (lease.end or NOW_S) - 300 > max(earliest, plan.begins)
            ]
            if leases:
                return plan, timeline, chance.one(leases)
        return None

    def anybody(self, chance: Chance, carrier: str) -> tuple[Plan, int, Lease]:
        """Some lease of the carrier, whenever it was."""
        plan = chance.one([plan for plan in self.by_carrier[carrier] if plan.rows])
        timeline = chance.below(plan.timelines)
        return plan, timeline, chance.one(list(plan.leases(timeline)))


def clean(leases: list[Lease]) -> list[Lease]:
    """Those that are sound, are not run into by the one before, and last at least ten minutes."""
    return [
        lease
        for before, lease in zip([None, *leases], leases, strict=False)
        if lease.fault is None
        and not lease.overlaps
        and not (before is not None and before.overlaps)
        and (lease.end or NOW_S) - lease.start >= 600
    ]
