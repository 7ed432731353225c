"""The way of a case: its stages as stations on a line, what is done, where it stands, what is to come.

`stages` runs across for a wide page, `stages_vertical` downward for a narrow one and for print.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from faru.paper.labels import picture, shown, text, wrapped
from faru.paper.svg import ACT, INK, LINE, QUIET

STATION: Final = 96.0
"""Room for one station across."""
STEP: Final = 46.0
"""Room for one station downward."""
NARROW: Final = 340.0
"""Width of the vertical rail."""
SIZE: Final = 12.5
BRANCH: Final = 22.0
"""How far a station that not every case passes stands off the line."""


@dataclass(frozen=True, slots=True)
class Station:
    """A stage. `branch`: not every case enters it, so the line passes it by."""

    id: str
    label: str
    branch: bool = False


Point = tuple[float, float]


def stages(stations: Sequence[Station], here: str, done: Set[str]) -> str:
    """The rail across, as SVG. `here` is the id of the current station, `done` those that were left behind.

    Raises ValueError where there is no station, one stands twice, or `here` is none of them.
    """
    _sound(stations, here)
    top = 34.0
    places = [
        (STATION * (number + 0.5), top + (BRANCH if one.branch else 0)) for number, one in enumerate(stations)
    ]
    parts = _lines(stations, places, here, done)
    for one, (x, y) in zip(stations, places, strict=True):
        parts += _mark(one, x, y, here, done)
        bold = one.id == here
        if bold:
            parts.append(text(x, top - 20, "now", 11, fill=ACT, anchor="middle", bold=True))
        for line, words in enumerate(wrapped(shown(one.label), SIZE + 0.5 * bold, STATION - 8)):
            at = top + BRANCH + 26 + 16 * line
            parts.append(text(x, at, words, SIZE, fill=_ink(one, here, done), anchor="middle", bold=bold))
    return picture(STATION * len(stations), top + BRANCH + 52, _sentence(stations, here, done), parts)


def stages_vertical(stations: Sequence[Station], here: str, done: Set[str]) -> str:
    """The rail downward, as SVG; otherwise as `stages`."""
    _sound(stations, here)
    left = 20.0
    places = [
        (left + (BRANCH if one.branch else 0), STEP * (number + 0.5)) for number, one in enumerate(stations)
    ]
    parts = _lines(stations, places, here, done)
    label, now = left + BRANCH + 22, 34.0
    for one, (x, y) in zip(stations, places, strict=True):
        parts += _mark(one, x, y, here, done)
        bold = one.id == here
        if bold:
            parts.append(text(NARROW - 4, y + 4, "now", 11, fill=ACT, anchor="end", bold=True))
        lines = wrapped(shown(one.label), SIZE + 0.5 * bold, NARROW - label - (now if bold else 4))
        for line, words in enumerate(lines):
            at = y + 4.5 + 16 * line - 8 * (len(lines) - 1)
            parts.append(text(label, at, words, SIZE, fill=_ink(one, here, done), bold=bold))
    return picture(NARROW, STEP * len(stations), _sentence(stations, here, done), parts)


def _sound(stations: Sequence[Station], here: str) -> None:
    ids = [one.id for one in stations]
    if len(set(ids)) < len(ids):
        raise ValueError(f"A stage stands twice among {', '.join(ids)}.")
    if here not in ids:
        raise ValueError(f'"{here}" is none of the stages {", ".join(ids)}.')


def _lines(stations: Sequence[Station], places: Sequence[Point], here: str, done: Set[str]) -> list[str]:
    """The line from each station of the main way to the next, and the ways off it and back."""
    passed = [one.id in done or one.id == here for one in stations]
    parts = []
    for one, other in pairwise([number for number, station in enumerate(stations) if not station.branch]):
        # the straight way past a branch was taken only if the case did not go through the branch
        aside = any(passed[between] for between in range(one + 1, other))
        taken = passed[one] and passed[other] and not aside
        parts.append(_line(places[one], places[other], taken=taken))
    for one, other in pairwise(range(len(stations))):
        if stations[one].branch or stations[other].branch:
            taken = passed[one] and passed[other]
            parts.append(_line(places[one], places[other], taken=taken, dashed=True))
    return parts


def _line(start: Point, end: Point, *, taken: bool, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="4 4"' if dashed else ""
    colour, wide = (ACT, 3) if taken else (LINE, 2)
    return (
        f'<path d="M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}" stroke="{colour}"'
        f' stroke-width="{wide}"{dashes}/>'
    )


def _mark(one: Station, x: float, y: float, here: str, done: Set[str]) -> list[str]:
    """Done: filled, with a tick. Here: a ring with its centre. To come: hollow."""
    if one.id == here:
        return [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="#ffffff" stroke="{ACT}" stroke-width="3"/>',
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{ACT}"/>',
        ]
    if one.id in done:
        tick = f"M{x - 3.6:.1f} {y + 0.2:.1f}l2.6 2.8l4.8 -5.8"
        return [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="{ACT}"/>',
            f'<path d="{tick}" fill="none" stroke="#ffffff" stroke-width="1.8"/>',
        ]
    return [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="#ffffff" stroke="{QUIET}" stroke-width="1.6"/>']


def _ink(one: Station, here: str, done: Set[str]) -> str:
    return INK if one.id == here or one.id in done else QUIET


def _sentence(stations: Sequence[Station], here: str, done: Set[str]) -> str:
    number = next(place for place, one in enumerate(stations, 1) if one.id == here)
    behind = [shown(one.label) for one in stations if one.id in done and one.id != here]
    ahead = [shown(one.label) for one in stations if one.id not in done and one.id != here]
    return (
        f"Stage {number} of {len(stations)}: {shown(stations[number - 1].label)}."
        f" Done: {', '.join(behind) or 'none'}. Not done: {', '.join(ahead) or 'none'}."
    )
