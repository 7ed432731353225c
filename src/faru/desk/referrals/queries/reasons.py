"""Why a lead stands where it stands, at a glance: the words that were matched, and each rule by its name."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from faru.desk.referrals.models import Lead
from faru.desk.referrals.sheets import Line, Seen
from faru.triage import Axis
from faru.triage.facts import PHRASE_FACTS

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Chip:
    """One reason in a few words; `sentence` is the whole of it."""

    words: str
    sentence: str
    quoted: bool = False  # words of the report itself
    noise: bool = False


def matched(seen: Seen) -> bool:
    """Whether a fact's value is the words of free text that made it true."""
    return seen.name in PHRASE_FACTS and seen.value not in ("yes", "no")


def quotes(line: Line) -> list[str]:
    """The words of free text that made a rule fire."""
    return [seen.value for seen in line.seen if matched(seen)]


def named(name: str) -> str:
    """An id of the pack as words: "signs_of_making" reads "signs of making"."""
    return name.replace("_", " ")


FIELDS: Final = {
    "reason": _("Reason"),
    "who_saw_child": _("Who saw the child"),
    "who_is_with_them": _("Who is with them"),
}


def field_words(name: str) -> str:
    """A field that a policy wants stated, in words; of one that nobody translated its own name."""
    return str(FIELDS.get(name) or named(name).capitalize())


def chips(lead: Lead, lines: list[Line]) -> tuple[list[Chip], int]:
    """The chips of a row and how many more reasons there are.

    A rule that read words of the report is told by these words; what the headline says is not said again.
    """
    fired = [line for line in lines if line.fired and line.axis in (Axis.INTERRUPT, Axis.DANGER)]
    fired.sort(key=lambda line: (line.axis != Axis.INTERRUPT, -line.points))
    said: dict[str, Chip] = {}
    for line in fired:
        for quote in quotes(line):
            said.setdefault(quote, Chip(quote, line.sentence, quoted=True))
    for line in fired:
        if line.sentence != lead.headline and not quotes(line):
            said.setdefault(line.rule, Chip(named(line.rule), line.sentence))
    noise = [Chip(named(label), "", noise=True) for label in lead.noise]
    room = max(1, SHOWN - len(noise))
    return list(said.values())[:room] + noise, max(0, len(said) - room)
