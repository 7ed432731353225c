"""Rank everything that is here, and store what came of it: leads, sheets, edges, interrupts.

The engine is asked outside of any transaction; one action stores the answer. Leads keep their number and
their state from ranking to ranking: of leads that become one the oldest survives.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Min, Q
from django.utils.translation import gettext as _

from faru.attribution.carriers import CarrierTable
from faru.attribution.outlook import outlook
from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.referrals import edges, interrupts, sheets
from faru.desk.referrals.models import Counter, Lead, LeadState, Observation, OfficerEdge, Referral
from faru.desk.referrals.models.lead import LIVE
from faru.desk.referrals.reading import decoded
from faru.desk.referrals.regroup import places
from faru.ledger.tags import Action
from faru.triage import Act as EdgeAct
from faru.triage import LinkKind, RankedLead, Ranking, rank
from faru.triage import OfficerEdge as Said
from faru.vocabulary import AddressOutlook, Identity
from faru.vocabulary import Referral as Read
from faru.vocabulary.permissions import Permission

TRIES: Final = 5
RANKINGS: Final = "rankings"
"""The counter of rankings stored; it is their lock as well."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The engine's answer, and the rows it is about."""

    ranking: Ranking
    rows: dict[Identity, Referral]
    reads: dict[Identity, Read]
    outlooks: dict[Identity, tuple[AddressOutlook, ...]]
    standing: tuple[object, ...]


class Stale(Refused):
    """Something arrived, or an officer said something, between the asking and the storing."""

    def __init__(self) -> None:
        super().__init__(_("Alerts arrive faster than they are ranked: try again in a moment."))


def rerank(by: User) -> Ranked:
    """Rank all referrals now and store it. RuleBookFault where the pack's rules fail on good facts.

    What arrives meanwhile makes the answer stale: then the engine is asked again.
    """
    for left in reversed(range(TRIES)):
        ranked = compute()
        try:
            store_ranking(actor=by, ranked=ranked)
        except Stale:
            if not left:
                raise
        else:
            break
    return ranked


def unranked(*, since: timedelta = timedelta(0)) -> bool:
    """Whether a referral was read (this long ago) and not ranked: an import was killed between the two."""
    return Referral.objects.filter(lead=None, received_at__lte=clock.now() - since).exists()


def _standing() -> tuple[object, ...]:
    """What a ranking stands on; it changes with every arrival and every word of an officer."""
    said = OfficerEdge.objects.filter(undone_at=None)
    return (
        Referral.objects.count(),
        Referral.objects.order_by("-id").values_list("id", flat=True).first(),
        said.count(),
        said.order_by("-id").values_list("id", flat=True).first(),
    )


def compute() -> Ranked:
    """Ask the engine; nothing is written."""
    now, pack, standing = clock.now(), unit.pack(), _standing()
    rows = list(Referral.objects.all())
    by_id = decoded(rows, with_children=True)
    of_row = {row.pk: by_id[row.pk].identity for row in rows}
    reads = {of_row[row.pk]: by_id[row.pk] for row in rows}
    table = CarrierTable(pack.carriers)
    outlooks = {
        identity: tuple(outlook(seen, table, now) for seen in read.observations)
        for identity, read in reads.items()
    }
    said = [_said(one, of_row) for one in OfficerEdge.objects.filter(undone_at=None).select_related("by")]
    ranking = rank(reads.values(), outlooks, pack.rulebook, now, said)
    return Ranked(ranking, {of_row[row.pk]: row for row in rows}, reads, outlooks, standing)


def _said(one: OfficerEdge, of_row: dict[UUID, Identity]) -> Said:
    return Said(
        act=EdgeAct(one.act),
        a=of_row[one.a_id],
        b=of_row[one.b_id],
        reason=one.reason,
        by=one.by_id.hex,
        at=one.at,
        kinds=frozenset(LinkKind(kind) for kind in one.kinds),
    )


@action(Permission.LEAD_READ, Action.LEAD_RANK)
def store_ranking(act: Act, *, ranked: Ranked) -> list[Lead]:
    """Make the leads in the database those of this ranking; the leads that changed. Raises Stale."""
    # One ranking is stored at a time: the row is locked until this transaction ends.
    Counter.objects.get_or_create(name=RANKINGS)
    Counter.objects.filter(name=RANKINGS).update(last=F("last") + 1)
    if ranked.standing != _standing():
        raise Stale
    _take_up_leads(ranked)
    ranking = ranked.ranking
    _refresh_outlooks(ranked)
    found = places(act, [[ranked.rows[one] for one in lead.referrals] for lead in ranking.leads])
    leads = found.leads
    changed = []
    for one, lead in zip(ranking.leads, leads, strict=True):
        if _write(act, lead, one, ranked):
            changed.append(lead)
    _members(ranked, leads, found.kept_apart)
    older = [found.identity for versions in ranking.versions for found in versions.older]
    Referral.objects.filter(pk__in=[ranked.rows[one].pk for one in older]).update(current=False)
    edges.store(ranking, ranked.rows)
    interrupts.raise_by_rules(act, ranking, leads, ranked.rows)
    act.about(*(lead.id for lead in changed)).say(
        rules=ranking.rules_version,
        pack=unit.pack().digest,
        leads=[[lead.number, lead.band, lead.danger, lead.workability] for lead in changed],
    )
    return changed


