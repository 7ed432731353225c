"""A reported child's record, opened on purpose: the one place that puts a child's values on a page."""

from typing import Any

from django.utils.translation import gettext_lazy as _


def revealed(record: dict[str, Any]) -> tuple[tuple[object, list[tuple[str, str]]], ...]:
    """A child's opened record as titled lists of (what, value), of what was reported."""
    child = record["child"]
    person = [
        (name.replace("_", " "), _words(value))
        for name, value in child["person"].items()
        if name != "other" and value not in (None, [], "")
    ]
    person += [(name, value) for name, value in child["person"]["other"]]
    return (
        (_("Person"), person),
        (_("Accounts"), [(one["kind"].replace("_", " "), one["value"]) for one in child["accounts"]]),
        (
            _("Addresses seen"),
            [(_seen_at(one), _with_port(one)) for one in record["observations"].values()],
        ),
        (_("Names taken out of free text"), [("", name) for name in child["names"]]),
        (_("Free text as typed"), [("", text) for text in record["texts"].values()]),
        (_("Fields nobody reads"), [(path, value) for path, value in child["unread"]]),
    )


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _with_port(seen: dict[str, Any]) -> str:
    return seen["literal"] if seen["port"] is None else f"{seen['literal']} : {seen['port']}"


def _seen_at(seen: dict[str, Any]) -> str:
    return seen["at"]["original"] if seen["at"] else ""
