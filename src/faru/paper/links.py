"""The links of a lead: referrals as circles, what they share as boxes, how strongly in the line between.

`links_of` puts one node in the middle and what leads to it around; `links_in_columns` puts referrals left and
what they share right, for many referrals and for narrow pages. Labels come masked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from xml.sax.saxutils import escape

from faru.paper.labels import fitted, picture, shown, text, width, wrapped
from faru.paper.link_places import HUB, NARROW, WIDTH, Place, around, in_columns
from faru.paper.svg import ACT, CLOCK, INK, LINE, QUIET

SHOWN: Final = 24
"""Nodes that one picture holds; the rest is counted beneath."""
SIZE: Final = 12.0
SMALL: Final = 10.0
DOT: Final = 7.0


class NodeKind(StrEnum):
    """What a node stands for."""

    REFERRAL = "referral"
    VALUE = "value"  # something that referrals share: an address, an account, a hash


class Strength(StrEnum):
    """How much a link proves."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class LinkState(StrEnum):
    """Whether a link counts."""

    ON = "on"
    OFF = "off"  # an officer parted it, or a rule switched it off


@dataclass(frozen=True, slots=True)
class Node:
    """A referral or a shared value, under the label that the viewer may see."""

    id: str
    label: str
    kind: NodeKind


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two nodes by their ids; `label` says by what ("same account")."""

    a: str
    b: str
    label: str
    strength: Strength
    state: LinkState = LinkState.ON


def links_of(centre: str, nodes: Sequence[Node], links: Sequence[Link]) -> str:
    """An SVG with the node `centre` in the middle, or at the left where all else hangs together.

    It holds `SHOWN` nodes at most, the nearest first; the rest is counted. Raises ValueError where a node
    stands twice, or `centre` or an end of a link is no node.
    """
    known = _sound(nodes, links)
    if centre not in known:
        raise ValueError(f'"{centre}" is none of the nodes.')
    places, high = around(centre, known, _pairs(links), SHOWN)
    return _picture(nodes, links, places, WIDTH, high)


def links_in_columns(nodes: Sequence[Node], links: Sequence[Link]) -> str:
    """An SVG with referrals in a column left and shared values right; otherwise as `links_of`."""
    _sound(nodes, links)
    half = SHOWN // 2
    referrals = [node.id for node in nodes if node.kind is NodeKind.REFERRAL]
    values = [node.id for node in nodes if node.kind is NodeKind.VALUE]
    left = referrals[: max(half, SHOWN - len(values))]
    right = values[: max(half, SHOWN - len(referrals))]
    places, high = in_columns(left, right, _pairs(links))
    return _picture(nodes, links, places, NARROW, high)


def _sound(nodes: Sequence[Node], links: Sequence[Link]) -> dict[str, Node]:
    known = {node.id: node for node in nodes}
    if len(known) < len(nodes):
        raise ValueError("A node stands twice.")
    for link in links:
        for end in (link.a, link.b):
            if end not in known:
                raise ValueError(f'A link ends at "{end}", which is none of the nodes.')
    return known


def _pairs(links: Sequence[Link]) -> list[tuple[str, str]]:
    return [(link.a, link.b) for link in links]


def _picture(
    nodes: Sequence[Node], links: Sequence[Link], places: Mapping[str, Place], wide: float, high: float
) -> str:
    """The lines, over them the nodes, and beneath what the drawing means."""
    known = {node.id: node for node in nodes}
    drawn = [known[one] for one in places]
    seen = [link for link in links if link.a in places and link.b in places and link.a != link.b]
    captions = _captions(drawn, seen)
    parts = [_line(link, known, places) for link in seen]
    for node in drawn:
        place = places[node.id]
        parts += _node(node, place, captions.get(node.id, "")) if place.side else _hub(node, place)
    below, end = _below(drawn, seen, len(nodes) - len(drawn), high, wide)
    return picture(wide, end, _sentence(nodes, links), parts + below)


def _captions(drawn: Sequence[Node], links: Sequence[Link]) -> dict[str, str]:
    """What leads to a node, by its first link; a referral at a shared value needs no second word."""
    order = {node.id: number for number, node in enumerate(drawn)}
    captions: dict[str, str] = {}
    for link in links:
        here, other = sorted((link.a, link.b), key=order.__getitem__, reverse=True)
        node, reached = drawn[order[here]], drawn[order[other]]
        if NodeKind.VALUE in (node.kind, reached.kind) and node.kind is NodeKind.REFERRAL:
            node = reached
        captions.setdefault(node.id, link.label)
    return captions


def _line(link: Link, known: Mapping[str, Node], places: Mapping[str, Place]) -> str:
    one, other = sorted((places[link.a], places[link.b]), key=lambda place: place.column)
    if one.side == 0:
        start = one.x1 if other.side > 0 else one.x0
    elif one.side == other.side and one.column < other.column:
        start = one.far
    else:
        start = one.near
    beside = one.side == other.side and one.column == other.column
    bend = start - 26 * one.side if beside else (start + other.near) / 2
    off = link.state is LinkState.OFF
    colour, style = _STYLES[link.strength]
    said = (
        f"{shown(known[link.a].label)} and {shown(known[link.b].label)}: {shown(link.label)}, {link.strength}"
    )
    path = (
        f'<path d="M{start:.1f} {one.y:.1f}C{bend:.1f} {one.y:.1f} {bend:.1f} {other.y:.1f} {other.near:.1f}'
        f' {other.y:.1f}" fill="none" stroke="{LINE if off else colour}" {style}>'
        f"<title>{escape(said + ', switched off' * off)}</title></path>"
    )
    if not off:
        return path
    return path + _cross((start + 6 * bend + other.near) / 8, (one.y + other.y) / 2)


_STYLES: Final = {
    Strength.STRONG: (INK, 'stroke-width="2"'),
    Strength.MEDIUM: (INK, 'stroke-width="1.6" stroke-dasharray="6 4"'),
    Strength.WEAK: (QUIET, 'stroke-width="1.8" stroke-dasharray="0.1 4.5" stroke-linecap="round"'),
}


def _cross(x: float, y: float) -> str:
    return (
        f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8" fill="none" stroke="{CLOCK}" stroke-width="1.8"/>'
    )


def _node(node: Node, place: Place, caption: str) -> list[str]:
    room = place.x1 - place.x0
    anchor = "start" if place.side > 0 else "end"
    if node.kind is NodeKind.VALUE:
        at = place.x0 + 8 if place.side > 0 else place.x1 - 8
        room -= 16
        mark = (
            f'<rect x="{place.x0:.1f}" y="{place.y - 17:.1f}" width="{place.x1 - place.x0:.1f}" height="34"'
            f' rx="4" fill="#ffffff" stroke="{QUIET}"/>'
        )
    else:
        dot = place.x0 + DOT + 1 if place.side > 0 else place.x1 - DOT - 1
        at = dot + place.side * (DOT + 6)
        room -= 2 * DOT + 8
        mark = f'<circle cx="{dot:.1f}" cy="{place.y:.1f}" r="{DOT:g}" fill="{ACT}"/>'
    under = fitted(shown(caption), SMALL, room) if caption.strip() else ""
    high = place.y + (-1.5 if under else 4)
    parts = [mark, text(at, high, fitted(shown(node.label), SIZE, room), SIZE, anchor=anchor)]
    if under:
        parts.append(text(at, place.y + 11.5, under, SMALL, fill=QUIET, anchor=anchor))
    return parts


def _hub(node: Node, place: Place) -> list[str]:
    middle = (place.x0 + place.x1) / 2
    lines = wrapped(shown(node.label), SIZE, 2 * HUB - 10)
    if node.kind is NodeKind.VALUE:
        mark = (
            f'<rect x="{place.x0:.1f}" y="{place.y - HUB:.1f}" width="{2 * HUB:g}" height="{2 * HUB:g}"'
            f' rx="6" fill="#ffffff" stroke="{ACT}" stroke-width="2.5"/>'
        )
    else:
        mark = (
            f'<circle cx="{middle:.1f}" cy="{place.y:.1f}" r="{HUB:g}" fill="#ffffff" stroke="{ACT}"'
            ' stroke-width="2.5"/>'
        )
    first = place.y + 4 - 7.5 * (len(lines) - 1)
    return [
        mark,
        *(
            text(middle, first + 15 * number, line, SIZE, anchor="middle", bold=True)
            for number, line in enumerate(lines)
        ),
    ]


def _below(
    drawn: Sequence[Node], links: Sequence[Link], more: int, high: float, wide: float
) -> tuple[list[str], float]:
    """The key to what was drawn, how many nodes were not, and where the picture ends."""
    kinds = {node.kind for node in drawn}
    entries: list[tuple[str, str]] = []
    if NodeKind.REFERRAL in kinds:
        entries.append((f'<circle cx="16" cy="-4" r="{DOT - 1:g}" fill="{ACT}"/>', "referral"))
    if NodeKind.VALUE in kinds:
        box = f'<rect x="4" y="-10" width="22" height="12" rx="3" fill="#ffffff" stroke="{QUIET}"/>'
        entries.append((box, "shared value"))
    for strength in Strength:
        if any(link.strength is strength for link in links):
            colour, style = _STYLES[strength]
            entries.append((f'<path d="M2 -4H28" stroke="{colour}" {style}/>', f"{strength} link"))
    if any(link.state is LinkState.OFF for link in links):
        entries.append(
            (f'<path d="M2 -4H28" stroke="{LINE}" stroke-width="2"/>{_cross(15, -4)}', "switched off")
        )
    parts = []
    x, y = 4.0, high + 22
    for drawing, words in entries:
        room = 34 + width(words, 11) + 14
        if x + room > wide:
            x, y = 4.0, y + 18
        parts.append(
            f'<g transform="translate({x:.1f} {y:.1f})">{drawing}{text(34, 0, words, 11, fill=QUIET)}</g>'
        )
        x += room
    if more:
        y += 18
        parts.append(text(4, y, f"and {more} more: see the table", 11, fill=QUIET))
    return parts, y + 8


def _sentence(nodes: Sequence[Node], links: Sequence[Link]) -> str:
    referrals = sum(node.kind is NodeKind.REFERRAL for node in nodes)
    on = [link for link in links if link.state is LinkState.ON]
    counts = [f"{sum(link.strength is one for link in on)} {one}" for one in Strength]
    return (
        f"{referrals} referrals and {len(nodes) - referrals} shared values;"
        f" links that count: {', '.join(counts)}; switched off: {len(links) - len(on)}."
    )
