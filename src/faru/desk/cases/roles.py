"""In which roles of the policy somebody acts in a case."""

from datetime import datetime

from django.utils.translation import gettext as _

from faru.desk.accounts.models import User
from faru.desk.cases.models import Case
from faru.desk.journal.acting import Refused
from faru.policy import Policy


def roles_in(case: Case, user: User, at: datetime, policy: Policy) -> tuple[str, ...]:
    """Roles held in the unit, then those that a delegation lends in this case; in the policy's order."""
    known = [role.id for role in policy.roles]
    lent = case.members.active(at).filter(user=user, delegated=True).values_list("role", flat=True)
    held = {*user.roles, *lent}
    return tuple(role for role in known if role in held)


def role_for(wanted: tuple[str, ...], held: tuple[str, ...], chosen: str = "") -> str:
    """The role to act in: the chosen one, else the first that is held. Raises Refused where there is none."""
    mine = [role for role in wanted if role in held]
    if chosen and chosen not in mine:
        raise Refused(_("You do not hold the role “%(role)s” for this.") % {"role": shown(chosen)}, "role")
    if not mine:
        names = ", ".join(shown(role) for role in wanted)
        raise Refused(_("This is for: %(roles)s. Ask somebody who holds it.") % {"roles": names})
    return chosen or mine[0]


def shown(identifier: str) -> str:
    """The id of a role, stage or field as people read it."""
    return identifier.replace("_", " ")
