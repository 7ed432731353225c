"""What is looked for on any page: does it fit, can everybody read it, does it hold in both directions?

With FARU_SCREENS=1 each page is also kept as a picture in build/screens, to be looked at by people.
"""

import os
from pathlib import Path
from typing import Final

from playwright.sync_api import Page
from tests.browser.officer import NARROW, WIDE, Officer
from tests.desk.look.rtl import digits_outside_bdi

_HOUSE: Final = Path(__file__).parents[2]
_AXE: Final = _HOUSE / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_SCREENS: Final = _HOUSE / "build" / "screens"
_SIDEWAYS: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_OUTLINE: Final = (
    "(s => [s.outlineStyle, parseInt(s.outlineWidth)])(getComputedStyle(document.activeElement))"
)
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def look_at(officer: Officer, called: str) -> None:
    """Look at the page that is open, wide and narrow. What is poor is said in one list."""
    page, found = officer.page, []
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if sideways := page.evaluate(_SIDEWAYS):
            found.append(f"{width}: scrolls sideways by {sideways} px")
        found += [f"{width}: {fault}" for fault in _faults(page)]
        if os.environ.get("FARU_SCREENS"):
            page.screenshot(path=_SCREENS / f"{officer.language}-{width}-{called}.png", full_page=True)
    page.set_viewport_size({"width": WIDE, "height": 900})
    if officer.language == "dv":
        found += [f"a digit that may be turned round: {text}" for text in digits_outside_bdi(page.content())]
        if page.locator("html").get_attribute("dir") != "rtl":
            found.append("is not written from right to left")
    page.keyboard.press("Tab")
    if page.evaluate(_OUTLINE) != ["solid", 3]:
        found.append("the focus can't be seen")
    found += officer.complaints
    assert not found, "\n".join(found)


def _faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical."""
    told = page.evaluate("rules => axe.run({resultTypes: ['violations'], runOnly: rules})", _RULES)
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in told["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
