"""Read a pack whole, build it and check it: the one way that `load` and `check` both take."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from faru.loaders.yaml import Located
from faru.packs import build_parts as parts
from faru.packs.build_letters import check_letters
from faru.packs.build_letters import letters as build_letters
from faru.packs.build_permissions import check_permissions, permissions
from faru.packs.build_policy import policy
from faru.packs.build_triage import rulebook
from faru.packs.cross_checks import (
    check_contacts,
    check_deadlines,
    check_policies,
    check_triage,
)
from faru.packs.findings import Finding, PackFault, Severity
from faru.packs.model import Pack
from faru.packs.sheets import Sheets
from faru.policy import Policy

Part = TypeVar("Part")

SHIPPED = Path(__file__).parent
"""Where the packs that ship with Faru stand."""


def find(name_or_dir: str | Path) -> Path:
    """The folder of a shipped pack by its name, or of any pack by its path. Raises PackFault."""
    text = str(name_or_dir)
    shipped = SHIPPED / text
    if text.isidentifier() and (shipped / "pack.yaml").is_file():
        return shipped
    path = Path(name_or_dir)
    if not path.is_dir():
        names = ", ".join(sorted(one.parent.name for one in SHIPPED.glob("*/pack.yaml")))
        raise PackFault(f"{text}: There is no pack of that name and no such folder; shipped are: {names}.")
    if not (path / "pack.yaml").is_file():
        raise PackFault(f"{text}: This folder is no pack; a pack has a file pack.yaml.")
    return path


def examine(name_or_dir: str | Path) -> tuple[Pack | None, tuple[Finding, ...]]:
    """The pack, None where it has errors, and everything found. Raises PackFault where there is no pack."""
    try:
        sheets = Sheets(find(name_or_dir))
        pack = _build(sheets)
    except OSError as error:
        raise PackFault(f"{error.filename}: This cannot be read ({error.strerror}).") from None
    in_order = sorted(sheets.findings, key=lambda one: (one.file, one.line or 0, one.sentence))
    found = tuple(dict.fromkeys(in_order))
    broken = any(one.severity is Severity.ERROR for one in found)
    return None if broken else pack, found


def _build(sheets: Sheets) -> Pack | None:
    """Build what can be built, so that one broken file does not hide what is wrong with the others."""
    head, holidays, triage = (sheets.get(f"{name}.yaml") for name in ("pack", "holidays", "triage"))
    calendar = parts.calendar(sheets, head, holidays) if head and holidays else None
    roles = _part(sheets, "roles", parts.roles)
    may = _part(sheets, "roles", permissions)
    reasons = _part(sheets, "reasons", parts.reasons)
    deadlines = _part(sheets, "deadlines", parts.deadlines)
    contacts = _part(sheets, "contacts", parts.contacts)
    offences = _part(sheets, "offences", parts.offences)
    zone = calendar.zone if calendar else "UTC"
    carriers = _part(sheets, "carriers", partial(parts.carriers, zone=zone))
    made: list[tuple[Located, Policy]] = []
    if calendar and roles is not None and deadlines is not None:
        made = [(one, policy(sheets, one, calendar, roles, deadlines)) for one in sheets.folder("policies")]
        check_policies(sheets, made, offences or ())
        check_deadlines(sheets, deadlines, [one for _, one in made])
    letters = _part(sheets, "letters", build_letters)
    if carriers and contacts is not None:
        check_contacts(sheets, carriers, contacts)
    if carriers and letters is not None:
        check_letters(sheets, carriers, letters)
    policies = tuple(one for _, one in made)
    if may is not None:
        check_permissions(sheets, may, policies)
    check_triage(sheets, policies)
    begins = sheets.day(head, ("effective_from",)) if head else None
    if head is None or calendar is None or triage is None or begins is None:
        return None
    confirmed = parts.confirmation(sheets, head, ())
    if confirmed is None:
        sheets.say(head, ("confirmed",), "Nobody has confirmed this pack.", Severity.WARNING)
    return Pack(
        root=sheets.root,
        digest=sheets.digest(),
        id=head.value["id"],
        name=head.value["name"],
        country=head.value["country"],
        version=head.value["version"],
        effective_from=begins,
        languages=tuple(head.value["languages"]),
        zone=calendar.zone,
        phone_prefix=head.value["phone_prefix"],
        confirmed=confirmed,
        calendar=calendar,
        roles=roles or (),
        permissions=may or {},
        reasons=reasons or {},
        deadlines=deadlines or (),
        policies=policies,
        offences=offences or (),
        carriers=carriers or (),
        contacts=contacts or (),
        letters=letters or (),
        rulebook=rulebook(head.value, triage, sheets.folder("phrases"), policies),
    )


def _part(sheets: Sheets, name: str, build: Callable[[Sheets, Located], Part]) -> Part | None:
    """What a file makes; None where the file could not be used."""
    sheet = sheets.get(f"{name}.yaml")
    return None if sheet is None else build(sheets, sheet)
