"""Free text in pieces: the words that a rule saw are marked, the rest stands as it was."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text."""

    text: str
    marked: bool


def marked(text: str, seen: Iterable[str]) -> tuple[Piece, ...]:
    """The text, parted where words stand that were seen. `seen`: "until thursday", or several by comma.

    Where two of them share a word ("you have until", "until thursday") they are one stretch.
    """
    phrases = {part.strip() for one in seen for part in re.split(r",| … ", one)} - {""}
    pieces, at = [], 0
    for start, end in _stretches(text, phrases):
        pieces += [Piece(text[at:start], False), Piece(text[start:end], True)]
        at = end
    return tuple(piece for piece in (*pieces, Piece(text[at:], False)) if piece.text) or (Piece(text, False),)


def _stretches(text: str, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """Where the phrases stand, in order; those that overlap are one."""
    found: list[tuple[int, int]] = []
    spans = (
        match.span()
        for phrase in phrases
        for match in re.finditer(_pattern(phrase), text, flags=re.IGNORECASE)
    )
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _pattern(phrase: str) -> str:
    """The words of a phrase with any blanks between them, and not inside longer words."""
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    return rf"(?<!\w){words}(?!\w)"
