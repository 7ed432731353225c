"""What officers do with leads and referrals. Files that come in: `receiving` and `reading`."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from faru.desk import unit
from faru.desk.accounts.system import system
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.referrals import ranking
from faru.desk.referrals.models import Lead, LeadState, OfficerEdge, Referral
from faru.desk.referrals.seeing import seen
from faru.ledger.tags import Action
from faru.triage import Act as EdgeAct
from faru.triage import LinkKind
from faru.vocabulary.permissions import Permission

UNDONE: Final = ("state", "owner_id", "claimed_at", "waiting_until", "waiting_for")
"""The fields that undoing an act puts back."""


@action(Permission.LEAD_CLAIM, Action.LEAD_CLAIM)
def claim_lead(act: Act, *, lead: Lead) -> Lead:
    """Take a lead that nobody has."""
    lead = seen(act, lead)
    before = _before(lead)
    won = Lead.objects.filter(pk=lead.pk, owner=None, state=LeadState.NEW).update(
        state=LeadState.CLAIMED, owner=act.actor, claimed_at=act.at, last_act=_last(act, "claim", before)
    )
    lead.refresh_from_db()
    if not won:
        raise Refused(_held(lead))
    act.about(lead.id).say(f"Lead {lead.number} claimed, band {lead.band_shown}.")
    return lead


@action(Permission.LEAD_CLAIM, Action.LEAD_LET_GO)
def let_go(act: Act, *, lead: Lead, reason: str = "", words: str = "") -> Lead:
    """Give a lead back to the queue: the owner, or a supervisor for somebody who is away."""
    lead = seen(act, lead)
    if lead.state not in (LeadState.CLAIMED, LeadState.WAITING):
        raise Refused(_("Nobody has this lead any more, so there is nothing to let go."))
    if lead.owner_id != act.actor.id and not act.actor.may(Permission.LEAD_RANK):
        raise Refused(_held(lead))
    before, owner = _before(lead), lead.owner
    _set(lead, act, "let_go", before, state=LeadState.NEW, owner=None, claimed_at=None)
    _set(lead, act, "let_go", before, waiting_until=None, waiting_for="")
    act.about(lead.id).say(
        f"Lead {lead.number} let go.",
        of=owner.id.hex if owner else "",
        reason=_reason("let_go", reason),
        words=words,
    )
    return lead


@action(Permission.LEAD_CLAIM, Action.LEAD_WAIT)
def wait_lead(act: Act, *, lead: Lead, until: datetime, reason: str, words: str = "") -> Lead:
    """Put a lead aside until a day, for a reason. It comes back by itself."""
    lead = _own(act, lead, LeadState.CLAIMED, LeadState.WAITING)
    if until <= act.at:
        raise Refused(_("The day to wait until is over already: choose a later one."), "until")
    sentence = _reason("wait_lead", reason)
    _set(lead, act, "wait", _before(lead), state=LeadState.WAITING, waiting_until=until, waiting_for=reason)
    act.about(lead.id).say(f"Lead {lead.number} waits: {sentence}", until=until.isoformat(), words=words)
    return lead


@action(Permission.LEAD_CLOSE, Action.LEAD_CLOSE)
def close_lead(act: Act, *, lead: Lead, reason: str, words: str = "") -> Lead:
    """Close a lead with a reason. An open interrupt must be cleared first; a case closes by its policy."""
    lead = seen(act, lead)
    if lead.state == LeadState.IN_CASE:
        raise Refused(_("This lead is in a case: it ends with the case."))
    if lead.state == LeadState.CLOSED:
        raise Refused(_("%(who)s has closed this lead already.") % {"who": _closer(lead)})
    if lead.owner_id not in (None, act.actor.id) and not act.actor.may(Permission.LEAD_RANK):
        raise Refused(_held(lead))
    if lead.interrupts.filter(cleared_at=None).exists():
        raise Refused(_("An interrupt is open on this lead: it is cleared first, as the policy says."))
    sentence = _reason("close_lead", reason)
    _set(
        lead, act, None, None,
        state=LeadState.CLOSED, closed_reason=reason, closed_at=act.at, closed_by=act.actor,
        waiting_until=None, waiting_for="",
    )  # fmt: skip
    act.about(lead.id).say(f"Lead {lead.number} closed: {sentence}", reason=reason, words=words)
    return lead


@action(Permission.LEAD_CLOSE, Action.LEAD_REOPEN)
def reopen_lead(act: Act, *, lead: Lead, reason: str, words: str = "") -> Lead:
    """Open a closed lead again."""
    lead = seen(act, lead)
    if lead.state != LeadState.CLOSED:
        raise Refused(_("This lead is not closed."))
    sentence = _reason("reopen_lead", reason)
    _set(
        lead, act, None, None,
        state=LeadState.NEW, owner=None, claimed_at=None, reopened_at=act.at, closed_reason="",
        closed_at=None, closed_by=None,
    )  # fmt: skip
    act.about(lead.id).say(f"Lead {lead.number} opened again: {sentence}", reason=reason, words=words)
    return lead


@action(Permission.LEAD_RANK, Action.LEAD_OVERRIDE)
def override_band(act: Act, *, lead: Lead, band: str, reason: str, words: str = "") -> Lead:
    """Put a lead in another band than its rules do; "" takes that back."""
    lead = seen(act, lead)
    if lead.state == LeadState.CLOSED:
        raise Refused(_("This lead is closed: open it again first."))
    names = [one.name for one in unit.pack().rulebook.bands]
    if band and band not in names:
        raise Refused(_("There is no such band."), "band")
    sentence = _reason("override_rank", reason)
    shown = band or lead.band
    _set(lead, act, None, None, band_override=band, band_place=names.index(shown))
    act.about(lead.id).say(
        f"Lead {lead.number} put in band {shown}; its rules say {lead.band}. {sentence}",
        reason=reason,
        words=words,
    )
    return lead


@action(Permission.LEAD_JOIN, Action.LEAD_JOIN)
def join_leads(act: Act, *, lead: Lead, other: Lead, reason: str, words: str = "") -> OfficerEdge:
    """Say that two leads are one, and make them so."""
    if lead.pk == other.pk:
        raise Refused(_("This is the same lead: choose another one to join."), "other")
    lead, other = _both(act, lead, other)
    if lead.case_id is not None and other.case_id not in (None, lead.case_id):
        raise Refused(
            _("Both leads have a case: two cases are only proposed to be joined, by their supervisor.")
        )
    a, b = (one.referrals.filter(current=True).order_by("received_at", "id").first() for one in (lead, other))
    if a is None or b is None:
        raise Refused(_("One of the two leads has no referral any more."))
    said = OfficerEdge.objects.filter(a__in=(a, b), b__in=(a, b), undone_at=None).select_related("by")
    last = said.order_by("at", "id").last()
    if last is not None and last.act == EdgeAct.JOIN.value:
        raise Refused(_("%(who)s has joined these two leads already.") % {"who": last.by.display_name})
    sentence = _reason("join_leads", reason)
    edge = _edge(act, EdgeAct.JOIN, a, b, (), reason, words)
    for one in (lead, other):
        _set(one, act, None, None, last_act=_last(act, "edge", {"edge": str(edge.id)}))
    act.about(lead.id, other.id, a.id, b.id).under(a.subject_id).say(
        f"Leads {lead.number} and {other.number} joined: {sentence}", reason=reason, words=words
    )
    ranking.settle_pair(act, a, b)
    return edge


@action(Permission.LEAD_JOIN, Action.LEAD_PART)
def part_referrals(
    act: Act, *, a: Referral, b: Referral, reason: str, kinds: Iterable[str] = (), words: str = ""
) -> OfficerEdge:
    """Switch off the links between two referrals (all, or those named)."""
    seen(act, a.lead)
    a, b = (Referral.objects.select_related("lead").get(pk=one.pk) for one in (a, b))
    if a.pk == b.pk or a.lead_id != b.lead_id:
        raise Refused(_("Choose two different referrals of this lead to part."))
    sentence = _reason("part_leads", reason)
    edge = _edge(act, EdgeAct.PART, a, b, tuple(LinkKind(kind).value for kind in kinds), reason, words)
    _set(a.lead, act, None, None, last_act=_last(act, "edge", {"edge": str(edge.id)}))
    act.about(a.lead_id, a.id, b.id).under(a.subject_id).say(
        f"Two referrals of one lead parted: {sentence}", reason=reason, words=words
    )
    ranking.settle_pair(act, a, b)
    return edge


@action(Permission.LEAD_CLAIM, Action.LEAD_UNDO)
def undo(act: Act, *, lead: Lead) -> str:
    """Undo one's own last claim, wait, letting go, join or part; what it was."""
    lead = seen(act, lead)
    last = lead.last_act or {}
    if last.get("by") != act.actor.id.hex:
        raise Refused(_("The last thing done to this lead was not yours to undo."))
    if last["act"] == "edge":
        edge = OfficerEdge.objects.filter(pk=last["before"]["edge"], undone_at=None).first()
        if edge is None:
            raise Refused(_("This was undone already."))
        edge.undone_at, edge.undone_by = act.at, act.actor
        edge.save(update_fields=["undone_at", "undone_by"])
        ranking.settle_pair(act, edge.a, edge.b)
    else:
        before = dict(last["before"])
        for name in ("claimed_at", "waiting_until"):
            before[name] = datetime.fromisoformat(before[name]) if before[name] else None
        before["owner_id"] = UUID(before["owner_id"]) if before["owner_id"] else None
        Lead.objects.filter(pk=lead.pk).update(**before)
    Lead.objects.filter(pk=lead.pk).update(last_act=None)
    act.about(lead.id).say(f"Undone on lead {lead.number}: {last['act'].replace('_', ' ')}.")
    return str(last["act"])


