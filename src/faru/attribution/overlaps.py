"""Overlapping leases: one address (and one set of ports) given to two subscribers at once. Reported, never
repaired.

Compared are rows of the same address or prefix with the same ports. Rows whose port ranges only cross one
another are compared where it matters, among the rows of one verdict (`doors.overlapping`).
"""

from dataclasses import dataclass
from typing import Final

from faru.attribution.blocks import Block
from faru.attribution.moments import iso
from faru.bulk import Bulk

EXAMPLES: Final = 20
_KEY: Final = "bits, high, low, p0, p1"
_OPEN: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rows that cannot both be true; times in microseconds."""

    block: Block
    file: int
    row: int
    subscriber: str
    other_file: int
    other_row: int
    other: str
    since: int

    @property
    def sentence(self) -> str:
        """What to tell the carrier."""
        return (
            f"rows {self.other_row} and {self.row} give {self.block} to {self.other} and {self.subscriber} "
            f"at once, from {iso(self.since)}"
        )


def count_overlaps(bulk: Bulk, rows: str) -> tuple[int, tuple[Overlap, ...]]:
    """How many spells of a subscriber begin while another's still runs, and the first examples.

    `rows` names a table with the columns of `_KEY`, t0, t1 (NULL: open), subscriber, file and row. A spell is
    a subscriber's run of rows that touch or overlap: renewals of one's own lease are no overlap.
    """
    end = f"coalesce(t1, {_OPEN})"
    # Rows that begin before an earlier one of the same address has ended: mostly none, and then that is all.
    # By one hash instead of five columns: two addresses under one hash only cost a second look.
    bulk.run(f"""
        CREATE TABLE busy AS SELECT DISTINCT {_KEY} FROM (
            SELECT {_KEY}, t0 < max({end}) OVER (PARTITION BY hash({_KEY}) ORDER BY t0
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS early FROM {rows})
        WHERE early
    """)  # noqa: S608 - our own names
    # Of one subscriber's rows only those that begin a new spell can begin an overlap with another's.
    bulk.run(f"""
        CREATE TABLE spells AS
        WITH concerned AS (
            SELECT r.* FROM {rows} r JOIN busy b ON r.bits = b.bits AND r.high = b.high AND r.low = b.low
                AND r.p0 IS NOT DISTINCT FROM b.p0 AND r.p1 IS NOT DISTINCT FROM b.p1),
        marked AS (
            SELECT *, coalesce(t0 > max({end}) OVER (PARTITION BY {_KEY}, subscriber ORDER BY t0, file, row
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS new FROM concerned),
        numbered AS (
            SELECT *, sum(new::INT) OVER (PARTITION BY {_KEY}, subscriber ORDER BY t0, file, row) AS spell
            FROM marked),
        merged AS (
            SELECT {_KEY}, subscriber, spell, min(t0) AS s0, max({end}) AS s1,
                min_by(file, (t0, file, row)) AS file, min_by(row, (t0, file, row)) AS row
            FROM numbered GROUP BY {_KEY}, subscriber, spell)
        SELECT *, max(s1) OVER (PARTITION BY {_KEY} ORDER BY s0, file, row
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM merged
    """)  # noqa: S608 - our own names
    count = bulk.rows("SELECT count(*) FROM spells WHERE s0 < before")[0][0]
    if not count:
        return 0, ()
    examples = bulk.rows(f"""
        WITH first AS (SELECT * FROM spells WHERE s0 < before ORDER BY file, row LIMIT {EXAMPLES})
        SELECT f.bits, f.high, f.low, f.file, f.row, f.subscriber, f.s0,
            min_by(o.file, (o.s0, o.file, o.row)), min_by(o.row, (o.s0, o.file, o.row)),
            min_by(o.subscriber, (o.s0, o.file, o.row))
        FROM first f JOIN spells o ON f.bits = o.bits AND f.high = o.high AND f.low = o.low
            AND f.p0 IS NOT DISTINCT FROM o.p0 AND f.p1 IS NOT DISTINCT FROM o.p1
            AND (o.s0, o.file, o.row) < (f.s0, f.file, f.row) AND o.s1 > f.s0
        GROUP BY ALL ORDER BY f.file, f.row
    """)  # noqa: S608 - our own names
    return count, tuple(
        Overlap(Block(bits, high, low), file, row, subscriber, other_file, other_row, other, since)
        for bits, high, low, file, row, subscriber, since, other_file, other_row, other in examples
    )
