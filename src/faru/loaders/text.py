"""Text as it may be shown, and text that means "no value".

Characters that turn lines round or cannot be seen are removed for display, with a sentence;
the bytes as received keep them.
"""

import re
from typing import Final

_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff"
_SURROGATE: Final = r"\ud800-\udfff"
_UNSHOWN: Final = re.compile(f"[{_BIDI}{_CONTROL}{_SURROGATE}]")
_REMOVED: Final = re.compile(f"[{_BIDI}{_CONTROL}]")
_BROKEN: Final = re.compile(f"[{_SURROGATE}]")

_ABSENT: Final = frozenset({"", "n/a"})
_DOUBTFUL: Final = frozenset({"null", "none", "unknown"})


def shown(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` fit to be shown, and one clause for each kind of character that was taken out."""
    if not _UNSHOWN.search(text):
        return text, ()
    clauses: list[str] = []
    found = sorted({ord(c) for c in _REMOVED.findall(text)})
    if 0 in found:
        clauses.append("NUL bytes removed for display; the bytes as received keep them")
    bidi = [c for c in found if c in (0x61C, 0x200E, 0x200F) or (c >= 0x202A and c != 0xFEFF)]
    other = [c for c in found if c and c not in bidi]
    if bidi:
        clauses.append(f"characters that turn text round ({_names(bidi)}) removed for display")
    if other:
        clauses.append(f"invisible control characters ({_names(other)}) removed for display")
    if _BROKEN.search(text):
        clauses.append("bytes or code units that are no character are shown as \N{REPLACEMENT CHARACTER}")
    return _BROKEN.sub("\N{REPLACEMENT CHARACTER}", _REMOVED.sub("", text)), tuple(clauses)


def _names(codes: list[int]) -> str:
    return ", ".join(f"U+{c:04X}" for c in codes)


def is_absent(text: str) -> bool:
    """True for "" and "N/A": the sender said that there is no value."""
    return text.strip().casefold() in _ABSENT


def is_doubtful(text: str) -> bool:
    """True for "null", "none", "unknown": probably a program's word for nothing, perhaps a name."""
    return text.strip().casefold() in _DOUBTFUL


def value_of(text: str) -> str | None:
    """`text` without outer spaces, or None where it stands for no value."""
    stripped = text.strip()
    return None if is_absent(stripped) or is_doubtful(stripped) else stripped
