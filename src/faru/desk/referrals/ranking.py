"""A place for what comes in: links, lead, scores and interrupts, in the transaction of the arrival itself.

Everything is done around what changed, so an arrival costs the same however much is here; what comes of it is
what `faru.triage.rank` would say of all of it. Leads keep number and life: of leads that become one the
oldest survives.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from faru.desk import unit
from faru.desk.journal.acting import Act, action
from faru.desk.referrals import interrupts, outlooks, sheets, versions
from faru.desk.referrals.grouping import around
from faru.desk.referrals.linking import link, relink
from faru.desk.referrals.models import Counter, Lead, LeadState, Observation, Referral
from faru.desk.referrals.reads import Own, identity_of, own
from faru.desk.referrals.regroup import Places, places
from faru.desk.referrals.spreading import Leads, Spreading, spread_of
from faru.desk.rows import insert_rows, update_rows
from faru.ledger.tags import Action
from faru.triage import RankedLead, score
from faru.triage.duplicates import Spread
from faru.triage.links import same_referral
from faru.triage.scoring import moment
from faru.vocabulary import AddressOutlook, Identity
from faru.vocabulary.permissions import Permission

RANKINGS: Final = "rankings"
"""The counter of rankings stored; it is their lock as well."""


@dataclass(slots=True)
class Scored:
    """A lead, the engine's word on it, and the referrals that it stands on."""

    lead: Lead
    one: RankedLead
    members: list[Own]
    level: list[Own]  # versions of them that may be as new: reasons may stand on these as well
    outlooks: Mapping[Identity, tuple[AddressOutlook, ...]]

    @property
    def rows(self) -> dict[Identity, Referral]:
        """The rows by identity."""
        return {one.read.identity: one.row for one in (*self.members, *self.level)}


def settle(act: Act, came: list[Own]) -> list[Lead]:
    """Give referrals that were just stored their place; the leads that changed.

    Each row names a lead of its own that does not exist yet: where it joins nothing, that lead is made.
    """
    _one_at_a_time()
    renewed = versions.renew(came)
    touched = link(renewed.fresh, renewed.gone) | renewed.older
    at_hand = {one.row.pk: one for one in came}
    return _place(act, touched, at_hand, at_hand.keys() | renewed.older, renewed.gone)


def settle_pair(act: Act, a: Referral, b: Referral) -> list[Lead]:
    """Put two referrals, and all who hang on them, where an officer's word wants them; the changed leads."""
    _one_at_a_time()
    newest = [_newest(one) for one in (a, b)]
    return _place(act, relink(*newest), {})


@action(Permission.LEAD_READ, Action.LEAD_RANK)
def rescore(act: Act, *, leads: list[UUID]) -> list[Lead]:
    """Score leads anew with the pack and the clock of now; their referrals stay. The leads that changed."""
    _one_at_a_time()
    changed = _rescore(act, leads)
    act.about(*(lead.id for lead in changed)).say(**_told(changed))
    return changed


def _one_at_a_time() -> None:
    """One ranking is stored at a time: the row is locked until this transaction ends."""
    Counter.objects.get_or_create(name=RANKINGS)
    Counter.objects.filter(name=RANKINGS).update(last=F("last") + 1)


def _newest(row: Referral) -> Referral:
    if row.current or not row.number:
        return row
    return Referral.objects.get(sender=row.sender, number=row.number, current=True)


def _place(
    act: Act,
    touched: set[UUID],
    at_hand: Mapping[UUID, Own],
    news: Collection[UUID] = (),
    gone: Collection[Own] = (),
) -> list[Lead]:
    groups = around(touched)
    rows = {row.pk: row for group in groups for row in group}
    found = places(act, groups)
    before = {pk: None if pk in at_hand else row.lead_id for pk, row in rows.items()}
    after = _after(groups, found)
    concerned = {row.lead_id for row in rows.values()} | {lead.pk for lead in found.leads}
    spreading = Spreading(rows.keys(), concerned, gone)
    opened = _opened(rows, at_hand)
    spread = spread_of((one.read for one in opened.values()), spreading.counts(after))
    level = versions.as_new(concerned, opened.values())
    scored = [
        _score(lead, [opened[row.pk] for row in group], level, spread, act.at)
        for group, lead in zip(groups, found.leads, strict=True)
    ]
    changed = _store(act, scored, news)
    _move(rows, after, found)
    interrupts.raise_by_rules(act, scored)
    changed += _rescore(act, spreading.neighbours(before, after))
    if changed:
        act.also(Action.LEAD_RANK, *(lead.id for lead in changed), **_told(changed))
    return changed


