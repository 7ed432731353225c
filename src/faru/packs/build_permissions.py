"""What each role may do, and whether the roles together make a unit that can work without seeing too much."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from faru.loaders.yaml import Located
from faru.packs.findings import Severity
from faru.packs.sheets import Sheets
from faru.policy import Policy
from faru.vocabulary.permissions import Permission

CASE_DATA: Final = frozenset(
    {
        Permission.CASE_READ,
        Permission.CASE_READ_ALL,
        Permission.CASE_READ_SENT,
        Permission.CHILD_REVEAL,
        Permission.LEAD_READ,
        Permission.RAW_OPEN,
        Permission.REFERRAL_READ,
    }
)
"""What nobody may have who makes users: that person could make themselves anybody."""

HELD_BY_SOMEBODY: Final = (
    Permission.ADMIN_USERS,
    Permission.CASE_SIGN,
    Permission.INTERRUPT_CLEAR,
    Permission.REFERRAL_INGEST,
    Permission.REQUEST_APPROVE,
)
"""Without somebody who may do these the work stops."""


def permissions(sheets: Sheets, sheet: Located) -> dict[str, frozenset[Permission]]:
    """The permissions of each role; a name that is none is a finding at its line."""
    known = {one.value: one for one in Permission}
    found = {}
    for role, one in sheet.value.items():
        for place, name in enumerate(one["permissions"]):
            if name not in known:
                sheets.say(sheet, (role, "permissions", place), _unknown(name, known))
        found[role] = frozenset(known[name] for name in one["permissions"] if name in known)
    return found


def check_permissions(
    sheets: Sheets, held: Mapping[str, frozenset[Permission]], policies: Iterable[Policy]
) -> None:
    """Say who has too much, what nobody may do, and what a policy asks of roles that may not do it."""
    sheet = sheets.get("roles.yaml")
    if sheet is None:
        return
    for role, may in held.items():
        if Permission.ADMIN_USERS in may and may & CASE_DATA:
            seen = ", ".join(sorted(may & CASE_DATA))
            sentence = f'"{role}" makes users and so must not see case data: take {seen} from it.'
            sheets.say(sheet, (role, "permissions"), sentence)
    for needed in HELD_BY_SOMEBODY:
        if not any(needed in may for may in held.values()):
            sheets.say(
                sheet, (), f'No role has "{needed}": nobody may do it; give it to one.', Severity.WARNING
            )
    for role, needed, act in sorted(_asked(policies)):
        if role in held and needed not in held[role]:
            sentence = f'A policy lets "{role}" {act}, and the role has no "{needed}"; add it.'
            sheets.say(sheet, (role, "permissions"), sentence, Severity.WARNING)


def _asked(policies: Iterable[Policy]) -> set[tuple[str, Permission, str]]:
    """(role, permission, the act in words) that the policies rely on."""
    asked = set()
    for policy in policies:
        for step in policy.steps():
            asked |= {(role, Permission.CASE_STEP, "do a step") for role in step.by}
            if step.signoff:
                asked.add((step.signoff, Permission.CASE_SIGN, "sign a step off"))
        asked |= {
            (one.clear_by, Permission.INTERRUPT_CLEAR, "clear an interrupt") for one in policy.interrupts
        }
    return asked


def _unknown(name: str, known: Mapping[str, Permission]) -> str:
    close = get_close_matches(name, known, n=1)
    mend = f'did you mean "{close[0]}"?' if close else "docs/pack-authors-guide.md lists them all."
    return f'"{name}" is no permission; {mend}'
