"""A lead's score sheet as the page tells it: what fired, what stayed unknown, from where its bands count."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from faru.conditions import FactType
from faru.desk import unit
from faru.desk.look import durations
from faru.desk.referrals.models import Lead
from faru.desk.referrals.queries.reasons import matched, named
from faru.desk.referrals.sheets import Line, Seen
from faru.triage import Axis
from faru.triage.facts import FACTS

TITLES: Final = {
    Axis.INTERRUPT: _("Before everything else"),
    Axis.DANGER: _("Danger to a child"),
    Axis.WORKABILITY: _("Whether work leads on"),
    Axis.NOISE: _("Noise"),
}

SPANS: Final = {
    "hours_left": _("Time until the carrier's first decisive record is gone"),
    "days_since_report": _("Time since the sender received the report"),
}
"""Lengths of time as they are told: the unit stands at the value."""
HOURS: Final = {"hours": 1, "days": 24}


@dataclass(frozen=True, slots=True)
class Saw:
    """One thing that a rule saw: words of the report, or a fact with its value."""

    words: str  # "" where it is no matched text
    sentence: str  # what the fact means
    value: str  # in words; "" where the sentence says all of it


@dataclass(frozen=True, slots=True)
class Told:
    """One rule that fired."""

    line: Line
    saw: list[Saw]
    sources: list[str]


@dataclass(frozen=True, slots=True)
class Section:
    """The rules of one axis that fired."""

    axis: str
    title: object  # a lazy text
    told: list[Told]


@dataclass(frozen=True, slots=True)
class Open:
    """A rule that hangs on something nobody reported."""

    line: Line
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Score:
    """The whole sheet."""

    sections: list[Section]
    unknown: list[Open]
    band: str  # as scored
    from_danger: int  # where that band begins


def of(lead: Lead, lines: list[Line]) -> Score:
    """The sheet of a lead from its stored lines."""
    told: dict[str, list[Told]] = {axis: [] for axis in TITLES}
    for line in lines:
        if line.fired:
            told[line.axis].append(_told(line))
    bands = {band.name: band.from_danger for band in unit.pack().rulebook.bands}
    return Score(
        sections=[Section(axis, title, told[axis]) for axis, title in TITLES.items() if told[axis]],
        unknown=[Open(line, [_sentence(name) for name in line.missing]) for line in lines if not line.fired],
        band=lead.band,
        from_danger=bands.get(lead.band, 0),
    )


def _told(line: Line) -> Told:
    """What spoke for the rule; where nothing did by itself, everything that it read."""
    spoke = [seen for seen in line.seen if seen.value != "no"] or list(line.seen)
    return Told(
        line,
        [_saw(seen) for seen in spoke],
        list(dict.fromkeys(seen.source for seen in spoke if seen.source)),
    )


def _saw(seen: Seen) -> Saw:
    words = seen.value if matched(seen) else ""
    value = _value(seen.name, seen.value)
    sentence = str(SPANS.get(seen.name) or _sentence(seen.name))
    return Saw(words, re.split("[:;]", sentence)[0].rstrip(".") if value else sentence, value)


def _sentence(name: str) -> str:
    return FACTS[name].fact.sentence if name in FACTS else named(name)


def _value(name: str, value: str) -> str:
    """A fact's value for people: "9 d" and not "216.4"; "" for what holds."""
    if value == "yes":
        return ""
    if value == "no":
        return gettext("no")
    fact = FACTS[name].fact if name in FACTS else None
    if fact is not None and fact.type is FactType.NUMBER and fact.unit in HOURS:
        hours = float(value) * HOURS[fact.unit]
        return durations.span(hours) if hours > 0 else gettext("none")
    carriers = {one.id: one.name for one in unit.pack().carriers}
    return carriers.get(value) or named(value)
