"""A reported child's record, opened on purpose: the one place that puts a child's values on a page."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faru.desk.referrals.queries.values import ACCOUNTS, FACTS, OTHER, ROLES

Titled = tuple[str, list[tuple[Any, str]]]

_PERSON: Final = {
    "first_name": gettext_lazy("First name"),
    "middle_name": gettext_lazy("Middle name"),
    "last_name": gettext_lazy("Last name"),
    "preferred_name": gettext_lazy("Called"),
    "date_of_birth": gettext_lazy("Date of birth"),
    "age": gettext_lazy("Age"),
    "gender": gettext_lazy("Gender"),
    "occupation": gettext_lazy("Occupation"),
    "relationship_to_child": gettext_lazy("Relationship to the child"),
    "country": gettext_lazy("Country"),
    "addresses": gettext_lazy("Postal address"),
}


def revealed(record: dict[str, Any]) -> tuple[Titled, ...]:
    """A child's opened record as titled lists of (what, value): all that was reported."""
    child = record["child"]
    seen = [(_("Address"), _seen(one)) for one in record["observations"].values()]
    return (
        (_("Person"), _person(child["person"])),
        (_("Accounts"), [(ACCOUNTS[one["kind"]], one["value"]) for one in child["accounts"]]),
        (_("Addresses seen"), seen),
        (_("Names taken out of free text"), [(_("Name"), name) for name in child["names"]]),
        (_("Free text as typed"), [(_("Text"), text) for text in record["texts"].values()]),
        (_("Fields nobody reads"), [(path, value) for path, value in child["unread"]]),
    )


def _person(person: dict[str, Any]) -> list[tuple[Any, str]]:
    rows: list[tuple[Any, str]] = [(_("Who"), str(ROLES[person["role"]]))]
    for name, label in (_PERSON | FACTS).items():
        if person[name] not in (None, []):
            rows.append((label, _words(person[name])))
    return rows + [(OTHER.get(name, name), value) for name, value in person["other"]]


def _words(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _seen(one: dict[str, Any]) -> str:
    """Address, port and time as they were written."""
    parts = [one["literal"], None if one["port"] is None else f": {one['port']}"]
    parts.append(f"· {one['at']['original']}" if one["at"] else None)
    return " ".join(part for part in parts if part)
