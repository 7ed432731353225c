"""One record as the store holds it, with what is needed to find it again in the file as delivered."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from faru.attribution.blocks import Block
from faru.attribution.moments import iso, iso_or_open
from faru.attribution.store import Source

STORED = (
    "file", "row", "bits", "high", "low", "start", "end", "port_from", "port_to", "port_step", "protocol",
    "destination", "realm", "subscriber", "line", "start_kind", "end_kind", "last_seen",
)  # fmt: skip
"""The store's columns in the order in which `record_row` takes them."""


@dataclass(frozen=True, kw_only=True)
class RecordRow:
    """One row of a carrier's answer. Times in microseconds, [start, end); None where nothing was stated."""

    source: Source
    row: int  # in the file as delivered, the first data row is 1
    block: Block
    start: int
    end: int | None  # None: open
    port_from: int | None
    port_to: int | None
    port_step: int | None
    protocol: str | None
    destination: str | None
    realm: str | None
    subscriber: str
    line: str | None
    start_kind: str | None
    end_kind: str | None
    last_seen: int | None

    @property
    def key(self) -> tuple[str, int]:
        """What names the row for good: the file's SHA-256 and the row's number."""
        return self.source.sha256, self.row

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over the row's values as text, joined by U+001F: anyone can compute it from the file."""
        seen = None if self.last_seen is None else iso(self.last_seen)
        values = (
            self.source.sha256, self.row, self.block, iso(self.start), iso_or_open(self.end), self.port_from,
            self.port_to, self.port_step, self.protocol, self.destination, self.realm, self.subscriber,
            self.line, self.start_kind, self.end_kind, seen,
        )  # fmt: skip
        text = "\x1f".join("" if value is None else str(value) for value in values)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def fits_port(self, port: int | None) -> bool:
        """Whether the row can explain an observation at `port`; what was not stated excludes nothing."""
        if port is None or self.port_from is None or self.port_to is None:
            return True
        return self.port_from <= port <= self.port_to and (port - self.port_from) % (self.port_step or 1) == 0

    def meets(self, first: int, last: int) -> bool:
        """Whether [start, end) meets the closed window [first, last]."""
        return self.start <= last and (self.end is None or self.end > first)


def record_row(source: Source, values: tuple[Any, ...]) -> RecordRow:
    """A row from the store's values in the order of `STORED`."""
    (
        _, row, bits, high, low, start, end, port_from, port_to, port_step, protocol,
        destination, realm, subscriber, line, start_kind, end_kind, last_seen,
    ) = values  # fmt: skip
    return RecordRow(
        source=source,
        row=row,
        block=Block(bits, high, low),
        start=start,
        end=end,
        port_from=port_from,
        port_to=port_to,
        port_step=port_step,
        protocol=protocol,
        destination=destination,
        realm=realm,
        subscriber=subscriber,
        line=line,
        start_kind=start_kind,
        end_kind=end_kind,
        last_seen=last_seen,
    )
