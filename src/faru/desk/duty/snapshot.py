"""What stands open in the unit now, as the handover freezes it: numbers, times and our own sentences."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.duty.models import Promise
from faru.desk.duty.queries import open_interrupts, raised_in_order
from faru.desk.look.counts import Counted, counted
from faru.desk.referrals.models import Lead, LeadState
from faru.desk.referrals.queries.reasons import named
from faru.desk.vault import keys
from faru.desk.vault.crypto import VaultFault

WITHIN: Final = timedelta(hours=48)
SHOWN: Final = 10
"""Rows of one list: a handover is one page."""


@dataclass(frozen=True, slots=True)
class Call:
    """A promised call as the page tells it; its words may be gone with their subject."""

    id: UUID
    due_at: datetime
    lead: str  # number, "" for none
    by: str
    whom: str
    about: str
    kept_at: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a handover."""

    lead: str  # number
    what: str
    who: str  # an officer, "" for nobody
    at: datetime | None  # when it was raised, claimed until, dies


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that stands open."""

    interrupts: list[Item]
    claimed: list[Item]
    dying: list[Item]
    calls: list[Call]
    more: dict[str, Counted]  # lines beyond those told, by list
    in_nobodys_hands: Counted  # open interrupts, those that are not told among them

    @property
    def untaken(self) -> list[Item]:
        """Open interrupts that nobody has in hand."""
        return [one for one in self.interrupts if not one.who]


def now(viewer: User) -> Standing:
    """What stands open now, as far as the viewer may see it."""
    seen = Lead.objects.visible_to(viewer)
    claimed = (
        seen.filter(state__in=[LeadState.CLAIMED, LeadState.WAITING])
        .select_related("owner")
        .order_by("pin", "band_place", F("clock_at").asc(nulls_first=True), "number")
    )
    dying = seen.dying(WITHIN).select_related("owner")
    uncleared = open_interrupts(viewer)
    untaken, taken = uncleared.filter(taken_at=None), uncleared.exclude(taken_at=None)
    told = [*raised_in_order(untaken, SHOWN), *raised_in_order(taken, SHOWN)]
    promised = Promise.objects.visible_to(viewer).filter(kept_at=None).select_related("lead", "by")
    return Standing(
        interrupts=[
            Item(
                one.lead.number,
                _what(one.kind),
                _name(one.taken_by),
                one.raised_at,
            )
            for one in told[:SHOWN]
        ],
        claimed=[
            Item(one.number, one.headline, _name(one.owner), one.waiting_until) for one in claimed[:SHOWN]
        ],
        dying=[Item(one.number, one.headline, _name(one.owner), one.clock_at) for one in dying[:SHOWN]],
        calls=calls(list(promised[:SHOWN])),
        more={
            name: counted(rows).without(SHOWN)
            for name, rows in (
                ("interrupts", uncleared),
                ("claimed", claimed),
                ("dying", dying),
                ("calls", promised),
            )
        },
        in_nobodys_hands=counted(untaken),
    )


def calls(rows: list[Promise]) -> list[Call]:
    """Promises with their words, where these are still there."""
    keys.warm(row.subject_id for row in rows)
    found = []
    for row in rows:
        try:
            said = row.said
        except VaultFault:
            said = {"whom": "", "about": ""}
        found.append(
            Call(
                row.id,
                row.due_at,
                row.lead.number if row.lead else "",
                row.by.display_name,
                said["whom"],
                said["about"],
                row.kept_at,
            )
        )
    return found


def frozen(standing: Standing) -> dict[str, Any]:
    """What a handover keeps. Of a promise only its id: its words stay where they can be shredded."""
    return {
        "interrupts": [_freeze(one) for one in standing.interrupts],
        "claimed": [_freeze(one) for one in standing.claimed],
        "dying": [_freeze(one) for one in standing.dying],
        "calls": [str(one.id) for one in standing.calls],
        "more": {name: [count.n, count.more] for name, count in standing.more.items()},
        "in_nobodys_hands": [standing.in_nobodys_hands.n, standing.in_nobodys_hands.more],
    }


def thawed(viewer: User, kept: dict[str, Any]) -> Standing:
    """A kept snapshot for this viewer: what they may not see is left out."""
    lists = {name: [_thaw(one) for one in kept[name]] for name in ("interrupts", "claimed", "dying")}
    numbers = {one.lead for items in lists.values() for one in items}
    seen = set(Lead.objects.visible_to(viewer).filter(number__in=numbers).values_list("number", flat=True))
    promised = Promise.objects.visible_to(viewer).filter(pk__in=kept["calls"]).select_related("lead", "by")
    return Standing(
        **{name: [one for one in items if one.lead in seen] for name, items in lists.items()},
        calls=calls(list(promised)),
        more={name: Counted(*count) for name, count in kept["more"].items()},
        in_nobodys_hands=Counted(*kept["in_nobodys_hands"]),
    )


def _name(officer: User | None) -> str:
    return "" if officer is None else officer.display_name


def _what(kind: str) -> str:
    rule = unit.pack().policy().interrupt(kind)
    return named(kind) if rule is None else rule.sentence


def _freeze(one: Item) -> list[str]:
    return [one.lead, one.what, one.who, one.at.isoformat() if one.at else ""]


def _thaw(row: list[str]) -> Item:
    lead, what, who, at = row
    return Item(lead, what, who, datetime.fromisoformat(at) if at else None)
