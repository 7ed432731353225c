"""What the misses have in common, as an officer sees it: by the report, never by the story behind it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faru.evaluation.judged import Judged
from faru.evaluation.recall import top
from faru.evaluation.year import Year
from faru.vocabulary import Referral, Role

_LONG = ((0, "no text"), (60, "up to 60 characters"), (200, "up to 200 characters"))


@dataclass(frozen=True, slots=True)
class Likeness:
    """One trait, and how many leads in danger have it: those in the top tenth and those beneath."""

    group: str
    trait: str
    hits: int
    misses: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each (group, trait) stands among one year's leads in danger."""

    hits: Counter[tuple[str, str]]  # in the top tenth of Faru's queue
    misses: Counter[tuple[str, str]]


def count(year: Year) -> Counts:
    """Counts the traits of a year's leads in danger."""
    counts = Counts(Counter(), Counter())
    in_top = {one.lead.rank for one in top(year.leads, 10)}
    for one in year.leads:
        if one.in_danger:
            members = [year.referrals[identity] for identity in one.lead.referrals]
            (counts.hits if one.lead.rank in in_top else counts.misses).update(traits(one, members))
    return counts


def compare(years: Iterable[Counts]) -> tuple[Likeness, ...]:
    """Traits over all years, by group and then the most frequent first."""
    hits: Counter[tuple[str, str]] = Counter()
    misses: Counter[tuple[str, str]] = Counter()
    for one in years:
        hits.update(one.hits)
        misses.update(one.misses)
    order = sorted(hits.keys() | misses.keys(), key=lambda key: (key[0], -hits[key] - misses[key], key[1]))
    return tuple(Likeness(*key, hits[key], misses[key]) for key in order)


def traits(one: Judged, members: Sequence[Referral]) -> set[tuple[str, str]]:
    """(group, trait) of a lead: each once, however many of its referrals have it."""
    found = {("format", referral.format) for referral in members}
    found |= {("noise label", label) for label in one.lead.noise or ("none",)}
    found |= {("referrals of the lead", "one" if len(members) == 1 else "several")}
    found |= {("danger shows in the report", "somewhere" if one.told else "nowhere")}
    words = [text.text for referral in members for text in referral.texts]
    found |= {("script of the text", script) for script in {_script(text) for text in words} or {"no text"}}
    found.add(("length of the longest text", _length(max(map(len, words), default=0))))
    found |= {("not reported", name) for name, there in _reported(members).items() if not there}
    return found


def _script(text: str) -> str:
    """Thaana stands in one block; whatever else has no letter of it is taken for Latin or a like script."""
    return "Thaana" if any("\u0780" <= letter <= "\u07bf" for letter in text) else "Latin or other"


def _length(longest: int) -> str:
    return next((name for most, name in _LONG if longest <= most), "over 200 characters")


def _reported(members: Sequence[Referral]) -> dict[str, bool]:
    """What any of the referrals reports."""
    return {
        "kind of incident": any(one.incident_type is not None for one in members),
        "urgent mark": any(bool(one.escalation) for one in members),
        "annotations": any(one.flags or any(file.annotations for file in one.files) for one in members),
        "file": any(one.files for one in members),
        "child as a victim": any(child.role is Role.VICTIM for one in members for child in one.children),
        "person": any(one.persons for one in members),
        "text": any(one.texts for one in members),
        "address": any(seen.address for one in members for seen in one.observations),
    }
