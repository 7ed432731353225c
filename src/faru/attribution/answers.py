"""Verdicts as a table: one row a candidate, and one row without a subscriber where there is none."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from faru.attribution.moments import iso, iso_or_open
from faru.attribution.verdicts import Verdict

COLUMNS: Final = (
    "id", "verdict", "subscriber", "within", "start", "end", "port_from", "port_to", "source_row",
)  # fmt: skip


def answer_rows(verdict: Verdict) -> Iterator[tuple[object, ...]]:
    """The rows of one verdict, in the order of the records' rows; times in UTC, an open end is empty."""
    name, kind = verdict.asked.id, verdict.kind.value
    if not verdict.candidates:
        yield (name, kind, *[""] * (len(COLUMNS) - 2))
    for candidate in verdict.candidates:
        row = candidate.record
        port_from, port_to = ("" if port is None else port for port in (row.port_from, row.port_to))
        times = iso(row.start), iso_or_open(row.end)
        yield (name, kind, row.subscriber, candidate.within.value, *times, port_from, port_to, row.row)


def write_answers(verdicts: Iterable[Verdict], path: Path) -> Counter[str]:
    """Write the table whole or not at all; returns how many verdicts of each kind there are."""
    counts: Counter[str] = Counter()
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(COLUMNS)
            for verdict in verdicts:
                counts[verdict.kind.value] += 1
                rows.writerows(answer_rows(verdict))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return counts
