"""Phrases in free text: where a thin report hides its meaning.

Short, non-graphic phrases of the pack are looked for word by word. Case, apostrophes, hidden characters and
the width of white space do not matter; a word is letters, digits and marks, so that Thaana words stay whole.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from faru.triage.rulebook import Phrase

_WIDTHLESS = "\u200b"  # the zero-width space: a space, where its like only hide
_APOSTROPHES = "'’‘ʼ`´＇"


def _hidden_class() -> str:
    """Format characters (soft hyphen, joiners, direction marks), which show nothing and split no word."""
    found = [chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Cf"]
    return "".join(found)


def _mark_class() -> str:
    """Combining marks as a character class: `\\w` leaves out Thaana's vowel signs."""
    ranges: list[str] = []
    start = None
    for code in range(0x300, min(0x20000, sys.maxunicode)):
        is_mark = unicodedata.category(chr(code))[0] == "M"
        if is_mark and start is None:
            start = code
        elif not is_mark and start is not None:
            ranges.append(f"{chr(start)}-{chr(code - 1)}")
            start = None
    return "".join(ranges)


_HIDDEN = _hidden_class().replace(_WIDTHLESS, "")
_INNER = f"{re.escape(_APOSTROPHES)}{re.escape(_HIDDEN)}"
_LETTER = f"(?:[^\\W_]|[{_mark_class()}])"
_WORD = re.compile(f"{_LETTER}+(?:[{_INNER}]+{_LETTER}+)*")
_UNSEEN = re.compile(f"[{re.escape(_HIDDEN)}]")
_DROPPED = re.compile(f"[{_INNER}]")
_POSSESSIVE = re.compile(f"[{re.escape(_APOSTROPHES)}]s$", re.IGNORECASE)
_GAP = re.compile(f"[\\s_\\-\u2010-\u2015{re.escape(_HIDDEN)}]{{1,8}}")


@dataclass(frozen=True, slots=True)
class Match:
    """One phrase found: which, the words as they stand in the text, and where."""

    phrase: str  # the phrase's id
    fact: str
    words: str  # as written, white space run together
    start: int  # offset in characters in the text, composed (NFC)
    place: str | None  # source pointer of the text


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[str, ...]  # folded
    phrase: Phrase


@lru_cache(maxsize=65_536)
def _forms(token: str) -> tuple[str, ...]:
    """The folded forms a written word can be matched by: itself, and without a possessive "'s"."""
    whole = _fold(token)
    short = _fold(_POSSESSIVE.sub("", token))
    return (whole,) if short == whole else (whole, short)


def _fold(word: str) -> str:
    return unicodedata.normalize("NFC", _DROPPED.sub("", word).casefold())


class PhraseBook:
    """The phrases of a rule book, ready to be looked for."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        """ValueError for a phrase without a word in it."""
        self._single: dict[str, list[_Entry]] = {}
        self._double: dict[tuple[str, str], list[_Entry]] = {}  # by the first two words
        for phrase in phrases:
            for words in phrase.words:
                tokens = _WORD.findall(unicodedata.normalize("NFC", words))
                if not tokens:
                    raise ValueError(
                        f"The phrase '{phrase.id}' has an alternative without a word: {words!r}."
                    )
                folded = tuple(_fold(token) for token in tokens)
                entry = _Entry(folded, phrase)
                if len(folded) == 1:
                    self._single.setdefault(folded[0], []).append(entry)
                else:
                    self._double.setdefault((folded[0], folded[1]), []).append(entry)
        self._starts = self._single.keys() | {first for first, _ in self._double}

    def find(self, text: str, place: str | None = None) -> tuple[Match, ...]:
        """Every phrase in `text`, in order of place; overlapping ones too, each phrase once at one place."""
        text = unicodedata.normalize("NFC", text).replace(_WIDTHLESS, " ")
        forms = [_forms(word) for word in _WORD.findall(text)]
        begun = [
            (index, entry)
            for index, options in enumerate(forms)
            for form in options
            if form in self._starts
            for entry in self._beginning(forms, index, form)
        ]
        if not begun:
            return ()
        found: dict[tuple[int, str], Match] = {}
        spans = [token.span() for token in _WORD.finditer(text)]
        for index, entry in begun:
            start, end = spans[index][0], _end(text, forms, spans, index, entry.words)
            key = (start, entry.phrase.id)
            if end is None or (key in found and len(found[key].words) >= end - start):
                continue
            words = " ".join(_UNSEEN.sub("", text[start:end]).split())
            found[key] = Match(entry.phrase.id, entry.phrase.fact, words, start, place)
        return tuple(found[key] for key in sorted(found))

    def _beginning(self, forms: list[tuple[str, ...]], index: int, form: str) -> list[_Entry]:
        """Phrases that may begin at a word read as `form`, by it and the next word."""
        entries = list(self._single.get(form, ()))
        for following in forms[index + 1] if index + 1 < len(forms) else ():
            entries.extend(self._double.get((form, following), ()))
        return entries


def _end(
    text: str, forms: list[tuple[str, ...]], spans: list[tuple[int, int]], index: int, words: tuple[str, ...]
) -> int | None:
    """Where the phrase that begins at word `index` ends, or None where the text goes on otherwise."""
    last = index + len(words) - 1
    if last >= len(forms):
        return None
    for step, word in enumerate(words[1:], start=index + 1):
        if word not in forms[step] or not _GAP.fullmatch(text, spans[step - 1][1], spans[step][0]):
            return None  # another word; or a comma or a full stop, which part two thoughts
    return spans[last][1]
