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
        CREATE TABLE busy AS SELECT row_number() OVER () AS held, * FROM (SELECT DISTINCT {_KEY} FROM (
            SELECT {_KEY}, t0 < max({end}) OVER (PARTITION BY hash({_KEY}) ORDER BY t0
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS early FROM {rows})
        WHERE early)
    """)  # noqa: S608 - our own names
    # Only where a subscriber's own earlier rows have all ended does a spell of theirs begin, and what runs on
    # then is somebody else's. Of rows that begin together those that run on come first, they hold already; of
    # one subscriber's own the first stands for all.
    bulk.run(f"""
        CREATE TABLE early AS
        WITH concerned AS (
            SELECT held, t0, {end} AS until, file, row, subscriber,
                coalesce(max({end}) OVER (PARTITION BY held, subscriber ORDER BY t0
                    RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) < t0, true) AS begins,
                row_number() OVER (PARTITION BY held, subscriber, t0 ORDER BY file, row) = 1 AS first
            FROM {rows} r JOIN busy b ON {_same("r", "b")})
        SELECT * EXCLUDE (until, begins, first, running) FROM (
            SELECT *, max(until) OVER (PARTITION BY held ORDER BY t0, begins, file, row
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS running
            FROM concerned)
        WHERE begins AND first AND t0 < running
    """)  # noqa: S608 - our own names
    count = bulk.rows("SELECT count(*) FROM early")[0][0]
    if not count:
        return 0, ()
    examples = bulk.rows(f"""
        WITH first AS (
            SELECT * FROM (SELECT * FROM early ORDER BY file, row LIMIT {EXAMPLES}) JOIN busy USING (held)),
        met AS (
            SELECT f.*, min((o.t0, o.file, o.row, o.subscriber)) AS other
            FROM first f JOIN {rows} o ON {_same("f", "o")}
                AND o.t0 <= f.t0 AND coalesce(o.t1, {_OPEN}) > f.t0 AND o.subscriber <> f.subscriber
            GROUP BY ALL)
        SELECT bits, high, low, file, row, subscriber, t0, other[2], other[3], other[4]
        FROM met ORDER BY file, row
    """)  # noqa: S608 - our own names
    return count, tuple(
        Overlap(Block(bits, high, low), file, row, subscriber, other_file, other_row, other, since)
        for bits, high, low, file, row, subscriber, since, other_file, other_row, other in examples
    )


def _same(one: str, other: str) -> str:
    """The join of two tables on one address and one set of ports."""
    exact = " AND ".join(f"{one}.{key} = {other}.{key}" for key in ("bits", "high", "low"))
    ports = " AND ".join(f"{one}.{key} IS NOT DISTINCT FROM {other}.{key}" for key in ("p0", "p1"))
    return f"{exact} AND {ports}"
