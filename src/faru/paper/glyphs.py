"""Which characters the fonts can draw, asked of typst itself.

typst warns of a missing font but not of a missing glyph, unless the page is PDF/A: then it refuses a text
that has no glyph (PDF/A-2, ISO 19005-2, 6.2.11.8 forbids .notdef). So a page of nothing but the characters in
question is compiled, and halved until the ones that can't be drawn are known. One such page takes about 2 ms.
"""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import typst

BODY: Final = "Libertinus Serif"
MONO: Final = "DejaVu Sans Mono"
"""Two of the fonts that are built into typst. Each falls back on all the others."""

FARU: Final = "Faru Sans"
"""The font of the desk's pages and of pictures, with Latin and Thaana; scripts/assets.sh builds it."""
BUILT: Final = Path(__file__).parent / "fonts"

ASKED: Final = 256
"""Different characters beyond ASCII that one document asks about; the rest counts as not drawable."""

_PROBE: Final = f"""#set text(font: "{BODY}")
#for piece in json(bytes(sys.inputs.data)) [
  #text(piece) \\ #text(weight: "bold", piece) \\ #text(font: "{MONO}", piece) \\
]"""
_HIDDEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_RIGHT_TO_LEFT: Final = {"R", "AL", "AN"}


@cache
def fonts() -> typst.Fonts:
    """The fonts built into typst and our own, none of the system's: a page is the same on every machine."""
    own = [BUILT] if BUILT.is_dir() else []
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=own)


def visible(text: str) -> str:
    """The text with each character that draws nothing written as its code, such as [U+202E].

    Controls, direction overrides, zero-width and private characters are shown so that a name can't
    hide something in print. Line ends and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"[U+{ord(c):04X}]" if c not in "\n\t" and unicodedata.category(c) in _HIDDEN else c for c in text
    )


def isolated(text: str) -> str:
    """The text in a direction isolate where it holds right-to-left letters; give it only `visible` text."""
    if text.isascii() or not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text):
        return text
    return f"\u2068{text}\u2069"


def drawable(text: str) -> bool:
    """Whether the fonts have a glyph for each character, and none of them hides."""
    return visible(text) == text and not lacking((text,))


def lacking(texts: Iterable[str]) -> dict[str, str]:
    """The texts that the fonts can't draw in full, each with the characters at fault.

    Those are "" where each character can be drawn by itself but not in this combination.
    """
    beyond = sorted({text for text in texts if not text.isascii()})
    characters = sorted({c for text in beyond for c in text if not c.isascii()})
    missing = _undrawn(tuple(characters[:ASKED])) | set(characters[ASKED:])
    found = {text: "".join(sorted(set(text) & missing)) for text in beyond}
    whole = [text for text in beyond if not found[text]]  # each character alone can be drawn: and together?
    return {text: found[text] for text in beyond if found[text]} | dict.fromkeys(_refused(whole), "")


@cache
def _undrawn(characters: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_refused(characters))


def _refused(pieces: Sequence[str]) -> list[str]:
    """The pieces that a PDF/A page refuses, by halving."""
    if not pieces or _draws(pieces):
        return []
    if len(pieces) == 1:
        return [pieces[0]]
    middle = len(pieces) // 2
    return _refused(pieces[:middle]) + _refused(pieces[middle:])


def _draws(pieces: Sequence[str]) -> bool:
    compiler = typst.Compiler(
        _PROBE.encode(),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(list(pieces))},
    )
    try:
        compiler.compile(format="pdf", pdf_standards="a-2b", timestamp=0)
    except typst.TypstError as error:
        if "could not be displayed" in error.message:
            return False
        raise
    return True
