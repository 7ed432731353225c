"""The case as the one who acts may see it: an action never trusts the row it was handed."""

from django.utils.translation import gettext as _

from faru.desk.accounts.models import User
from faru.desk.cases.models import Case
from faru.desk.journal.acting import Refused


def seen(actor: User, case: Case, *, open_only: bool = False) -> Case:
    """The case, fresh. Raises Refused where it is out of sight, or closed and `open_only`."""
    found = Case.objects.visible_to(actor).select_related("lead").filter(pk=case.pk).first()
    if found is None:
        raise Refused(_("There is no such case, or it is not yours to see."))
    if open_only and found.closed_at is not None:
        raise Refused(_("This case is closed: nothing is added to it."))
    return found
