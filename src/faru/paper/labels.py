"""Words in pictures: made visible, measured with care, cut or wrapped to the room they have."""

import unicodedata
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from faru.paper.glyphs import visible
from faru.paper.svg import FONT, INK

_NARROW: Final = frozenset(" .,:;'|!iIjlrtf()[]")
_WIDE: Final = frozenset("MWmw@%&_—…")


def shown(label: str) -> str:
    """The label on one line, with each character that hides as its code; "–" where it is blank."""
    return " ".join(visible(label).split()) or "–"


def width(text: str, size: float) -> float:
    """About how wide a text is at a size, in the unit of the size, and rather too much than too little."""
    return size * sum(_em(character) for character in text)


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.4
    if character in _WIDE or unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character.isascii() and not character.isupper():
        return 0.58
    return 0.72


def fitted(text: str, size: float, room: float) -> str:
    """The text, cut with an ellipsis where it is wider than the room."""
    if width(text, size) <= room:
        return text
    kept = text
    while kept and width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(text: str, size: float, room: float) -> tuple[str, ...]:
    """The text on one line or two, parted between words; what is left over is cut."""
    if width(text, size) <= room:
        return (text,)
    words = text.split()
    first = words.pop(0)
    while words and width(f"{first} {words[0]}", size) <= room:
        first = f"{first} {words.pop(0)}"
    lines = (first, " ".join(words)) if words else (first,)
    return tuple(fitted(line, size, room) for line in lines)


def text(
    x: float, y: float, words: str, size: float, *, fill: str = INK, anchor: str = "start", bold: bool = False
) -> str:
    """A text element, with a white seam so that a line behind it does not strike it through."""
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family={quoteattr(FONT)} font-size="{size:g}"{weight}'
        f' fill="{fill}" text-anchor="{anchor}" stroke="#ffffff" stroke-width="3" stroke-linejoin="round"'
        f' paint-order="stroke">{escape(words)}</text>'
    )


def picture(wide: float, high: float, sentence: str, parts: list[str]) -> str:
    """The parts as one drawing with its sentence. Its direction is its own, whatever the page's is."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" role="img" direction="ltr">'
        f"<title>{escape(sentence)}</title>{''.join(parts)}</svg>"
    )
