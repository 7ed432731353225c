"""What every record reader hands over: a relation of text cells, and which column means what."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from faru.attribution.delivered import Reject

REQUIRED: Final = ("start", "end", "address", "port_from", "port_to", "subscriber")
OPTIONAL: Final = (
    "protocol",
    "port_step",
    "destination",
    "realm",
    "line",
    "start_kind",
    "end_kind",
    "last_seen",
)
CELLS: Final = (*REQUIRED, *OPTIONAL)


class Batch(NamedTuple):
    """Some rows read with care: their numbers, one list of texts a column, and what was set aside."""

    numbers: list[int]
    columns: list[list[str]]
    rejects: list[Reject]


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivered file, ready to be parsed.

    `relations` are queries that DuckDB reads in bulk: `row` (BIGINT, from 1), the cells as text (`o0`, `o1`,
    ...) and `torn`: the cells of a row of another width than the header's, else NULL. They are tried in turn,
    the fastest first: one fails as a whole on a row that it can't take. `careful` reads row by row where all
    fail, or none is given: slower, and it loses nothing. `places` says at which position each of `CELLS`
    stands.
    """

    sha256: str
    size: int
    columns: tuple[str, ...]  # as delivered, for the reject file
    places: Mapping[str, int]
    relations: tuple[str, ...]
    careful: Callable[[], Iterator[Batch]] | None


@dataclass(frozen=True, slots=True)
class Reader:
    """One layout: its name, what it is for, and how it opens a file. `open` raises delivered.Unusable."""

    name: str
    about: str
    open: Callable[[Path], Delivered]


def places_of(columns: tuple[str, ...]) -> dict[str, int]:
    """Where each column that Faru knows stands, whatever the case of its name."""
    names = [name.casefold() for name in columns]
    return {cell: names.index(cell) for cell in CELLS if cell in names}
