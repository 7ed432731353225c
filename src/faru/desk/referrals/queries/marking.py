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
    """The text, parted where words stand that were seen. `seen`: "until thursday", or several by comma."""
    phrases = {part.strip() for one in seen for part in re.split(r",| … ", one)}
    patterns = [_pattern(phrase) for phrase in sorted(phrases, key=len, reverse=True) if phrase]
    if not patterns:
        return (Piece(text, False),)
    parts = re.split(f"({'|'.join(patterns)})", text, flags=re.IGNORECASE)
    return tuple(Piece(part, place % 2 == 1) for place, part in enumerate(parts) if part)


def _pattern(phrase: str) -> str:
    """The words of a phrase with any blanks between them, and not inside longer words."""
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    return rf"(?<!\w){words}(?!\w)"
