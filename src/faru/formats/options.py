"""What a person stated about a source, for the formats to read it by. Nothing here is ever guessed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias

from faru.vocabulary import Referral, Remark, Unreadable

if TYPE_CHECKING:
    from faru.formats.column_map import ColumnMap

Item: TypeAlias = Referral | Unreadable | Remark
"""What `read` yields: a referral, a part that was set aside whole, or a sentence about the file itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How one input is to be read. All of it comes from a person or a pack."""

    name: str = "input"  # what sentences call the input
    maps: tuple["ColumnMap", ...] = ()  # saved column maps; the first that fits a table's header is taken
    zone: str | None = None  # zone of times that state none: "+05:00", "UTC", "Indian/Maldives"
    day_first: bool | None = None  # of dates such as 03-04-2026
    country: str | None = None  # the unit's country, ISO 3166 alpha-2
    country_names: tuple[str, ...] = ()  # how that country is written
    today: date | None = None  # for ages, only where a report carries no date at all
    own_bytes: Callable[[str, bytes], None] | None = None  # told each record's SHA-256 and its own bytes

    def called(self, name: str) -> "ReadOptions":
        """The same, for an input called `name`."""
        return replace(self, name=name)


class Read(Protocol):
    """A format's reader. No exception leaves it: bad input comes out as `Unreadable`."""

    def __call__(self, stream: BinaryIO, options: ReadOptions) -> Iterator[Item]: ...


class Sniff(Protocol):
    """How surely the first bytes and the name speak for a format: 0 to 1, or None for "not mine"."""

    def __call__(self, head: bytes, name: str) -> float | None: ...
