"""One lead, as its page shows it. The number of queries does not depend on how much hangs on the lead."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Case, When
from django.db.models import IntegerField as Whole

from faru.attribution.carriers import Carrier
from faru.attribution.outlook import decisive_kind
from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.journal.acting import note
from faru.desk.journal.queries import Timeline, timeline
from faru.desk.referrals import sheets
from faru.desk.referrals.models import Interrupt, Lead, Observation, Referral, ReportedChild
from faru.desk.referrals.queries import links, score
from faru.desk.referrals.queries.reasons import named
from faru.desk.vault import keys
from faru.ledger.tags import Action
from faru.policy import Effect
from faru.policy import Interrupt as Defined
from faru.vocabulary.permissions import Permission

REFERRALS: Final = 40
OBSERVATIONS: Final = 60
EVENTS: Final = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation with its carrier and what it has left."""

    row: Observation
    carrier: Carrier | None
    hours_left: float | None  # 0 where its record is gone, None where that is not known
    days_kept: int | None  # of the decisive kind of record; None: nobody has said
    verdict: Any = None  # None: its carrier has not answered


@dataclass(frozen=True, slots=True)
class Raised:
    """One open interrupt, with what the policy says of it and what this viewer may do."""

    row: Interrupt
    rule: Defined | None  # None: the policy in force does not know it any more
    may_clear: bool
    shouts: bool  # somebody must be paged: a child or a person may be in danger
    take_by: datetime | None  # when the policy wants it taken; None: it sets no time

    @property
    def title(self) -> str:
        """What it is, in the policy's words."""
        return title_of(self.row.kind)

    @property
    def late(self) -> bool:
        """Nobody took it in the time that the policy gives."""
        return self.row.taken_at is None and self.take_by is not None and clock.now() > self.take_by


@dataclass(frozen=True, slots=True)
class Undo:
    """What the viewer did last to this lead and may undo."""

    act: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Everything that the page of a lead shows."""

    lead: Lead
    referrals: list[Referral]
    referrals_more: int
    children: list[ReportedChild]
    score: score.Score
    seen: list[Seen]
    seen_more: int
    decisive: Seen | None
    links: links.Links
    interrupts: list[Raised]
    cleared: list[Interrupt]
    told: Timeline
    undo: Undo | None
    news: bool  # something arrived that its owner had not seen

    def with_verdicts(self, verdicts: Mapping[UUID, Any]) -> "LeadPage":
        """The page with what carriers' answers prove, by observation."""
        seen = [replace(one, verdict=verdicts.get(one.row.pk)) for one in self.seen]
        return replace(self, seen=seen, decisive=decisive(self.lead, seen))


def find(viewer: User, number: str) -> Lead | None:
    """The lead with this number, where the viewer may see it."""
    return (
        Lead.objects.visible_to(viewer)
        .select_related("owner", "joined_to", "closed_by")
        .filter(number=number)
        .first()
    )


def note_read(viewer: User, lead: Lead) -> None:
    """Say in the ledger that somebody read a lead. Its owner has now seen what is new on it."""
    note(viewer, Action.LEAD_READ, lead.id)
    if lead.owner_id == viewer.pk and lead.news_at is not None:
        with transaction.atomic():
            Lead.objects.filter(pk=lead.pk, owner=viewer).update(news_at=None)


def of(viewer: User, lead: Lead, told_before: UUID | None = None) -> LeadPage:
    """The page of a lead that the viewer may see; what happened from before the entry `told_before`."""
    referrals = list(lead.referrals.defer("body").order_by("-current", "received_at", "id")[: REFERRALS + 1])
    more = lead.referrals.count() - REFERRALS if len(referrals) > REFERRALS else 0
    referrals = referrals[:REFERRALS]
    seen, seen_more = _seen(lead)
    interrupts = list(
        lead.interrupts.select_related("taken_by", "raised_by", "concerns", "cleared_by").order_by(
            "raised_at", "id"
        )
    )
    keys.warm(one.subject_id for one in interrupts)
    return LeadPage(
        lead=lead,
        referrals=referrals,
        referrals_more=more,
        children=list(
            ReportedChild.objects.filter(referral__lead=lead, referral__current=True)
            .select_related("referral")
            .defer("body", "referral__body")
            .order_by("referral__received_at", "referral_id", "position")[:REFERRALS]
        ),
        score=score.of(lead, sheets.lines([lead])[lead.pk]),
        seen=seen,
        seen_more=seen_more,
        decisive=decisive(lead, seen),
        links=links.of(viewer, lead, referrals),
        interrupts=[raised(viewer, one) for one in interrupts if one.cleared_at is None],
        cleared=[one for one in interrupts if one.cleared_at is not None],
        told=timeline([lead.id], limit=EVENTS, before=told_before),
        undo=_undo(viewer, lead),
        news=lead.owner_id == viewer.pk and lead.news_at is not None,
    )


