"""The one way by which a picture enters a page: our own SVG, checked before it is believed.

A page shows no other markup that was not built by a template or `format_html`.
"""

from dataclasses import dataclass
from typing import Final

from defusedxml import ElementTree

_SVG: Final = "{http://www.w3.org/2000/svg}"
_DRAWS: Final = frozenset(
    _SVG + name
    for name in (
        *("svg", "title", "desc", "defs", "g", "path", "rect", "circle", "ellipse", "line"),
        *("polyline", "polygon", "text", "tspan", "pattern", "clipPath", "marker", "linearGradient", "stop"),
    )
)
_BARRED: Final = ("on", "style", "href", "src", "{")


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
        if "<!" in self.svg or "<?" in self.svg:  # a page reads comments otherwise than XML does
            raise ValueError("A drawing may not hold comments or declarations.")
        root = ElementTree.fromstring(self.svg)
        if root.tag != f"{_SVG}svg" or root.get("role") != "img":
            raise ValueError('A drawing is one <svg> element with role="img".')
        for element in root.iter():
            if element.tag not in _DRAWS:
                raise ValueError(f"A drawing may not hold the element {element.tag}.")
            for name in element.keys():  # noqa: SIM118 - an Element is no mapping
                if name.lower().startswith(_BARRED):
                    raise ValueError(f"A drawing may not hold the attribute {name}.")

    def __html__(self) -> str:
        """The checked SVG, for `format_html`."""
        return self.svg
