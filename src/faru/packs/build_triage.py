"""The rule book of triage, built from triage.yaml and the phrase lists."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from faru.loaders.yaml import Located
from faru.policy import Effect, Policy
from faru.triage.rulebook import Axis, Band, Phrase, Rule, RuleBook


def rulebook(
    pack: dict[str, Any], triage: Located, phrases: list[Located], policies: Iterable[Policy]
) -> RuleBook:
    """The rule book, rules in the file's order, phrases by file and then in the file's order.

    Interrupts and what they do are the policies'; a rule only names one.
    """
    stated = triage.value
    interrupts = {one.id: one for policy in policies for one in policy.interrupts}
    return RuleBook(
        version=stated["version"],
        rules=tuple(
            Rule(
                id=one["id"],
                axis=Axis(one["axis"]),
                sentence=one["sentence"],
                condition=one["condition"],
                points=one["points"],
                source=one["source"],
                raises=one.get("raises"),
            )
            for one in stated["rules"]
        ),
        phrases=tuple(
            Phrase(
                one["id"],
                one["fact"],
                sheet.value["language"],
                _spelled(one["words"], sheet.value.get("spellings", {})),
            )
            for sheet in phrases
            for one in sheet.value["phrases"]
        ),
        bands=tuple(Band(one["name"], one["from_danger"]) for one in stated["bands"]),
        interrupts=tuple(interrupts),
        pinned=frozenset(name for name, one in interrupts.items() if Effect.PIN in one.effects),
        hub_limit=stated["hub_limit"],
        viral_limit=stated["viral_limit"],
        country=pack["country"],
        phone_prefix=pack["phone_prefix"],
    )


def _spelled(words: Iterable[str], spellings: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The alternatives of a phrase in every way in which its words are typed: "by thursday", "by thurs"."""
    ways = (
        product(*((word, *spellings.get(word.casefold(), ())) for word in phrase.split())) for phrase in words
    )
    return tuple(dict.fromkeys(" ".join(way) for phrase in ways for way in phrase))
