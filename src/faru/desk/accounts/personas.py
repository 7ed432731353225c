"""The demo's personas: one click to sign in, in demo mode only. Everybody is invented."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from faru.desk.accounts.models import Holding, User
from faru.desk.accounts.system import make_system


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the demo's unit."""

    username: str
    name: str
    roles: tuple[str, ...]
    does: object  # a lazy text


PERSONAS: Final = (
    Persona("aisha", "Aisha Reef", ("intake", "triage"), _("Duty officer: reads what came in overnight.")),
    Persona("hassan", "Hassan Shoal", ("investigator",), _("Investigator: takes a lead to a case.")),
    Persona("ibrahim", "Ibrahim Cay", ("investigator",), _("Investigator: the second pair of eyes.")),
    Persona("nadia", "Nadia Lagoon", ("supervisor",), _("Supervisor: approves and signs off.")),
    Persona("yusuf", "Yusuf Atoll", ("commander",), _("Commander: answers for the unit.")),
    Persona("mariyam", "Mariyam Bank", ("evidence_handler",), _("Evidence handler: keeps exhibits.")),
    Persona("zeyna", "Zeyna Haven", ("victim_worker",), _("Victim worker: stands by the child.")),
    Persona("ali", "Ali Harbour", ("pg_liaison",), _("Prosecutor: receives the sealed file.")),
    Persona("laila", "Laila Strait", ("liaison",), _("Liaison officer: speaks with agencies abroad.")),
    Persona("omar", "Omar Tide", ("auditor",), _("Auditor: sees deadlines and the ledger, never a name.")),
    Persona("sana", "Sana Mast", ("administrator",), _("Administrator: keeps accounts and backups.")),
)


def install() -> User:
    """Make the personas and the system actor, where they are missing; the system actor."""
    acting = make_system()
    for persona in PERSONAS:
        user, made = User.objects.get_or_create(
            username=persona.username, defaults={"display_name": persona.name}
        )
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            Holding.objects.bulk_create(Holding(user=user, role=role) for role in persona.roles)
    return acting