def wake_leads(now: datetime) -> int:
    """Leads whose waiting is over are back with their owner; how many. The ticker calls it."""
    over = list(Lead.objects.filter(state=LeadState.WAITING, waiting_until__lte=now).order_by("number"))
    for lead in over:
        with suppress(Refused):  # somebody was faster
            wake_lead(actor=system(), lead=lead)
    return len(over)


@action(Permission.LEAD_CLAIM, Action.LEAD_WAKE)
def wake_lead(act: Act, *, lead: Lead) -> Lead:
    """Give a lead back to its owner whose waiting is over."""
    over = Lead.objects.filter(pk=lead.pk, state=LeadState.WAITING, waiting_until__lte=act.at)
    if not over.update(state=LeadState.CLAIMED, waiting_until=None, waiting_for="", news_at=act.at):
        raise Refused(_("The waiting of this lead is not over."))
    lead.refresh_from_db()
    act.about(lead.id).say(f"Lead {lead.number} waits no longer: its day has come.")
    return lead


def _both(act: Act, lead: Lead, other: Lead) -> tuple[Lead, Lead]:
    """Two leads, taken hold of in one order: two people who join crosswise never wait for each other."""
    first, second = (seen(act, one) for one in sorted((lead, other), key=lambda one: one.pk))
    return (first, second) if first.pk == lead.pk else (second, first)


