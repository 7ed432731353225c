"""The forms of a page as somebody fills them in: every field that the page shows, with a plausible value."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

WHEN = {"datetime-local": "2026-03-12T10:00", "date": "2026-03-12", "number": "1"}


@dataclass
class Form:
    """Where it goes, and what is filled in."""

    action: str
    method: str
    values: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    """Reads them off a page; `found` has them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element."""
        one = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(one.get("action", ""), one.get("method", "get").lower()))
        if not self.found:
            return
        form, name, kind = self.found[-1], one.get("name", ""), one.get("type", "text")
        if tag in ("input", "select", "textarea") and name:
            form.names.add(name)
        if tag == "textarea" and name:
            form.values[name] = "Invented words."
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and one.get("value"):
            form.values.setdefault(self._select, one["value"])
        elif tag == "input" and name:
            self._input(form, name, kind, one)

    def handle_endtag(self, tag: str) -> None:
        """A list of choices ends."""
        if tag == "select":
            self._select = ""

    def _input(self, form: Form, name: str, kind: str, one: dict[str, str]) -> None:
        if kind == "hidden":
            form.values[name] = one.get("value", "")
        elif kind in ("radio", "checkbox"):
            form.values.setdefault(name, one.get("value", "on"))
        elif kind == "file":
            form.values[name] = SimpleUploadedFile("paper.txt", b"An invented paper.\n")
        elif kind not in ("submit", "button", "password"):
            form.values[name] = WHEN.get(kind, one.get("value") or "Words")