def _after(groups: list[list[Referral]], found: Places) -> dict[UUID, UUID | None]:
    """The lead of each referral from now on. Leads with a case that are kept apart keep their own."""
    return {
        row.pk: row.lead_id if row.lead_id in found.kept_apart else lead.pk
        for group, lead in zip(groups, found.leads, strict=True)
        for row in group
    }


def _opened(rows: Mapping[UUID, Referral], at_hand: Mapping[UUID, Own]) -> dict[UUID, Own]:
    """Each row with what was read of it; what has just been read is not opened again."""
    shut = [pk for pk in rows if pk not in at_hand]
    opened = {one.row.pk: one.read for one in own(Referral.objects.filter(pk__in=shut))}
    return {pk: Own(row, opened[pk] if pk in opened else at_hand[pk].read) for pk, row in rows.items()}


def _score(
    lead: Lead, members: list[Own], level: Mapping[Identity, list[Own]], spread: Spread, now: datetime
) -> Scored:
    members = sorted(members, key=lambda one: moment(one.read))
    also = [version for one in members for version in level.get(one.read.identity, ())]
    looked = {one.read.identity: outlooks.of(one.read, now) for one in (*members, *also)}
    reads, versions_as_new = [one.read for one in members], [one.read for one in also]
    said = score(reads, looked, unit.pack().rulebook, spread, now, versions_as_new)
    return Scored(lead, said, members, also, looked)


def _rescore(act: Act, leads: Iterable[UUID]) -> list[Lead]:
    """Score these leads again as they are grouped; those that changed."""
    wanted = {
        lead.pk: lead
        for lead in Lead.objects.select_for_update(no_key=True).filter(pk__in=leads).order_by("pk")
        if lead.state != LeadState.GONE
    }
    rows = Referral.objects.filter(lead__in=wanted, current=True)
    members: dict[UUID, list[Own]] = {}
    for one in own(rows):
        members.setdefault(one.row.lead_id, []).append(one)
    everybody = [one for found in members.values() for one in found]
    counts = Spreading([one.row.pk for one in everybody], ()).counts({})
    spread = spread_of((one.read for one in everybody), counts)
    level = versions.as_new(wanted, everybody)
    scored = [_score(wanted[pk], found, level, spread, act.at) for pk, found in members.items()]
    _look_again(scored, act.at)
    changed = _store(act, scored)
    interrupts.raise_by_rules(act, scored)
    return changed


def _look_again(scored: Iterable[Scored], now: datetime) -> None:
    """Carrier, sharing and expiry of observations, where they have changed."""
    looked = {member.row.pk: one.outlooks[member.read.identity] for one in scored for member in one.members}
    changed = [
        seen
        for seen in Observation.objects.filter(referral__in=looked)
        if outlooks.put(seen, looked[seen.referral_id][seen.index], now)
    ]
    update_rows(changed, ("carrier", "shared", "dies_at", "earliest_reading"))


