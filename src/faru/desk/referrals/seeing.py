"""The lead that an action is about: as it stands now, and the actor's to see."""

from django.utils.translation import gettext as _

from faru.desk.journal.acting import Act, Refused
from faru.desk.referrals.models import Lead, LeadState


def seen(act: Act, lead: Lead) -> Lead:
    """The lead read anew, and the actor's until the act is over: others wait for it.

    Raises Refused where it ended or is kept from the actor.
    """
    # No joins: after a wait PostgreSQL reads the locked row anew, and joined ones as they were before it.
    found = Lead.objects.visible_to(act.actor).select_for_update(no_key=True).filter(pk=lead.pk).first()
    if found is None or found.state == LeadState.GONE:
        raise Refused(_("There is no such lead any more, or it is not yours to see."))
    return found
