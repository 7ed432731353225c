"""Interrupts on leads: raised by rules or people, taken, cleared as the policy says."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.referrals.models import Interrupt, Lead, LeadState
from faru.desk.referrals.models.lead import NOT_PINNED
from faru.desk.referrals.seeing import seen
from faru.ledger.tags import Action
from faru.policy import Effect
from faru.policy import Interrupt as Defined
from faru.triage import ReasonState
from faru.vocabulary.permissions import Permission

if TYPE_CHECKING:
    from faru.desk.referrals.ranking import Scored


def defined(kind: str) -> Defined:
    """What the policy says of an interrupt. Raises Refused where it knows none of that name."""
    found = unit.pack().policy().interrupt(kind)
    if found is None:
        raise Refused(_("The policy in force has no interrupt of this kind."))
    return found


def pin_of(kinds: set[str]) -> int:
    """The place that these open interrupts give a lead."""
    book = unit.pack().rulebook
    return min((book.interrupts.index(k) for k in kinds if k in book.pinned), default=NOT_PINNED)


def repin(lead: Lead) -> None:
    """Put a lead where its open interrupts want it."""
    lead.pin = pin_of(set(lead.interrupts.filter(cleared_at=None).values_list("kind", flat=True)))
    Lead.objects.filter(pk=lead.pk).update(pin=lead.pin)


def raise_by_rules(act: Act, scored: Sequence["Scored"]) -> list[Interrupt]:
    """Raise what the rules say, once a lead and kind: what was cleared stays cleared."""
    wanting = [one for one in scored if one.one.interrupts]
    there: dict[UUID, set[str]] = {}
    leads = [one.lead.pk for one in wanting]
    for lead_id, kind in Interrupt.objects.filter(lead__in=leads).values_list("lead_id", "kind"):
        there.setdefault(lead_id, set()).add(kind)
    raised = []
    for found in wanting:
        for kind in found.one.interrupts:
            if kind in there.get(found.lead.pk, set()):
                continue
            reasons = [
                reason
                for reason in found.one.reasons
                if reason.rule.raises == kind and reason.state is ReasonState.FIRED
            ]
            subject = found.rows[reasons[0].referral].subject_id
            why = " ".join(dict.fromkeys(reason.rule.sentence for reason in reasons))
            raised.append(
                Interrupt(kind=kind, lead=found.lead, subject_id=subject, raised_at=act.at, why=why)
            )
            act.also(
                Action.INTERRUPT_RAISE,
                raised[-1].id,
                found.lead.id,
                subject=subject,
                sentence=f"Interrupt raised by a rule: {defined(kind).sentence}",
                why=why,
            )
    Interrupt.objects.bulk_create(raised)
    for lead in {one.lead for one in raised}:
        repin(lead)
    return raised


@action(Permission.INTERRUPT_RAISE, Action.INTERRUPT_RAISE)
def raise_interrupt(act: Act, *, lead: Lead, kind: str, why: str, concerns: User | None = None) -> Interrupt:
    """Raise one by hand. A conflict of interest names the officer it recuses."""
    sentence = defined(kind).sentence
    lead = seen(act, lead)
    if not why.strip():
        raise Refused(_("Say in a sentence why this interrupt is raised."), "why")
    if Effect.RECUSE in defined(kind).effects and concerns is None:
        raise Refused(_("Say which officer it concerns."), "concerns")
    subject = lead.referrals.order_by("received_at").values_list("subject_id", flat=True).first()
    if subject is None:
        raise Refused(_("This lead has no referral any more."))
    raised = Interrupt(
        kind=kind,
        lead=lead,
        subject_id=subject,
        raised_at=act.at,
        raised_by=act.actor,
        why=why.strip(),
        concerns=concerns,
    )
    raised.save(force_insert=True)
    repin(lead)
    if lead.state == LeadState.CLOSED:
        # An alarm on a lead that was laid aside is somebody's business again.
        Lead.objects.filter(pk=lead.pk).update(state=LeadState.NEW, owner=None, reopened_at=act.at)
        act.also(
            Action.LEAD_REOPEN,
            lead.id,
            sentence=f"Lead {lead.number} opened again: an interrupt was raised on it.",
        )
    act.about(raised.id, lead.id).under(subject).say(f"Interrupt raised: {sentence}", why=why.strip())
    return raised


@action(Permission.INTERRUPT_TAKE, Action.INTERRUPT_TAKE)
def take_interrupt(act: Act, *, interrupt: Interrupt) -> Interrupt:
    """The page was heard: somebody has it in hand."""
    interrupt = _open(act, interrupt)
    if interrupt.taken_by is not None:
        raise Refused(
            _("%(who)s has taken this interrupt already.") % {"who": interrupt.taken_by.display_name}
        )
    interrupt.taken_at, interrupt.taken_by = act.at, act.actor
    interrupt.save(update_fields=["taken_at", "taken_by"])
    act.about(interrupt.id, *_lead(interrupt)).say(f"Interrupt taken: {defined(interrupt.kind).sentence}")
    return interrupt


@action(Permission.INTERRUPT_CLEAR, Action.INTERRUPT_CLEAR)
def clear_interrupt(act: Act, *, interrupt: Interrupt, stated: Mapping[str, str]) -> Interrupt:
    """Clear it as the policy says: by the role it names, with everything that it wants stated."""
    rule = defined(interrupt.kind)
    interrupt = _open(act, interrupt)
    if rule.clear_by not in act.actor.roles and not act.actor.is_system:
        raise Refused(_("Only the role “%(role)s” may clear this.") % {"role": rule.clear_by})
    if interrupt.concerns_id == act.actor.id:
        raise Refused(_("Nobody clears what concerns themselves."))
    for name in rule.clear_needs:
        if not stated.get(name, "").strip():
            raise Refused(_("The policy wants this stated before it is cleared."), name)
    fields = {name: text.strip() for name, text in stated.items() if text.strip()}
    interrupt.cleared_at, interrupt.cleared_by, interrupt.clearing = act.at, act.actor, fields
    interrupt.save(update_fields=["cleared_at", "cleared_by", "clearing"])
    if interrupt.lead is not None:
        repin(interrupt.lead)
    act.role = rule.clear_by if not act.actor.is_system else act.role
    act.about(interrupt.id, *_lead(interrupt)).under(interrupt.subject_id).say(
        f"Interrupt cleared: {rule.sentence}", stated=fields
    )
    return interrupt


def _open(act: Act, interrupt: Interrupt) -> Interrupt:
    """The interrupt read anew and taken hold of, its lead first. Raises Refused where it is cleared."""
    if interrupt.lead is not None:
        seen(act, interrupt.lead)
    interrupt = Interrupt.objects.select_for_update(no_key=True).get(pk=interrupt.pk)
    if interrupt.cleared_by is not None:
        raise Refused(
            _("%(who)s has cleared this interrupt already.") % {"who": interrupt.cleared_by.display_name}
        )
    return interrupt


def _lead(interrupt: Interrupt) -> list[UUID]:
    return [one for one in (interrupt.lead_id, interrupt.case_id) if one is not None]