def _take_up_leads(ranked: Ranked) -> None:
    """Which lead each row is in now: another ranking may have been stored since the rows were read."""
    now = {
        pk: (lead, first)
        for pk, lead, first in Referral.objects.values_list("id", "lead_id", "first_lead_id")
    }
    for row in ranked.rows.values():
        row.lead_id, row.first_lead_id = now[row.pk]


def _write(act: Act, lead: Lead, one: RankedLead, ranked: Ranked) -> bool:
    """One lead's scores. True where anything but the time of ranking changed."""
    book = unit.pack().rulebook
    names = [band.name for band in book.bands]
    first = ranked.reads[one.referrals[0]]
    moment = first.reported_at.utc if first.reported_at else None
    scores = {
        "band": one.band,
        "band_place": names.index(lead.band_override or one.band),
        "danger": one.danger,
        "workability": one.workability,
        "noise": list(one.noise),
        "noisy": one.noisy,
        "clock_at": _clock(one, ranked),
        "earliest_reading": one.earliest_reading,
        "first_reported_at": moment,
        "first_key": f"{first.sender}|{first.number or first.sha256}"[:300],
        "referral_count": len(one.referrals),
        "rules_version": ranked.ranking.rules_version,
        "headline": sheets.headline(one),
    }
    token = sheets.token(one)
    is_new = lead._state.adding
    more = not is_new and len(one.referrals) > lead.referral_count
    changed = is_new or bytes(lead.sheet_token) != token or lead.referral_count != len(one.referrals)
    for name, value in scores.items():
        setattr(lead, name, value)
    lead.ranked_at = act.at
    if more:
        lead.news_at = act.at
        if lead.state == LeadState.CLOSED:
            lead.state, lead.reopened_at, lead.owner = LeadState.NEW, act.at, None
            act.also(
                Action.LEAD_REOPEN,
                lead.id,
                sentence=f"Lead {lead.number} opened again: a referral arrived on it.",
            )
    lead.sheet_token = token
    lead.save(force_insert=is_new)
    if changed:
        sheets.store(lead, one, ranked.rows)
    return changed


def _clock(one: RankedLead, ranked: Ranked) -> object:
    """When the lead's next decisive record goes; where all are gone, when the last one did."""
    hours = [
        seen.hours_left
        for identity in one.referrals
        for seen in ranked.outlooks[identity]
        if seen.hours_left is not None
    ]
    if one.hours_left is None or not hours:
        return None
    left = one.hours_left if one.hours_left > 0 else max(hours)
    return ranked.ranking.now + timedelta(hours=left)


def _members(ranked: Ranked, leads: list[Lead], kept_apart: set[UUID]) -> None:
    """Each referral to its lead; older versions go with the newest. A lead kept apart keeps its own."""
    lead_of: dict[Identity, Lead] = {}
    for one, lead in zip(ranked.ranking.leads, leads, strict=True):
        lead_of |= dict.fromkeys(one.referrals, lead)
    for versions in ranked.ranking.versions:
        lead_of |= {old.identity: lead_of[versions.newest] for old in versions.older}
    moved = [
        row
        for identity, row in ranked.rows.items()
        if identity in lead_of and row.lead_id != lead_of[identity].pk and row.lead_id not in kept_apart
    ]
    emptied = {row.lead_id for row in moved if row.lead_id is not None}
    for row in moved:
        row.lead = lead_of[ranked_identity(row)]
        row.first_lead = row.first_lead or row.lead
    Referral.objects.bulk_update(moved, ["lead", "first_lead"], batch_size=500)
    kept = {lead.pk for lead in leads} | kept_apart
    Lead.objects.filter(pk__in=emptied - kept).update(state=LeadState.GONE)


def ranked_identity(row: Referral) -> Identity:
    """A row's identity, as engines call it."""
    return Identity(row.sender, row.number, row.sha256)


def _refresh_outlooks(ranked: Ranked) -> None:
    """Carrier, sharing and expiry of each observation, where they are not stored yet or have changed."""
    now = ranked.ranking.now
    ids = {row.pk: identity for identity, row in ranked.rows.items()}
    changed = []
    for seen in Observation.objects.all():
        looked = ranked.outlooks[ids[seen.referral_id]][seen.index]
        dies = None if looked.hours_left is None else now + timedelta(hours=looked.hours_left)
        carrier = looked.carrier or ""
        same_time = (seen.dies_at is None) == (dies is None) and (
            dies is None or seen.dies_at is None or abs((seen.dies_at - dies).total_seconds()) < 1
        )
        if (seen.carrier, seen.shared) != (carrier, looked.shared) or not same_time:
            seen.carrier, seen.shared, seen.dies_at = carrier, looked.shared, dies
            seen.earliest_reading = looked.earliest_reading
            changed.append(seen)
    Observation.objects.bulk_update(
        changed, ["carrier", "shared", "dies_at", "earliest_reading"], batch_size=500
    )


def turn_clocks() -> int:
    """Give leads whose decisive record has just gone their next one; how many. The ticker calls it."""
    now = clock.now()
    passed = Lead.objects.filter(clock_at__lte=now, state__in=LIVE).annotate(
        next_at=Min("referrals__observations__dies_at", filter=Q(referrals__observations__dies_at__gt=now))
    )
    turned = list(passed.exclude(next_at=None))
    for lead in turned:
        Lead.objects.filter(pk=lead.pk).update(clock_at=lead.next_at)
    return len(turned)
