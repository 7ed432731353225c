"""Where the nodes of a picture of links stand, so that no label lies on another and few lines cross.

What hangs together stands on one side of the middle: no line runs behind a node that it does not end at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

HUB: Final = 42.0
"""Radius of the node in the middle."""
ROW: Final = 42.0
"""Room for one node downward."""
LOW_ROW: Final = 30.0
"""Room for a referral in a column of its own."""
WIDTH: Final = 720.0
NARROW: Final = 400.0

Pairs = Sequence[tuple[str, str]]
"""The ends of each link."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the middle is, and the rooms of the near and the far column as distances from it."""

    middle: float
    near: tuple[float, float]
    far: tuple[float, float]


BOTH_SIDES: Final = Frame(WIDTH / 2, (90, 232), (262, 356))
ONE_SIDE: Final = Frame(HUB + 6, (100, 330), (400, 668))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node is drawn: the ends of its room and the middle of its row."""

    x0: float
    x1: float
    y: float
    side: int  # +1: right of the middle, -1: left of it, 0: in it
    column: int  # 0 in the middle, then outward

    @property
    def near(self) -> float:
        """The end that looks to the middle."""
        return self.x0 if self.side > 0 else self.x1

    @property
    def far(self) -> float:
        """The other end."""
        return self.x1 if self.side > 0 else self.x0


def around(centre: str, ids: Iterable[str], pairs: Pairs, most: int) -> tuple[dict[str, Place], float]:
    """Places for the centre and the nodes nearest to it, so many in all at most; and the height."""
    under = _hung(centre, ids, pairs)
    kept = [centre, *under][:most]
    children: dict[str, list[str]] = {one: [] for one in kept}
    for one in kept[1:]:
        children[under[one]].append(one)
    right: list[str] = []
    left: list[str] = []
    for group in _together(centre, children, pairs):
        (right if _rows(right, children) <= _rows(left, children) else left).extend(group)
    frame = BOTH_SIDES if left else ONE_SIDE
    if not any(children[one] for one in (*right, *left)):  # the room of the far column is free
        frame = replace(frame, near=(frame.near[0], frame.far[1]))
    high = max(ROW * _rows(right, children), ROW * _rows(left, children), 2 * HUB + 4) + 8
    places = {centre: Place(frame.middle - HUB, frame.middle + HUB, high / 2, 0, 0)}
    for sign, side in ((1, right), (-1, left)):
        places |= _stacked(side, children, frame, sign, high)
    return {one: places[one] for one in kept}, high


def _hung(centre: str, ids: Iterable[str], pairs: Pairs) -> dict[str, str]:
    """From the middle outward: near nodes under the centre, far ones under a near one that leads there."""
    neighbours: dict[str, dict[str, None]] = {one: {} for one in ids}
    for a, b in pairs:
        neighbours[a][b] = neighbours[b][a] = None
    under = {one: centre for one in neighbours[centre] if one != centre}
    waiting = list(under)
    while waiting:
        here = waiting.pop(0)
        top = here if under[here] == centre else under[here]
        for one in neighbours[here]:
            if one != centre and one not in under:
                under[one] = top
                waiting.append(one)
    # nothing leads to the rest: each stands by itself
    return under | {one: centre for one in neighbours if one != centre and one not in under}


def _together(centre: str, children: Mapping[str, Sequence[str]], pairs: Pairs) -> list[list[str]]:
    """The near nodes in groups that no link joins but those through the middle."""
    group: dict[str, int] = {}
    for number, near in enumerate(children[centre]):
        group |= dict.fromkeys((near, *children[near]), number)
    for a, b in pairs:
        if a in group and b in group:
            gone, stays = group[b], group[a]
            group = {one: stays if number == gone else number for one, number in group.items()}
    return [
        [near for near in children[centre] if group[near] == number]
        for number in dict.fromkeys(group.values())
    ]


def _rows(side: Iterable[str], children: Mapping[str, Sequence[str]]) -> int:
    return sum(max(1, len(children[one])) for one in side)


def _stacked(
    side: Sequence[str], children: Mapping[str, Sequence[str]], frame: Frame, sign: int, high: float
) -> dict[str, Place]:
    """A near node in the middle of the rows of the far ones that hang under it."""
    places = {}
    top = (high - ROW * _rows(side, children)) / 2
    for one in side:
        rows = max(1, len(children[one]))
        places[one] = _place(frame, frame.near, top + ROW * rows / 2, sign, 1)
        for number, far in enumerate(children[one]):
            places[far] = _place(frame, frame.far, top + ROW * (number + 0.5), sign, 2)
        top += ROW * rows
    return places


def _place(frame: Frame, room: tuple[float, float], y: float, sign: int, column: int) -> Place:
    x0, x1 = sorted(frame.middle + sign * end for end in room)
    return Place(x0, x1, y, sign, column)


def in_columns(left: Sequence[str], right: Sequence[str], pairs: Pairs) -> tuple[dict[str, Place], float]:
    """Places in two columns, each in an order that lets few lines cross; and the height."""
    left = _by_neighbours(left, right, pairs)
    right = _by_neighbours(right, left, pairs)
    high = max(LOW_ROW * len(left), ROW * len(right), ROW)
    places = {}
    for column, x0, x1, sign in ((left, 4.0, 150.0, -1), (right, 240.0, 396.0, 1)):
        for number, one in enumerate(column):
            places[one] = Place(x0, x1, 4 + high * (number + 0.5) / len(column), sign, 1)
    return places, high + 8


def _by_neighbours(ids: Sequence[str], others: Sequence[str], pairs: Pairs) -> list[str]:
    """The ids by the mean row of the others that they are linked to; those without a link come last."""
    rows = {one: number for number, one in enumerate(others)}
    found: dict[str, list[int]] = {one: [] for one in ids}
    for a, b in (*pairs, *((b, a) for a, b in pairs)):
        if a in found and b in rows:
            found[a].append(rows[b])
    return sorted(ids, key=lambda one: sum(found[one]) / len(found[one]) if found[one] else len(others))
