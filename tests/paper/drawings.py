"""What the tests of pictures look at: boxes of texts and marks, and what no page may be given."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple
from xml.etree import ElementTree

from faru.paper.labels import width

SVG = "{http://www.w3.org/2000/svg}"


class Box(NamedTuple):
    """A rectangle and what stands in it."""

    x0: float
    y0: float
    x1: float
    y1: float
    words: str


def texts(svg: str) -> list[Box]:
    """The box of each text, moved by the group that it stands in."""
    return list(_texts(ElementTree.fromstring(svg), 0.0, 0.0))


def _texts(element: ElementTree.Element, dx: float, dy: float) -> Iterator[Box]:
    moved = element.get("transform")
    if moved:
        across, down = map(float, moved.removeprefix("translate(").removesuffix(")").split())
        dx, dy = dx + across, dy + down
    if element.tag == f"{SVG}text":
        size, words = float(element.attrib["font-size"]), element.text or ""
        long = width(words, size)
        x, y = dx + float(element.attrib["x"]), dy + float(element.attrib["y"])
        x -= {"start": 0.0, "middle": long / 2, "end": long}[element.attrib["text-anchor"]]
        yield Box(x, y - 0.75 * size, x + long, y + 0.2 * size, words)
    for part in element:
        yield from _texts(part, dx, dy)


def overlapping(boxes: list[Box]) -> list[tuple[str, str]]:
    """The words of each two boxes that lie on one another."""
    return [
        (one.words, other.words)
        for one, other in combinations(boxes, 2)
        if one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1
    ]


def outside(svg: str, boxes: list[Box]) -> list[str]:
    """The words of each box that leaves the picture."""
    _, _, wide, high = map(float, ElementTree.fromstring(svg).attrib["viewBox"].split())
    return [box.words for box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > wide or box.y1 > high]


def faults(svg: str) -> list[str]:
    """What a strict page refuses, or what a reader of the screen misses."""
    root = ElementTree.fromstring(svg)
    found = (
        [] if root.get("role") == "img" and root[0].tag == f"{SVG}title" and root[0].text else ["no sentence"]
    )
    for element in root.iter():
        if element.tag.removeprefix(SVG) not in {"svg", "title", "text", "path", "circle", "rect", "g"}:
            found.append(element.tag)
        found += [
            name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name
        ]
    return found
