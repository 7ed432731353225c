"""One invented year, written, read and ranked as a unit would: the sample that everything is measured on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from faru.evaluation.judged import Judged, look
from faru.evaluation.truth import Fact, Truth, key_of, read_truth
from faru.formats.column_map import load_map
from faru.mainjob.queue import Outlooks, Queue, queue
from faru.packs.model import Pack
from faru.policy import Effect
from faru.synthetic import generate
from faru.triage import RankedLead
from faru.vocabulary import Identity, Referral

_ROWS = 20_000
"""Rows of carriers' records: the fewest the generator takes, as nobody is looked up here."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year read, and ranked at its end."""

    seed: int
    ends: datetime  # the instant at which it was ranked
    referrals: Mapping[Identity, Referral]  # the newest version of each
    outlooks: Outlooks  # as of the end
    truth: Truth
    leads: tuple[Judged, ...]  # in the order of Faru's queue
    unread: int  # referrals with a child in danger that no lead holds: missed whatever the order

    @property
    def days(self) -> int:
        """Days (UTC) on which something arrived: a few planted old cases must not stretch the year."""
        return len({fact.arrived.astimezone(UTC).date() for fact in self.truth.values()})

    @property
    def in_danger(self) -> int:
        """Leads with a child in danger, and referrals with one that never became a lead."""
        return sum(one.in_danger for one in self.leads) + self.unread

    def fact(self, identity: Identity) -> Fact:
        """What is true of one of its referrals."""
        return self.truth[key_of(identity)]


def make_year(folder: Path, *, seed: int, referrals: int, pack: Pack) -> Year:
    """Generates a year into `folder` (which stays), reads it and ranks it at its end.

    ValueError where `referrals` are too few for the generator's planted stories.
    """
    world = generate(folder, seed=seed, referrals=referrals, rows=_ROWS)
    maps = [load_map(path.read_bytes(), path.name) for path in sorted(world.maps.glob("*.json"))]
    return judge(seed, queue([world.alerts], pack, world.now, maps=maps), read_truth(world.truth), pack)


def judge(seed: int, found: Queue, truth: Truth, pack: Pack) -> Year:
    """Puts a ranked queue beside the truth."""
    held = {referral.identity: referral for referral in found.referrals}
    paging = {interrupt.id for interrupt in pack.policy().interrupts if Effect.PAGE in interrupt.effects}
    leads = tuple(_judge(lead, held, truth, paging) for lead in found.ranking.leads)
    members = [identity for one in leads for identity in one.lead.referrals]
    ranked = {key_of(identity) for identity in members}
    return Year(
        seed=seed,
        ends=found.ranking.now,
        referrals={identity: held[identity] for identity in members},
        outlooks=found.outlooks,
        truth=truth,
        leads=leads,
        unread=sum(fact.in_danger for key, fact in truth.items() if key not in ranked),
    )


def _judge(lead: RankedLead, held: Mapping[Identity, Referral], truth: Truth, paging: set[str]) -> Judged:
    facts = [truth[key_of(identity)] for identity in lead.referrals]
    in_danger = any(fact.in_danger for fact in facts)
    return Judged(
        lead=lead,
        plain=look(held[identity] for identity in lead.referrals),
        arrived=min(fact.arrived for fact in facts),
        in_danger=in_danger,
        told=any(fact.told for fact in facts) if in_danger else None,
        pages=not paging.isdisjoint(lead.interrupts),
    )
