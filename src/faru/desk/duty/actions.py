"""What officers on duty do: hand over, accept, promise a call and keep it."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from faru.desk.duty import snapshot
from faru.desk.duty.models import Handover, Promise
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.referrals.models import Lead
from faru.desk.vault.models import UNIT_SUBJECT
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission


@action(Permission.HANDOVER_SIGN, Action.HANDOVER_SIGN)
def sign_handover(act: Act, *, words: str = "") -> Handover:
    """Freeze what stands open and sign it. A handover that nobody has accepted yet gives way to this one."""
    waiting = _held(Handover.objects.filter(accepted_at=None, replaced_at=None)).first()
    if waiting is not None and waiting.outgoing_id != act.actor.id:
        raise Refused(
            _("%(who)s has handed over and nobody has accepted it yet: accept that one first.")
            % {"who": waiting.outgoing.display_name}
        )
    if waiting is not None:
        waiting.replaced_at = act.at
        waiting.save(update_fields=["replaced_at"])
    standing = snapshot.now(act.actor)
    made = Handover(
        subject_id=UNIT_SUBJECT,
        outgoing=act.actor,
        signed_at=act.at,
        snapshot=snapshot.frozen(standing),
        words=words.strip() or None,
    )
    made.save(force_insert=True)
    act.about(made.id).say(
        "Handover signed.",
        interrupts=[one.lead for one in standing.interrupts],
        claimed=[one.lead for one in standing.claimed],
        dying=[one.lead for one in standing.dying],
        calls=len(standing.calls),
        replaces=None if waiting is None else str(waiting.id),
    )
    return made


@action(Permission.HANDOVER_ACCEPT, Action.HANDOVER_ACCEPT)
def accept_handover(act: Act, *, handover: Handover) -> Handover:
    """Take over what somebody else signed."""
    if handover.outgoing_id == act.actor.id:
        raise Refused(_("Nobody accepts their own handover: the next officer does."))
    handover = _held(Handover.objects.filter(pk=handover.pk)).get()
    if handover.replaced_at is not None:
        raise Refused(_("This handover was signed again in the meantime: accept the newer one."))
    if handover.incoming is not None:
        raise Refused(
            _("%(who)s has accepted this handover already.") % {"who": handover.incoming.display_name}
        )
    handover.accepted_at, handover.incoming = act.at, act.actor
    handover.save(update_fields=["accepted_at", "incoming"])
    act.about(handover.id).say("Handover accepted.", outgoing=handover.outgoing_id.hex)
    return handover


@action(Permission.HANDOVER_SIGN, Action.PROMISE_MAKE)
def make_promise(act: Act, *, whom: str, about: str, due_at: datetime, lead: Lead | None = None) -> Promise:
    """Note that somebody was promised a call."""
    if not whom.strip():
        raise Refused(_("Say whom the call was promised to."), "whom")
    if due_at <= act.at:
        raise Refused(_("This time is over already: choose a later one."), "due_at")
    subject = UNIT_SUBJECT
    if lead is not None:
        own = lead.referrals.order_by("received_at", "id").values_list("subject_id", flat=True).first()
        subject = own or UNIT_SUBJECT
    made = Promise(
        subject_id=subject,
        lead=lead,
        said={"whom": whom.strip(), "about": about.strip()},
        due_at=due_at,
        by=act.actor,
        made_at=act.at,
    )
    made.save(force_insert=True)
    act.about(made.id, *([lead.id] if lead else [])).under(subject).say(
        "A call was promised.", whom=whom.strip(), about=about.strip(), due=due_at.isoformat()
    )
    return made


@action(Permission.HANDOVER_SIGN, Action.PROMISE_KEEP)
def keep_promise(act: Act, *, promise: Promise) -> Promise:
    """The call was made."""
    kept = Promise.objects.filter(pk=promise.pk, kept_at=None).update(kept_at=act.at, kept_by=act.actor)
    promise.refresh_from_db(fields=["kept_at", "kept_by"])
    if not kept:
        raise Refused(_("%(who)s has made this call already.") % {"who": promise.kept_by.display_name})
    about = [promise.id] if promise.lead_id is None else [promise.id, promise.lead_id]
    act.about(*about).say("A promised call was made.")
    return promise


def _held(handovers: QuerySet[Handover]) -> QuerySet[Handover]:
    """These handovers, each the actor's until the act is over: others wait for it."""
    return handovers.select_for_update(no_key=True)
