"""What is known of a lead from each of its arrivals on: nothing of what comes later may help an order.

A lead grows. It is ranked anew, as of each arrival, with what had come until then: its scores from the rules,
its address clocks as the instants at which a carrier's records go. Two things are looser. The spread of a
hash over the year is known from the first arrival on, so a noise label can come early; at a later arrival it
is counted among growing leads only, so a label can be missing. Neither touches danger or an interrupt, but
for the one rule on camera details of a file that nobody else has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from faru.evaluation.judged import Plain, look
from faru.evaluation.orders import Order, worth
from faru.evaluation.year import Year
from faru.mainjob.queue import look_up
from faru.packs.model import Pack
from faru.triage import RankedLead, RuleBook, rank
from faru.vocabulary import AddressOutlook, Identity, Referral

Place = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A lead as it stands from `since` until its next referral arrives."""

    since: datetime
    pinned: int  # place of its first pinned interrupt in the pack's order; behind all of them without one
    band: int  # 0 the highest
    noisy: bool
    workability: int
    gone_at: tuple[datetime, ...]  # when the decisive records of each observation are gone
    plain: Plain

    def clock(self, now: datetime) -> tuple[int, float]:
        """As the queue counts it: hours of the first records to go, then unknown, then all gone."""
        left = [(gone - now).total_seconds() / 3600 for gone in self.gone_at if gone > now]
        if left:
            return 0, min(left)
        return (2, 0.0) if self.gone_at else (1, 0.0)

    def resolvable(self, now: datetime) -> bool:
        """Whether a carrier's records for one of its observations are still there."""
        return any(gone > now for gone in self.gone_at)


@dataclass(frozen=True, slots=True)
class Growing:
    """A lead with its standings, the first arrival first."""

    standings: tuple[Standing, ...]
    danger_since: datetime | None  # arrival of the first referral with a child in danger


def place(order: Order, lead: Growing, stage: int, now: datetime) -> Place:
    """Where a lead stands in this order at `now`; the smallest comes first. `stage`: which standing."""
    standing = lead.standings[stage]
    if order is Order.QUEUE:
        return (
            standing.pinned,
            standing.band,
            standing.noisy,
            *standing.clock(now),
            -standing.workability,
            lead.standings[0].since.timestamp(),
        )
    return (-worth(order, standing.plain), lead.standings[0].since.timestamp())


def grow(year: Year, pack: Pack) -> tuple[Growing, ...]:
    """Ranks each lead of the year at each of its arrivals."""
    members = [
        sorted(one.lead.referrals, key=lambda key: (year.fact(key).arrived, key)) for one in year.leads
    ]
    ranked: list[dict[Identity, RankedLead]] = []
    for stage in range(max(map(len, members))):
        known = [held[: stage + 1] for held in members if len(held) > stage]
        ranked.append(_rank(year, pack, [identity for held in known for identity in held]))
    return tuple(
        Growing(
            standings=tuple(
                stand(
                    year,
                    held[: stage + 1],
                    ranked[stage][identity],
                    year.fact(identity).arrived,
                    pack.rulebook,
                )
                for stage, identity in enumerate(held)
            ),
            danger_since=min(
                (year.fact(identity).arrived for identity in held if year.fact(identity).in_danger),
                default=None,
            ),
        )
        for held in members
    )


def _rank(year: Year, pack: Pack, known: list[Identity]) -> dict[Identity, RankedLead]:
    outlooks = _outlooks((year.referrals[identity] for identity in known), year, pack)
    ranking = rank([year.referrals[identity] for identity in known], outlooks, pack.rulebook, year.ends)
    return {identity: lead for lead in ranking.leads for identity in lead.referrals}


def _outlooks(
    referrals: Iterable[Referral], year: Year, pack: Pack
) -> Mapping[Identity, tuple[AddressOutlook, ...]]:
    """The outlooks of each referral as of its own arrival."""
    found: dict[Identity, tuple[AddressOutlook, ...]] = {}
    for referral in referrals:
        found.update(look_up([referral], pack, year.fact(referral.identity).arrived))
    return found


def stand(year: Year, held: list[Identity], lead: RankedLead, since: datetime, book: RuleBook) -> Standing:
    """A lead that holds these referrals since then, as `lead` was ranked."""
    pinned = [book.interrupts.index(name) for name in lead.interrupts if name in book.pinned]
    return Standing(
        since=since,
        pinned=min(pinned, default=len(book.interrupts)),
        band=next(index for index, band in enumerate(book.bands) if band.name == lead.band),
        noisy=lead.noisy,
        workability=lead.workability,
        gone_at=tuple(
            year.ends + timedelta(hours=outlook.hours_left)
            for identity in held
            for outlook in year.outlooks[identity]
            if outlook.hours_left is not None
        ),
        plain=look(year.referrals[identity] for identity in held),
    )
