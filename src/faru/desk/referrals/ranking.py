"""Rank everything that is here, and store what came of it: leads, sheets, edges, interrupts.

The engine is asked outside of any transaction; one action stores the answer. Leads keep their number and
their state from ranking to ranking: of leads that become one the oldest survives.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Min, Q

from faru.attribution.carriers import CarrierTable
from faru.attribution.outlook import outlook
from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.journal.acting import Act, action
from faru.desk.referrals import edges, interrupts, sheets
from faru.desk.referrals.models import Lead, LeadState, Observation, OfficerEdge, Referral
from faru.desk.referrals.models.lead import LIVE
from faru.desk.referrals.numbers import next_numbers
from faru.desk.referrals.reading import decoded
from faru.ledger.tags import Action
from faru.triage import Act as EdgeAct
from faru.triage import LinkKind, RankedLead, Ranking, rank
from faru.triage import OfficerEdge as Said
from faru.vocabulary import AddressOutlook, Identity
from faru.vocabulary import Referral as Read
from faru.vocabulary.permissions import Permission


@dataclass(frozen=True, slots=True)
class Ranked:
    """The engine's answer, and the rows it is about."""

    ranking: Ranking
    rows: dict[Identity, Referral]
    reads: dict[Identity, Read]
    outlooks: dict[Identity, tuple[AddressOutlook, ...]]


def rerank(by: User) -> Ranked:
    """Rank all referrals now and store it. RuleBookFault where the pack's rules fail on good facts."""
    ranked = compute()
    store_ranking(actor=by, ranked=ranked)
    return ranked


def compute() -> Ranked:
    """Ask the engine; nothing is written."""
    now, pack = clock.now(), unit.pack()
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
    return Ranked(ranking, {of_row[row.pk]: row for row in rows}, reads, outlooks)


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
    """Make the leads in the database those of this ranking; the leads that changed."""
    ranking = ranked.ranking
    _refresh_outlooks(ranked)
    leads = _places(act, ranked)
    changed = []
    for one, lead in zip(ranking.leads, leads, strict=True):
        if _write(act, lead, one, ranked):
            changed.append(lead)
    _members(ranked, leads)
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


def _places(act: Act, ranked: Ranked) -> list[Lead]:
    """The row of each ranked lead, in their order: an old one that goes on, or a new one."""
    rows, found = ranked.rows, ranked.ranking.leads
    old_of = {row.pk: row.lead_id for row in rows.values()}
    alive = {lead.pk: lead for lead in Lead.objects.exclude(state=LeadState.GONE)}
    claims: dict[UUID, list[tuple[bool, Identity, int]]] = defaultdict(list)
    for place, one in enumerate(found):
        for identity in one.referrals:
            old = old_of[rows[identity].pk]
            if old in alive:
                claims[old].append((False, identity, place))
    # A lead that fell apart goes on where its earliest referral is.
    goes_on: dict[UUID, int] = {}
    for old, claiming in claims.items():
        first = min(claiming, key=lambda claim: (rows[claim[1]].received_at, rows[claim[1]].pk))
        goes_on[old] = first[2]
    candidates: dict[int, list[Lead]] = defaultdict(list)
    for old, place in goes_on.items():
        candidates[place].append(alive[old])
    chosen: dict[int, Lead] = {}
    for place, leads in candidates.items():
        # Of leads that become one the oldest survives; one with a case before one without.
        leads.sort(key=lambda lead: (lead.case_id is None, lead.made_at, lead.pk))
        chosen[place] = leads[0]
        for gone in leads[1:]:
            _join(act, gone, leads[0])
    fresh = [place for place in range(len(found)) if place not in chosen]
    for place, number in zip(fresh, next_numbers("L", len(fresh)), strict=True):
        chosen[place] = Lead(number=number, made_at=act.at)
    return [chosen[place] for place in range(len(found))]


def _join(act: Act, gone: Lead, into: Lead) -> None:
    """One lead's life ends in another's."""
    if into.owner_id is None and gone.owner_id is not None:
        into.owner_id, into.claimed_at = gone.owner_id, gone.claimed_at
        if into.state == LeadState.NEW:
            into.state = LeadState.CLAIMED
    if into.state == LeadState.CLOSED and gone.state in LIVE:
        into.state, into.reopened_at = LeadState.NEW, act.at
    gone.interrupts.filter(raised_by=None).exclude(kind__in=into.interrupts.values("kind")).update(lead=into)
    gone.state, gone.joined_to = LeadState.GONE, into
    gone.save(update_fields=["state", "joined_to"])
    act.also(Action.LEAD_REGROUP, gone.id, into.id, sentence=f"Lead {gone.number} joined lead {into.number}.")


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


def _members(ranked: Ranked, leads: list[Lead]) -> None:
    """Each referral to its lead; older versions go with the newest."""
    lead_of: dict[Identity, Lead] = {}
    for one, lead in zip(ranked.ranking.leads, leads, strict=True):
        lead_of |= dict.fromkeys(one.referrals, lead)
    for versions in ranked.ranking.versions:
        lead_of |= {old.identity: lead_of[versions.newest] for old in versions.older}
    moved = [
        row
        for identity, row in ranked.rows.items()
        if identity in lead_of and row.lead_id != lead_of[identity].pk
    ]
    emptied = {row.lead_id for row in moved if row.lead_id is not None}
    for row in moved:
        row.lead = lead_of[ranked_identity(row)]
    Referral.objects.bulk_update(moved, ["lead"], batch_size=500)
    kept = {lead.pk for lead in leads}
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


def with_lead(rows: Iterable[Referral]) -> set[UUID]:
    """The leads of these rows."""
    return {row.lead_id for row in rows if row.lead_id is not None}