def codes(lead: Lead) -> set[str]:
    """The handling codes that its referrals came with; "" where a sender stated none."""
    return set(lead.referrals.order_by().values_list("tlp", flat=True).distinct())


def raised(viewer: User, row: Interrupt) -> Raised:
    """An interrupt with the policy's words. Its `why` is sealed: warm the keys first."""
    policy = unit.pack().policy()
    rule = policy.interrupt(row.kind)
    if rule is None:
        return Raised(row, None, False, True, None)
    may_clear = viewer.may(Permission.INTERRUPT_CLEAR) and rule.clear_by in viewer.roles
    term = rule.acknowledge
    return Raised(
        row,
        rule,
        may_clear and row.concerns_id != viewer.pk,
        _shouts(rule),
        policy.calendar.due(row.raised_at, term) if term is not None else None,
    )


def title_of(kind: str) -> str:
    """A kind of interrupts in the policy's words."""
    rule = unit.pack().policy().interrupt(kind)
    return named(kind) if rule is None else rule.sentence.rstrip(".")


def quiet_kinds() -> list[str]:
    """Kinds of interrupts that page nobody. What the policy in force does not know is none of them."""
    return [rule.id for rule in unit.pack().policy().interrupts if not _shouts(rule)]


def _shouts(rule: Defined) -> bool:
    return bool(rule.effects & {Effect.PAGE, Effect.PIN})


def decisive(lead: Lead, seen: list[Seen]) -> Seen | None:
    """The observation whose record goes next; where all are gone, the one that went last."""
    living = [one for one in seen if one.hours_left]
    if living:
        return min(living, key=lambda one: one.hours_left or 0)
    dead = [one for one in seen if one.row.dies_at is not None]
    return max(dead, key=lambda one: one.row.dies_at) if dead else None


def _seen(lead: Lead) -> tuple[list[Seen], int]:
    """Observations: those whose record goes next first, then what is not known, then what is gone."""
    now = clock.now()
    place = Case(When(dies_at__gt=now, then=0), When(dies_at=None, then=1), default=2, output_field=Whole())
    rows = Observation.objects.filter(referral__lead=lead, referral__current=True)
    found = list(
        rows.annotate(place=place)
        .select_related("referral")
        .defer("referral__body")
        .order_by("place", "dies_at", "referral_id", "index")[: OBSERVATIONS + 1]
    )
    more = rows.count() - OBSERVATIONS if len(found) > OBSERVATIONS else 0
    carriers = {one.id: one for one in unit.pack().carriers}
    return [_one(row, carriers.get(row.carrier), now) for row in found[:OBSERVATIONS]], more


def _one(row: Observation, carrier: Carrier | None, now: datetime) -> Seen:
    left = None if row.dies_at is None else max(0.0, (row.dies_at - now).total_seconds() / 3600)
    kind = decisive_kind(row.shared)
    kept = (
        [one.days for one in carrier.retention if one.kind is kind and one.days is not None]
        if carrier
        else []
    )
    return Seen(row, carrier, left, min(kept) if kept else None)


def _undo(viewer: User, lead: Lead) -> Undo | None:
    last = lead.last_act or {}
    if last.get("by") != viewer.pk.hex or not viewer.may(Permission.LEAD_CLAIM):
        return None
    return Undo(last["act"], datetime.fromisoformat(last["at"]))
