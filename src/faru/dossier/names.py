"""The last look for a reported child's name or identifier before anything is sealed.

Formats have already put "Child A" in its place and whoever fills the case file knows no names. This room
does not mend: it refuses, or leaves the sender's bytes at home, and names the child by its label only.
"""

import html
import re
from collections.abc import Iterable
from typing import Final

from faru.vocabulary import AccountKind, ReportedChild

_LEAST: Final = 4  # letters: shorter values stand in too many other words
_LETTER: Final = r"[^\W\d_]"  # a name may stand before digits, as in a file's name
_ALPHANUMERIC: Final = r"[^\W_]"
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")


class Guard:
    """Names and identifiers of the children of one case."""

    def __init__(self, children: Iterable[ReportedChild]) -> None:
        self._wholes: list[tuple[re.Pattern[str], str]] = []
        self._forms: list[tuple[re.Pattern[str], str]] = []
        for child in children:
            accounts = [account.open() for account in child.accounts]
            values = [a.value for a in accounts if a.kind is not AccountKind.DISPLAY_NAME]
            names = [*child.names.open(), *(a.value for a in accounts if a.kind is AccountKind.DISPLAY_NAME)]
            for name in names:
                pattern = _pattern(name)
                self._forms.append((pattern, child.label))
                if len(name.split()) > 1:  # a single part of a name is often another person's, or a word
                    self._wholes.append((pattern, child.label))
            for value in values:
                if len(value.strip()) >= _LEAST:
                    pattern = _pattern(value, border=_ALPHANUMERIC)
                    self._wholes.append((pattern, child.label))
                    self._forms.append((pattern, child.label))

    def in_text(self, text: str) -> str | None:
        """The label of a child whose whole name or whose identifier stands in a text of ours."""
        return _first(self._wholes, text)

    def in_raw(self, raw: bytes) -> str | None:
        """The label of a child of whose name any part stands in a sender's bytes.

        Escapes of JSON and XML are undone for the look.
        """
        text = raw.decode("utf-8", "replace")
        wide = raw.decode("utf-16", "replace") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        for variant in (text, wide, plain, html.unescape(text)):
            label = _first(self._forms, variant)
            if label is not None:
                return label
        return None


def _first(patterns: list[tuple[re.Pattern[str], str]], text: str) -> str | None:
    return next((label for pattern, label in patterns if pattern.search(text)), None)


def _pattern(name: str, *, border: str = _LETTER) -> re.Pattern[str]:
    """The name with any gaps between its parts, and nothing of the border's kind before or behind it."""
    parts = r"[\W_]*".join(re.escape(part) for part in name.split())
    return re.compile(rf"(?<!{border}){parts}(?!{border})", re.IGNORECASE)
