"""Reads a page as a reader of Dhivehi does: which digits are not isolated, and would be turned round?"""

import re
from html.parser import HTMLParser
from typing import Final

DIGIT: Final = re.compile(r"\d")
EMPTY: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
UNSHOWN: Final = frozenset(("head", "script", "style", "noscript"))
PLAIN: Final = frozenset(("option", "textarea", "svg"))
"""Elements that can hold no <bdi>; the text of a picture runs left to right as a whole."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.safe: list[tuple[str, bool]] = [("", False)]
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in EMPTY:
            return
        isolates = tag == "bdi" or dict(attrs).get("dir") == "ltr"
        self.safe.append((tag, self.safe[-1][1] or isolates or tag in UNSHOWN | PLAIN))

    def handle_endtag(self, tag: str) -> None:
        while any(tag == name for name, _ in self.safe):
            if self.safe.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self.safe[-1][1] and DIGIT.search(data):
            self.found.append(" ".join(data.split()))


def digits_outside_bdi(html: str) -> list[str]:
    """Each text with a digit in it that stands in no <bdi> and no element with dir="ltr"."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


INLINE: Final = re.compile(r"<[a-z][^>]*?\s(style|on[a-z]+)\s*=[^>]*>", re.IGNORECASE)


def inline_code(html: str) -> list[str]:
    """Each tag with a style or an event handler, each script or style with a body: what a CSP refuses."""
    bodies = re.findall(r"<(?:script|style)\b[^>]*>\s*[^<\s][^<]*", html, re.IGNORECASE)
    return [match.group(0) for match in INLINE.finditer(html)] + bodies
