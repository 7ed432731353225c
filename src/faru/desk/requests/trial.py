"""What a reading of an answer came to, in a form that a page shows: rows, rejects, overlaps, a sample."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from faru.attribution.delivered import Unusable, careful_rows, look_at
from faru.attribution.moments import iso, iso_or_open
from faru.attribution.records.layout import places_of
from faru.attribution.records.parsing import ReadRow, read_row
from faru.attribution.store import ImportReport
from faru.desk.requests.clear import without_place

SHOWN: Final = 20
"""Rejected rows and overlaps that a page shows; the rest is counted, and stands in the sealed file."""
SAMPLE: Final = 6
"""First rows that were read."""
ECHO: Final = "line_id"
"""The column in which an answer repeats the line ids of its request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A reading, as it is stored and shown."""

    rows: int
    rejected: int
    overlaps: int
    notes: list[str] = field(default_factory=list)
    rejects: list[list[Any]] = field(default_factory=list)  # [row, sentence]
    overlap_examples: list[str] = field(default_factory=list)
    sample: list[dict[str, Any]] = field(default_factory=list)
    echoes: bool | None = None  # whether line ids are repeated; None: that can't be told
    answered: int = 0  # lines of the request that are repeated
    strange: int = 0  # repeated ids that are none of this request's

    @property
    def more_rejects(self) -> int:
        """Rejected rows that are not shown."""
        return max(0, self.rejected - len(self.rejects))


def stored(trial: Trial) -> dict[str, Any]:
    """For the sealed field of an answer."""
    return asdict(trial)


def shown(report: dict[str, Any] | None) -> Trial | None:
    """A stored trial again; None where there is none, or the file was broken."""
    return None if not report or "fault" in report else Trial(**report)


def make(report: ImportReport, path: Path, rejects: Path, line_ids: Iterable[str]) -> Trial:
    """What an import of `path` came to. `rejects` is the table of what was set aside."""
    sample, echoes, seen = _look(path)
    known = set(line_ids)
    return Trial(
        rows=report.rows,
        rejected=report.rejected,
        overlaps=report.overlaps,
        notes=[without_place(note, path) for note in report.notes],
        rejects=_rejects(rejects),
        overlap_examples=[one.sentence for one in report.overlap_examples[:SHOWN]],
        sample=sample,
        echoes=echoes,
        answered=len(seen & known),
        strange=len(seen - known),
    )


def _look(path: Path) -> tuple[list[dict[str, Any]], bool | None, set[str]]:
    """The first rows as they were understood, and the line ids that are repeated. Parquet has neither."""
    try:
        shape = look_at(path, ())
    except Unusable:
        return [], None, set()
    places, echo = places_of(shape.header), shape.place(ECHO)
    sample: list[dict[str, Any]] = []
    seen: set[str] = set()
    for row in careful_rows(shape):
        if row.fault is not None:
            continue
        if len(sample) < SAMPLE:
            read = read_row({name: row.cells[place] for name, place in places.items()})
            if isinstance(read, ReadRow):
                sample.append(_sampled(row.number, read))
        elif echo is None:
            break
        if echo is not None and row.cells[echo].strip():
            seen.add(row.cells[echo].strip())
    return sample, echo is not None, seen


def echoed(path: Path) -> set[str]:
    """The line ids that a delivered file repeats."""
    return _look(path)[2]


def _sampled(number: int, read: ReadRow) -> dict[str, Any]:
    return {
        "row": number,
        "address": str(read.block),
        "start": iso(read.start),
        "end": iso_or_open(read.end),
        "port_from": read.port_from,
        "port_to": read.port_to,
        "subscriber": read.subscriber,
    }


def _rejects(path: Path) -> list[list[Any]]:
    """The first rows set aside. By position: a delivered column may have any name."""
    with path.open(encoding="utf-8", errors="backslashreplace", newline="") as table:
        rows = csv.reader(table)
        next(rows)
        return [[int(row[0]), row[1]] for row in islice(rows, SHOWN)]
