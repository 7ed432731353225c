"""The walk of a case, played in windows: each step typed into the form that asks for it."""

from dataclasses import dataclass, field
from typing import Any

from tests.browser.officer import Officer
from tests.desk.cases.walk import Walk

from faru.desk.cases.models import Dossier


@dataclass
class Walked(Walk):
    """A case on its way through the browser. `as_` opens a persona's window."""

    windows: dict[str, Officer] = field(default_factory=dict)
    last: str = ""

    def window(self, who: str) -> Officer:
        """One window a persona."""
        if who not in self.windows:
            self.windows[who] = self.as_(who)
        return self.windows[who]

    def did(self, who: str, path: str, **data: Any) -> None:
        """Fill in the form on the case's own page, and be told that it was done."""
        officer, page = self.window(who), f"/cases/{self.number}/"
        if self.last != who or officer.at != page:
            officer.go(page)
        if "role" in data and not officer.asks(page + path, "role"):
            del data["role"]  # who has one role in the step is not asked for it
        officer.send(page + path, data)
        officer.done()
        assert officer.at == page
        self.last = who

    def build(self, who: str = "investigator") -> Dossier:
        """Build the dossier; the page shows by itself when it is there."""
        made = super().build(who)
        self.window(who).page.locator('#dossier form[action$="/send/"]').wait_for()
        return made
