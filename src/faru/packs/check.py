"""Check a pack: everything that is wrong or worth a look, with file, line and mend."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from faru.packs.examine import examine
from faru.packs.findings import Finding
from faru.packs.letters import LetterData, LetterLine, render
from faru.packs.model import Pack
from faru.paper import PaperFault

_AT: Final = datetime(2026, 1, 31, 23, 59, 58, tzinfo=UTC)
_LINE: Final = LetterLine(id="line", address="192.0.2.1", port=None, at=_AT, precision_s=1, window=(_AT, _AT))


def check(name_or_dir: str | Path) -> list[Finding]:
    """All findings, by file and line. Raises PackFault where there is no pack to check.

    A pack that can be loaded has each of its letters printed too, with an invented line.
    """
    pack, found = examine(name_or_dir)
    return [*found, *(_unprintable(pack) if pack else ())]


def _unprintable(pack: Pack) -> Iterator[Finding]:
    data = LetterData(
        unit=pack.name,
        number="sample",
        to=("sample",),
        handling="",
        zone=pack.zone,
        lines=(_LINE,),
        tolerance_s=0,
    )
    for letter in pack.letters:
        try:
            render(letter, data, _AT)
        except PaperFault as fault:
            yield Finding(f"letters/{letter.template.name}", None, f'{fault} Letter "{letter.id}" needs it.')
