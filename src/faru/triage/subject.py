"""One referral made ready for its facts to be read: flags folded, files sorted, phrases found.

Holds what was passed in beside the referral (address outlooks, the pack's country and phone prefix, the time
now), so that every fact is a small function of one subject.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from faru.triage.declare import UNKNOWN, Seen, all_of, any_of
from faru.triage.phrases import Match, PhraseBook
from faru.vocabulary import SEALED, AddressOutlook, FileRecord, Observation, PersonRecord, Referral, Role

_NOT_LETTERS = re.compile(r"[\W_]+")


def fold_flag(flag: str) -> str:
    """A sender's flag without case and punctuation: "liveStreaming", "live_streaming", "Live Streaming"."""
    return _NOT_LETTERS.sub("", flag).casefold()


# Annotations of an incident (Reporting API, reportAnnotations): where one of them was set, the form has them
# and the others were not set. Faru's own flags say nothing about that.
INCIDENT_FLAGS = frozenset(
    {
        "sextortion",
        "csamsolicitation",
        "minortominorinteraction",
        "spam",
        "sadisticonlineexploitation",
        "informational",
        "potentialaggravatingfactors",
        "instrumentaluse",
    }
)


@dataclass(frozen=True)
class Subject:
    """A referral and what is known around it."""

    referral: Referral
    outlooks: tuple[AddressOutlook, ...] | None  # one per observation, in their order; None: nobody looked
    phrases: PhraseBook
    now: datetime
    country: str | None = None
    phone_prefix: str | None = None

    def source(self, path: str) -> str:
        """Where the value at `path` stands in what was received; else the nearest field that holds it."""
        pointers = self.referral.pointers
        shorter = path
        while shorter:
            place = pointers.get(shorter)
            if place is not None:
                return place
            shorter = shorter[: max(shorter.rfind("."), shorter.rfind("["), 0)]
        return path

    def any_of(self, items: Iterable[Seen]) -> Seen:
        """The "or" of three values; each item's source is a path, and only the deciding one is looked up."""
        return self._placed(any_of(items))

    def all_of(self, items: Iterable[Seen]) -> Seen:
        """The "and" of three values; as `any_of`."""
        return self._placed(all_of(items))

    def _placed(self, seen: Seen) -> Seen:
        return seen if seen.source is None else Seen(seen.value, self.source(seen.source), seen.shown)

    @cached_property
    def flags(self) -> dict[str, str]:
        """Folded flag -> path of it."""
        found: dict[str, str] = {}
        for index, flag in enumerate(self.referral.flags):
            found.setdefault(fold_flag(flag), f"flags[{index}]")
        return found

    def flag(self, *names: str) -> Seen:
        """Whether the sender set one of the folded flags; unknown where the report carries no such flags."""
        for name in names:
            if name in self.flags:
                return Seen(True, self.source(self.flags[name]))
        return self._no_such_flag

    @cached_property
    def _no_such_flag(self) -> Seen:
        return Seen(False, self.source("flags")) if INCIDENT_FLAGS & self.flags.keys() else UNKNOWN

    @cached_property
    def reported_files(self) -> tuple[tuple[int, FileRecord], ...]:
        """Files that were themselves reported, not only sent along, with their index."""
        files = enumerate(self.referral.files)
        return tuple((index, file) for index, file in files if file.supplemental is not True)

    @cached_property
    def annotations(self) -> dict[int, frozenset[str]]:
        """Folded annotations of each reported file that has any."""
        return {
            index: frozenset(fold_flag(text) for text in file.annotations)
            for index, file in self.reported_files
            if file.annotations
        }

    def annotated(self, *names: str) -> Seen:
        """Whether a reported file carries one of the folded annotations; unknown where no file has any."""
        for index, found in self.annotations.items():
            if not found.isdisjoint(names):
                return Seen(True, self.source(f"files[{index}].annotations"))
        return self._no_such_annotation

    @cached_property
    def _no_such_annotation(self) -> Seen:
        return Seen(False, self.source("files")) if self.annotations else UNKNOWN

    @cached_property
    def suspects(self) -> tuple[tuple[int, PersonRecord], ...]:
        """The people reported, with their index."""
        people = enumerate(self.referral.persons)
        return tuple((index, person) for index, person in people if person.role is Role.REPORTED)

    @cached_property
    def looked_at(self) -> tuple[tuple[int, Observation, AddressOutlook], ...]:
        """Observations with an address beside their outlook; empty where nobody looked."""
        if self.outlooks is None:
            return ()
        pairs = zip(self.referral.observations, self.outlooks, strict=True)
        return tuple((index, seen, outlook) for index, (seen, outlook) in enumerate(pairs) if seen.address)

    @cached_property
    def spoken(self) -> dict[str, tuple[Match, ...]]:
        """Phrase matches by fact in free text: the texts, the sender's own words for an escalation, and
        what is written in a reported child's own block, whose matched words print as "sealed".
        """
        shown: list[tuple[str, str]] = [(text.text, text.place) for text in self.referral.texts]
        if self.referral.escalation:
            shown.append((self.referral.escalation, self.source("escalation")))
        found = self._matches(shown)
        for fact, matches in self._matches([*self._words_as_typed, *self._words_of_children]).items():
            new = [match for match in matches if match.fact not in found]
            if new:
                found[fact] = tuple(replace(match, words=SEALED) for match in new)
        return found

    @cached_property
    def _words_as_typed(self) -> tuple[tuple[str, str], ...]:
        """Texts that show "Child A" for a name: a name that is also a word must switch no rule off."""
        return tuple((text.original.open(), text.place) for text in self.referral.texts if text.original)

    @cached_property
    def _words_of_children(self) -> tuple[tuple[str, str], ...]:
        """(text, place) of everything in the children's blocks that no format reads as a field."""
        return tuple(
            (text, path)
            for child in self.referral.children
            for path, text in child.unread.open()
            if text.strip()
        )

    @cached_property
    def described(self) -> dict[str, dict[str, tuple[Match, ...]]]:
        """Phrase matches by fact in the fields about the reported people, by field: occupation and
        relationship; without a field that is reported of nobody.
        """
        found: dict[str, dict[str, tuple[Match, ...]]] = {}
        for name in ("occupation", "relationship_to_child"):
            texts = [
                (getattr(person, name), self.source(f"persons[{index}].{name}"))
                for index, person in self.suspects
                if getattr(person, name)
            ]
            if texts:
                found[name] = self._matches(texts)
        return found

    @cached_property
    def has_words(self) -> bool:
        """Whether anybody typed anything."""
        typed = any(text.text.strip() for text in self.referral.texts)
        return typed or bool(self.referral.escalation) or bool(self._words_of_children)

    def _matches(self, texts: Sequence[tuple[str, str]]) -> dict[str, tuple[Match, ...]]:
        found: dict[str, list[Match]] = {}
        for text, place in dict.fromkeys(texts):
            for match in self.phrases.find(text, place):
                found.setdefault(match.fact, []).append(match)
        return {fact: tuple(matches) for fact, matches in found.items()}
