"""Which lead a group of referrals is: an old one that goes on, one that comes back, or a new one.

Leads keep number and life from ranking to ranking. Of leads that become one the oldest survives, and takes
the other's open interrupts along; where they fall apart again, the other comes back as it was.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from faru.desk.ids import new_id
from faru.desk.journal.acting import Act
from faru.desk.referrals.interrupts import repin
from faru.desk.referrals.models import Interrupt, Lead, LeadState, Referral
from faru.desk.referrals.models.lead import LIVE
from faru.desk.referrals.numbers import next_numbers
from faru.ledger.tags import Action

TAKEN_OVER = ("owner_id", "state", "claimed_at", "reopened_at")
"""What a lead may take over from one that joins it."""
SAVED = ("owner", "state", "claimed_at", "reopened_at")


@dataclass
class Places:
    """The lead of each group, in the groups' order, and the leads with a case that keep their referrals."""

    known: dict[UUID, Lead]  # every lead that was there and that these referrals are or were in
    leads: list[Lead] = field(default_factory=list)
    kept_apart: set[UUID] = field(default_factory=set)


def places(act: Act, groups: list[list[Referral]]) -> Places:
    """The lead of each group of referrals (newest versions). Leads that end or come back are saved here.

    A new lead is the one that its first referral named as its own when it came in.
    """
    everybody = _concerned(groups)
    alive = {key: lead for key, lead in everybody.items() if lead.state != LeadState.GONE}
    found = Places(everybody)
    chosen: dict[int, Lead] = {}
    for place, leads in _candidates(groups, alive).items():
        # The oldest survives; one with a case before one without.
        leads.sort(key=lambda lead: (lead.case_id is None, lead.made_at, lead.pk))
        chosen[place] = leads[0]
        for other in leads[1:]:
            if other.case_id is not None and leads[0].case_id not in (None, other.case_id):
                found.kept_apart.add(other.pk)  # two cases are only proposed to be joined: edges show it
            else:
                _join(act, other, leads[0])
    for place, group in enumerate(groups):
        if place not in chosen:
            back = _coming_back(group, everybody, taken={lead.pk for lead in chosen.values()})
            if back is not None:
                _revive(act, back, everybody.get(back.joined_to_id))
                chosen[place] = back
    fresh = [place for place in range(len(groups)) if place not in chosen]
    for place, number in zip(fresh, next_numbers("L", len(fresh)), strict=True):
        first = min(groups[place], key=lambda row: (row.received_at, row.pk))
        own = first.lead_id if first.lead_id not in everybody else new_id()
        chosen[place] = Lead(id=own, number=number, made_at=act.at)
    found.leads = [chosen[place] for place in range(len(groups))]
    return found


def _concerned(groups: list[list[Referral]]) -> dict[UUID, Lead]:
    """Every lead that these referrals are in, came in with, or could come back to: locked until the end."""
    ids = {one for group in groups for row in group for one in (row.lead_id, row.first_lead_id)}
    locked = Lead.objects.select_for_update(no_key=True).order_by("pk")
    found = {lead.pk: lead for lead in locked.filter(pk__in=ids)}
    into = {lead.joined_to_id for lead in found.values()} - {None, *found}
    return found | {lead.pk: lead for lead in locked.filter(pk__in=into)}


def _candidates(groups: list[list[Referral]], alive: dict[UUID, Lead]) -> dict[int, list[Lead]]:
    """The living leads that go on in each group. One that fell apart goes on where its own referrals are."""
    claims: dict[UUID, list[tuple[tuple[bool, datetime, UUID], int]]] = defaultdict(list)
    for place, group in enumerate(groups):
        for row in group:
            if row.lead_id in alive:
                claims[row.lead_id].append(
                    ((row.first_lead_id != row.lead_id, row.received_at, row.pk), place)
                )
    found: dict[int, list[Lead]] = defaultdict(list)
    for lead_id, claiming in claims.items():
        found[min(claiming)[1]].append(alive[lead_id])
    return found


def _coming_back(group: list[Referral], everybody: dict[UUID, Lead], taken: set[UUID]) -> Lead | None:
    """The oldest lead that ended by joining another and whose first referrals are in this group."""
    ended = {
        row.first_lead_id
        for row in group
        if row.first_lead_id in everybody
        and row.first_lead_id not in taken
        and everybody[row.first_lead_id].state == LeadState.GONE
    }
    leads = sorted((everybody[one] for one in ended), key=lambda lead: (lead.made_at, lead.pk))
    return leads[0] if leads else None


def _join(act: Act, gone: Lead, into: Lead) -> None:
    """One lead's life ends in another's. What the other takes over is remembered, to be given back."""
    before = {name: _plain(getattr(into, name)) for name in TAKEN_OVER}
    if into.owner_id is None and gone.owner_id is not None:
        into.owner_id, into.claimed_at = gone.owner_id, gone.claimed_at
        if into.state == LeadState.NEW:
            into.state = LeadState.CLAIMED
    if into.state == LeadState.CLOSED and gone.state in LIVE:
        into.state, into.reopened_at = LeadState.NEW, act.at
    into.save(update_fields=SAVED)
    moved = _move_interrupts(gone, into)
    gone.joined_memory = {
        "state": gone.state,
        "into_before": before,
        "into_after": {name: _plain(getattr(into, name)) for name in TAKEN_OVER},
        "interrupts": [str(one) for one in moved],
    }
    gone.state, gone.joined_to = LeadState.GONE, into
    gone.save(update_fields=["state", "joined_to", "joined_memory"])
    act.also(Action.LEAD_REGROUP, gone.id, into.id, sentence=f"Lead {gone.number} joined lead {into.number}.")


def _move_interrupts(gone: Lead, into: Lead) -> list[UUID]:
    """Every open interrupt goes along, but what a rule has raised on the other as well. Conflicts all go."""
    there = set(into.interrupts.filter(cleared_at=None, raised_by=None).values_list("kind", flat=True))
    moving = [
        one.pk
        for one in gone.interrupts.filter(cleared_at=None)
        if one.raised_by_id is not None or one.kind not in there
    ]
    Interrupt.objects.filter(pk__in=moving).update(lead=into)
    repin(into)
    return moving


def _revive(act: Act, lead: Lead, into: Lead | None) -> None:
    """A lead that had joined another comes back as it was, with the interrupts it brought along.

    The other gives back what it took over, unless something was done to it since.
    """
    memory: dict[str, Any] = lead.joined_memory or {}
    lead.state = memory.get("state", LeadState.NEW)
    lead.joined_to, lead.joined_memory = None, None
    lead.save(update_fields=["state", "joined_to", "joined_memory"])
    Interrupt.objects.filter(pk__in=memory.get("interrupts", ()), lead=into).update(lead=lead)
    repin(lead)
    if into is None:
        return
    repin(into)
    if memory.get("into_after") == {name: _plain(getattr(into, name)) for name in TAKEN_OVER}:
        for name, value in _values(memory["into_before"]).items():
            setattr(into, name, value)
        into.save(update_fields=SAVED)
    act.also(Action.LEAD_REGROUP, lead.id, into.id, sentence=f"Lead {lead.number} parted from {into.number}.")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _values(stored: dict[str, Any]) -> dict[str, Any]:
    """The fields again."""
    times = {"claimed_at", "reopened_at"}
    return {
        name: datetime.fromisoformat(value)
        if value and name in times
        else UUID(value)
        if value and name == "owner_id"
        else value
        for name, value in stored.items()
    }