def _edge(
    act: Act, kind: EdgeAct, a: Referral, b: Referral, kinds: tuple[str, ...], reason: str, words: str
) -> OfficerEdge:
    edge = OfficerEdge(
        act=kind.value,
        a=a,
        b=b,
        kinds=list(kinds),
        reason=reason,
        subject_id=a.subject_id,
        words=words.strip() or None,
        by=act.actor,
        at=act.at,
    )
    edge.save(force_insert=True)
    return edge


def _own(act: Act, lead: Lead, *states: LeadState) -> Lead:
    lead = seen(act, lead)
    if lead.owner_id != act.actor.id:
        raise Refused(_held(lead) if lead.owner_id else _("Claim this lead first."))
    if lead.state not in states:
        raise Refused(_("This lead is not being worked: %(state)s.") % {"state": lead.get_state_display()})
    return lead


def _held(lead: Lead) -> str:
    if lead.owner is not None:
        return _("%(who)s has this lead: ask them to let it go.") % {"who": lead.owner.display_name}
    return _("This lead can't be claimed now: it is %(state)s.") % {"state": lead.get_state_display()}


def _closer(lead: Lead) -> str:
    return lead.closed_by.display_name if lead.closed_by is not None else _("Somebody")


def _set(lead: Lead, act: Act, undoable: str | None, before: dict[str, Any] | None, **fields: Any) -> None:
    if undoable is not None:
        fields["last_act"] = _last(act, undoable, before or {})
    elif "last_act" not in fields:
        fields["last_act"] = None
    Lead.objects.filter(pk=lead.pk).update(**fields)
    for name, value in fields.items():
        setattr(lead, name, value)


def _before(lead: Lead) -> dict[str, Any]:
    found = {name: getattr(lead, name) for name in UNDONE}
    return {
        name: value.isoformat()
        if isinstance(value, datetime)
        else str(value)
        if isinstance(value, UUID)
        else value
        for name, value in found.items()
    }


def _last(act: Act, what: str, before: dict[str, Any]) -> dict[str, Any]:
    return {"act": what, "by": act.actor.id.hex, "at": act.at.isoformat(), "before": before}


def _reason(purpose: str, reason: str) -> str:
    """The sentence of a reason of the pack. Raises Refused where it has none of that id."""
    for one in unit.pack().reasons.get(purpose, ()):
        if one.id == reason:
            return one.sentence
    if not reason and purpose == "let_go":
        return ""
    raise Refused(_("Choose a reason."), "reason")
