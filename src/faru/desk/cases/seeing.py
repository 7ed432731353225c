"""The case as the one who acts may see it: an action never trusts the row it was handed."""

from django.utils.translation import gettext as _

from faru.desk.accounts.models import User
from faru.desk.cases.models import Case
from faru.desk.journal.acting import Act, Refused


def seen(actor: User, case: Case) -> Case:
    """The case, fresh. Raises Refused where it is out of sight."""
    return _found(actor, case, lock=False)


def held(act: Act, case: Case, *, open_only: bool = False) -> Case:
    """The case, fresh, and the actor's until the act is over: whoever acts on it too waits.

    Raises Refused where it is out of sight, or closed and `open_only`.
    """
    found = _found(act.actor, case, lock=True)
    if open_only and found.closed_at is not None:
        who = _("Somebody") if found.closed_by is None else found.closed_by.display_name
        raise Refused(_("%(who)s has closed this case: nothing is added to it.") % {"who": who})
    return found


def _found(actor: User, case: Case, *, lock: bool) -> Case:
    visible = Case.objects.visible_to(actor).filter(pk=case.pk)
    found = (visible.select_for_update(no_key=True) if lock else visible).first()
    if found is None:
        raise Refused(_("There is no such case, or it is not yours to see."))
    return found
