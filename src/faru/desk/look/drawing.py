"""The one way by which a picture enters a page: our own SVG, checked before it is believed.

A page shows no other markup that was not built by a template or `format_html`.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

_DRAWS: Final = frozenset(
    (
        *("svg", "defs", "g", "path", "rect", "circle", "ellipse", "line", "polyline"),
        *("polygon", "text", "tspan", "pattern", "clippath", "marker", "lineargradient", "stop"),
    )
)
"""Elements that draw and do nothing else, in small letters as a page reads them."""
_BARRED: Final = ("on", "style", "href", "src", "xlink", "data")
_TITLE: Final = re.compile(r"<title>[^<]*</title>")
"""A page reads HTML within a title, so it holds text alone."""


class _Check(HTMLParser):
    """Reads the drawing as the page will. Raises ValueError for what it may not hold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element: one of ours, with attributes that only draw; the outermost is the picture itself."""
        if tag not in _DRAWS:
            raise ValueError(f"A drawing may not hold the element {tag}.")
        for name, _value in attrs:
            if name.startswith(_BARRED):
                raise ValueError(f"A drawing may not hold the attribute {name}.")
        if not self.open and (self.ended or tag != "svg" or dict(attrs).get("role") != "img"):
            raise ValueError('A drawing is one <svg> element with role="img".')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """The end of the element that was opened last."""
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"A drawing has an end of {tag} without a beginning.")
        self.ended = not self.open

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that holds nothing."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        """Text, which stands only within the picture."""
        if not self.open and data.strip():
            raise ValueError("A drawing has nothing beside its <svg> element.")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture drawn by `faru.paper`, with the sentence that says what it shows.

    Raises ValueError for anything that is not plain drawing: scripts, styles, links, other elements.
    """

    svg: str
    sentence: str

    def __post_init__(self) -> None:
        if not self.sentence.strip():
            raise ValueError("A drawing needs the sentence that says what it shows.")
        if "<!" in self.svg or "<?" in self.svg:
            raise ValueError("A drawing may not hold comments or declarations.")
        check = _Check()
        check.feed(_TITLE.sub("", self.svg))
        check.close()
        if check.open or not self.svg.endswith("</svg>"):
            raise ValueError("A drawing ends with its <svg> element.")

    def __html__(self) -> str:
        """The checked SVG, for `format_html`."""
        return self.svg
