"""The one table of formats. Whoever sniffs best reads; a format that returns None declines.

Formats from outside the package register as entry points of the group `faru.formats`: the name is the
format's, the object a module (or anything) with `sniff` and `read`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import BinaryIO, Final

from faru.formats import cybertip_api, cybertip_json, letter, table, zips
from faru.formats.options import Item, Read, ReadOptions, Sniff
from faru.vocabulary import Unreadable

HEAD: Final = 64 * 1024
"""How many first bytes `sniff` is shown."""

GROUP: Final = "faru.formats"


@dataclass(frozen=True, slots=True)
class Format:
    """A foreign format: its name and its two functions."""

    name: str
    sniff: Sniff
    read: Read


FORMATS: Final = MappingProxyType(
    {
        "cybertip_json": Format("cybertip_json", cybertip_json.sniff, cybertip_json.read),
        "cybertip_api": Format("cybertip_api", cybertip_api.sniff, cybertip_api.read),
        "letter": Format("letter", letter.sniff, letter.read),
        "table": Format("table", table.sniff, table.read),
        "zip": Format("zip", zips.sniff, zips.read),
    }
)
"""The formats of the house."""


@lru_cache(maxsize=1)
def known() -> tuple[Format, ...]:
    """The formats of the house, then those from outside; a name of the house can't be taken."""
    outside = []
    for point in entry_points(group=GROUP):
        if point.name not in FORMATS:
            plugin = point.load()
            outside.append(Format(point.name, plugin.sniff, _guarded(point.name, plugin.read)))
    return (*FORMATS.values(), *outside)


def choose(head: bytes, name: str) -> Format | None:
    """The format that is surest of this input; None where all decline. Equals: the first in the table."""
    best: tuple[float, Format] | None = None
    for candidate in known():
        score = candidate.sniff(head, name)
        if score is not None and (best is None or score > best[0]):
            best = (score, candidate)
    return None if best is None else best[1]


def _guarded(name: str, read: Read) -> Read:
    """A stranger's reader, whose fault must not cost the other files."""

    def guarded(stream: BinaryIO, options: ReadOptions) -> Iterator[Item]:
        try:
            yield from read(stream, options)
        except Exception as error:  # noqa: BLE001 - code from outside; its fault is reported, not swallowed
            yield Unreadable(
                "",
                f"{options.name}: the outside format {name!r} failed here ({type(error).__name__}); "
                "what it read before is kept, tell its maker",
            )

    return guarded
