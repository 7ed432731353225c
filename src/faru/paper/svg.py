"""Pictures drawn on the server: the same file for a page and for print, no style attribute, no script.

`leases_around` shows which record rows meet the windows around one instant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from xml.sax.saxutils import escape

from faru.paper.glyphs import BODY, FARU

INK: Final = "#1d2733"
QUIET: Final = "#667085"
LINE: Final = "#d0d5dd"
ACT: Final = "#0b6e99"
CLOCK: Final = "#b54708"

FONT: Final = f"{FARU}, {BODY}, sans-serif"
LEFT, WIDTH, ROW, TOP, FOOT = 150.0, 640.0, 24.0, 40.0, 34.0
LEAST: Final = timedelta(seconds=20)
"""The shortest time that a picture shows."""
SHOWN: Final = 30
"""Bars that one picture holds; the rest is counted beneath."""
LABEL: Final = 23
"""Characters of a label; longer ones are cut, and stand in full in the table."""


class Within(StrEnum):
    """Which window a row meets."""

    CORE = "core"
    TOLERANCE = "tolerance"


@dataclass(frozen=True, slots=True)
class Lease:
    """One record row, [start, end); no end: it was open. Times are aware."""

    label: str
    start: datetime
    end: datetime | None
    within: Within


def leases_around(
    leases: Sequence[Lease], *, core: tuple[datetime, datetime], tolerance: tuple[datetime, datetime]
) -> str:
    """An SVG with one bar a row, in the order given, around the core and the tolerance window (closed).

    The time shown is the tolerance window and as much again on either side; a row that goes on beyond it
    ends in an arrow. Rows in the core window are filled, rows only within the tolerance are hatched; times
    are UTC. Give only labels that are `drawable`.
    """
    first, last = _view(core, tolerance)
    shown = leases[:SHOWN]
    height = TOP + ROW * max(len(shown), 1) + FOOT

    def x(moment: datetime) -> float:
        return LEFT + (WIDTH - LEFT) * ((moment - first) / (last - first))

    bottom = height - FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 10:g} {height:g}" role="img">',
        f"<title>{escape(_sentence(leases, core, tolerance))}</title>",
        _HATCH,
        _band(x(tolerance[0]), x(tolerance[1]), bottom, "#fdf3e7"),
        _band(x(core[0]), x(core[1]), bottom, "#d9eaf2"),
        _rule(x(tolerance[0]), bottom, CLOCK, dashed=True),
        _rule(x(tolerance[1]), bottom, CLOCK, dashed=True),
        _rule(x(core[0]), bottom, ACT),
        _rule(x(core[1]), bottom, ACT),
    ]
    same = core == tolerance
    parts.append(_text(x(core[0]) - 3, 14, "reported time" if same else "core window", ACT, "middle"))
    if not same:
        parts.append(_text(x(tolerance[0]) - 3, 30, "tolerance", CLOCK, "end"))
    for number, lease in enumerate(shown):
        parts += _bar(lease, TOP + ROW * number, first, last, x(lease.start), x(lease.end or last))
    if not shown:
        parts.append(_text(LEFT + 6, TOP + 15, "no row meets the windows", QUIET))
    parts.append(f'<path d="M{LEFT:g} {bottom:g}H{WIDTH:g}" stroke="{LINE}"/>')
    parts += _ticks(x, first, last, core, bottom)
    if len(leases) > SHOWN:
        parts.append(_text(0, height - 4, f"and {len(leases) - SHOWN} more rows: see the table", QUIET))
    return "".join([*parts, "</svg>"])


_HATCH: Final = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    f' patternTransform="rotate(45)"><rect width="6" height="6" fill="#ffffff"/>'
    f'<rect width="2.4" height="6" fill="{CLOCK}"/></pattern></defs>'
)


def _view(core: tuple[datetime, datetime], tolerance: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    low, high = min(core[0], tolerance[0]), max(core[1], tolerance[1])
    margin = max(high - low, LEAST)
    return _moved(low, -margin), _moved(high, margin)


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:  # the first or the last day of the calendar
        return moment


def _sentence(
    leases: Sequence[Lease], core: tuple[datetime, datetime], tolerance: tuple[datetime, datetime]
) -> str:
    inside = sum(lease.within is Within.CORE for lease in leases)
    return (
        f"{len(leases)} record rows around {_iso(core[0])}: {inside} meet the core window, {_iso(core[0])} to"
        f" {_iso(core[1])}, {len(leases) - inside} only the tolerance window,"
        f" {_iso(tolerance[0])} to {_iso(tolerance[1])}."
    )


def _bar(lease: Lease, top: float, first: datetime, last: datetime, start: float, end: float) -> list[str]:
    core = lease.within is Within.CORE
    left = min(max(start, LEFT), WIDTH)
    right = max(min(end, WIDTH), left + 1.5)
    fill, stroke = (ACT, ACT) if core else ("url(#hatch)", CLOCK)
    box = f'x="{left:.1f}" y="{top + 5:g}" width="{right - left:.1f}" height="13"'
    parts = [
        _text(0, top + 15, _cut(lease.label), INK),
        f'<rect {box} fill="{fill}" stroke="{stroke}"/>',
    ]
    if lease.start < first:
        parts.append(f'<path d="M{LEFT:g} {top + 3:g}l-7 8.5l7 8.5z" fill="{stroke}"/>')
    if lease.end is None or lease.end > last:
        parts.append(f'<path d="M{WIDTH:g} {top + 3:g}l7 8.5l-7 8.5z" fill="{stroke}"/>')
    return parts


def _ticks(
    x: Callable[[datetime], float],
    first: datetime,
    last: datetime,
    core: tuple[datetime, datetime],
    bottom: float,
) -> list[str]:
    parts = []
    for moment, anchor in ((first, "start"), (core[0], "middle"), (last, "end")):
        place = x(moment)
        parts.append(f'<path d="M{place:.1f} {bottom:g}v4" stroke="{QUIET}"/>')
        parts.append(_text(place, bottom + 15, _clock(moment), QUIET, anchor))
    return parts


def _band(left: float, right: float, bottom: float, fill: str) -> str:
    width, height = max(right - left, 1.5), bottom - TOP + 6
    return f'<rect x="{left:.1f}" y="{TOP - 6:g}" width="{width:.1f}" height="{height:g}" fill="{fill}"/>'


def _rule(place: float, bottom: float, stroke: str, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="3 3"' if dashed else ""
    return f'<path d="M{place:.1f} {TOP - 8:g}V{bottom:g}" stroke="{stroke}" stroke-width="0.8"{dashes}/>'


def _cut(label: str) -> str:
    return label if len(label) <= LABEL else label[: LABEL - 1] + "…"


def _text(x: float, y: float, text: str, fill: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="11.5" fill="{fill}"'
        f' text-anchor="{anchor}">{escape(text)}</text>'
    )


def _iso(moment: datetime) -> str:
    text = moment.astimezone(UTC).replace(tzinfo=None)
    return text.isoformat(timespec="milliseconds" if text.microsecond else "seconds") + "Z"


def _clock(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%d %b %Y %H:%M:%S UTC")