def _store(act: Act, scored: Iterable[Scored], news: Collection[UUID] = ()) -> list[Lead]:
    """Write scores and sheets; the leads of which anything but the time of ranking changed.

    `news` are referrals that have just come in, or a version of them: on a lead that was there they are news.
    """
    made, kept, told, changed = [], [], [], []
    fields: dict[str, Any] = {}
    for one in scored:
        lead, is_new = one.lead, one.lead._state.adding
        sheet = sheets.forms(one.one)
        token = sheets.token(sheet)
        differs = is_new or bytes(lead.sheet_token) != token or lead.referral_count != len(one.members)
        more = len(one.members) > lead.referral_count or any(own.row.pk in news for own in one.members)
        fields = _scores(one, act.at) | {"ranked_at": act.at, "sheet_token": token}
        for name, value in fields.items():
            setattr(lead, name, value)
        if is_new:
            made.append(lead)
        else:
            kept.append(lead)
            if more:
                _news(act, lead)
                told.append(lead)
        if differs:
            changed.append((one, sheet))
    insert_rows(made)
    update_rows(kept, tuple(fields))
    update_rows(told, ("news_at", "state", "reopened_at", "owner"))
    sheets.store(changed)
    return [one.lead for one, _sheet in changed]


def _scores(scored: Scored, now: datetime) -> dict[str, Any]:
    one, lead = scored.one, scored.lead
    names = [band.name for band in unit.pack().rulebook.bands]
    first = next(member.read for member in scored.members if member.read.identity == one.referrals[0])
    return {
        "band": one.band,
        "band_place": names.index(lead.band_override or one.band),
        "danger": one.danger,
        "workability": one.workability,
        "noise": list(one.noise),
        "noisy": one.noisy,
        "clock_at": _clock(scored, now),
        "earliest_reading": one.earliest_reading,
        "first_reported_at": first.reported_at.utc if first.reported_at else None,
        "first_key": f"{first.sender}|{first.number or first.sha256}"[:300],
        "referral_count": len(scored.members),
        "rules_version": unit.pack().rulebook.version,
        "pack_digest": unit.pack().digest,
        "headline": sheets.headline(one),
    }


def _news(act: Act, lead: Lead) -> None:
    """A referral arrived on a lead that was there before: its owner is told, a closed one opens again."""
    lead.news_at = act.at
    if lead.state == LeadState.CLOSED:
        lead.state, lead.reopened_at, lead.owner = LeadState.NEW, act.at, None
        sentence = f"Lead {lead.number} opened again: a referral arrived on it."
        act.also(Action.LEAD_REOPEN, lead.id, sentence=sentence)


def _clock(scored: Scored, now: datetime) -> datetime | None:
    """When the lead's next decisive record goes; where all are gone, when the last one did."""
    one = scored.one
    hours = [
        seen.hours_left
        for member in scored.members
        for seen in scored.outlooks[member.read.identity]
        if seen.hours_left is not None
    ]
    if one.hours_left is None or not hours:
        return None
    left = one.hours_left if one.hours_left > 0 else max(hours)
    return now + timedelta(hours=left)


def _move(rows: Mapping[UUID, Referral], after: Leads, found: Places) -> None:
    """Each referral to its lead, older versions with the newest; a lead without a referral is gone."""
    moved = [row for pk, row in rows.items() if row.lead_id != after[pk]]
    numbers = {same_referral(identity_of(row)): after[row.pk] for row in moved if row.number}
    left = {row.lead_id for row in moved}
    older = Referral.objects.filter(lead__in=left, current=False).defer("body")
    going = {row.pk: after[row.pk] for row in moved}
    going |= {row.pk: numbers.get(same_referral(identity_of(row)), row.lead_id) for row in older}
    for row in (*moved, *older):
        # Before any joining it was in the lead that it came in with, if that one was ever made.
        first = row.first_lead_id if row.first_lead_id in found.known else going[row.pk]
        row.lead_id, row.first_lead_id = going[row.pk], first
    update_rows((*moved, *older), ("lead", "first_lead"))
    emptied = Lead.objects.filter(pk__in=left & found.known.keys(), referrals=None)
    emptied.exclude(state=LeadState.GONE).update(state=LeadState.GONE)


def _told(leads: list[Lead]) -> dict[str, Any]:
    return {
        "rules": unit.pack().rulebook.version,
        "pack": unit.pack().digest,
        "leads": [[lead.number, lead.band, lead.danger, lead.workability] for lead in leads],
    }
