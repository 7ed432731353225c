"""Many observations against the record store in one pass: every row that could explain each of them.

Containment becomes equality: for every prefix length among the rows the observation's address is cut to that
length and joined. DuckDB then skips row groups by address and by time; memory stays bounded, hits stream out
sorted.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from faru.attribution import double_entry
from faru.attribution.blocks import V4_BITS, masked
from faru.attribution.carriers import CarrierTable, Match
from faru.attribution.coverage import CoverageTable, Covered, covering
from faru.attribution.findings import against
from faru.attribution.moments import SECOND, iso, moment
from faru.attribution.observations import Asked
from faru.attribution.outlook import EARLIEST_ZONE, decisive_kind
from faru.attribution.rows import STORED, RecordRow, record_row
from faru.attribution.skew import Reading, ReadingAnswer, SkewPlan, SkewReport, readings_of, steps
from faru.attribution.store import Source, sources_of
from faru.attribution.verdicts import Candidate, Verdict, VerdictKind, Within, decide, names, sources_disagree
from faru.bulk import Bulk, literal

Progress = Callable[[int, int], None]
_STEP: Final = 1000
_NEAR: Final = 0  # the probe of the window itself; readings follow from 1


def resolve(
    asked: Sequence[Asked],
    stores: Sequence[Path],
    *,
    tolerance_s: Decimal | int = 0,
    coverage: CoverageTable | None = None,
    carriers: CarrierTable | None = None,
    skew: SkewPlan | None = None,
    memory: str = "1GB",
    progress: Progress | None = None,
) -> Iterator[Verdict]:
    """One verdict an observation, in their order.

    `carriers` None: `not_theirs` is never said. `skew` None: no skew test. `tolerance_s` in seconds, 0 or
    more. Raises delivered.Unusable for a store that can't be read, double_entry.DoubleEntryMismatch where the
    two computations differ. `progress` is called with (observations done, in all).
    """
    tolerance = int(Decimal(tolerance_s) * SECOND)
    if tolerance < 0:
        raise ValueError("the tolerance is 0 seconds or more")
    job = _Job(tolerance, coverage or CoverageTable(), carriers, skew)
    readings = [readings_of(one, skew.zone) if skew is not None else () for one in asked]
    with Bulk(reads=stores, memory=memory) as bulk:
        sources = _gather(bulk, _probes(asked, readings, max(tolerance, job.reach)), stores)
        hits = _by_observation(bulk, sources)
        waiting = next(hits, None)
        for index, one in enumerate(asked):
            found: dict[int, list[RecordRow]] = {}
            if waiting is not None and waiting[0] == index:
                found = waiting[1]
                waiting = next(hits, None)
            yield job.verdict(one, found, readings[index])
            if progress is not None and ((index + 1) % _STEP == 0 or index + 1 == len(asked)):
                progress(index + 1, len(asked))


def _probes(
    asked: Sequence[Asked], readings: Sequence[Sequence[Reading]], widen: int
) -> list[tuple[int, int, Asked, int, int]]:
    """(observation, probe, asked, first, last): the closed windows to be looked up."""
    found: list[tuple[int, int, Asked, int, int]] = []
    for index, one in enumerate(asked):
        if one.core is not None:
            found.append((index, _NEAR, one, one.core[0] - widen, one.core[1] + widen))
        for number, reading in enumerate(readings[index], start=1):
            found.append((index, number, one, reading.at, reading.at + one.precision))
    return found


def _gather(
    bulk: Bulk, probes: Sequence[tuple[int, int, Asked, int, int]], stores: Sequence[Path]
) -> list[tuple[Source, ...]]:
    """Fill the table `hits` from every store; returns each store's files."""
    sources: list[tuple[Source, ...]] = []
    bulk.run(f"CREATE TABLE hits AS SELECT 0 AS index, 0 AS probe, 0 AS store, * FROM ({_EMPTY})")  # noqa: S608
    for number, store in enumerate(stores):
        files, widths = sources_of(store)
        sources.append(files)
        for bits in widths:
            for is_v4 in (True, False):
                mine = [p for p in probes if p[2].block.is_v4 == is_v4 and (bits >= V4_BITS or not is_v4)]
                if mine:
                    _join(bulk, mine, store, number, bits, is_v4)
    return sources


_COLUMNS: Final = ", ".join(f'r."{name}"' for name in STORED)
_TYPES: Final = {
    **dict.fromkeys(("file", "port_from", "port_to", "port_step"), "USMALLINT"),
    **dict.fromkeys(("row", "start", "end", "last_seen"), "BIGINT"),
    "bits": "UTINYINT",
    "high": "UBIGINT",
    "low": "UBIGINT",
}
_EMPTY: Final = (
    "SELECT " + ", ".join(f'NULL::{_TYPES.get(name, "VARCHAR")} AS "{name}"' for name in STORED) + " LIMIT 0"
)


def _join(
    bulk: Bulk,
    probes: Sequence[tuple[int, int, Asked, int, int]],
    store: Path,
    number: int,
    bits: int,
    is_v4: bool,
) -> None:
    cut = [masked(one.block.high, one.block.low, bits) for _, _, one, _, _ in probes]
    bulk.run("DROP TABLE IF EXISTS probes")
    bulk.load(
        "probes",
        {
            "index": ("BIGINT", [index for index, *_ in probes]),
            "probe": ("BIGINT", [probe for _, probe, *_ in probes]),
            "high": ("UBIGINT", [high for high, _ in cut]),
            "low": ("UBIGINT", [low for _, low in cut]),
            "port": ("BIGINT", [one.port for _, _, one, _, _ in probes]),
            "first": ("BIGINT", [first for *_, first, _ in probes]),
            "last": ("BIGINT", [last for *_, last in probes]),
        },
    )
    # One key where one decides: a join on it is markedly faster than on two.
    keys = "r.low = p.low AND r.high = 0" if is_v4 else "r.high = p.high AND r.low = p.low"
    if not is_v4 and bits <= 64:
        keys = "r.high = p.high AND r.low = 0"
    earliest, latest = min(first for *_, first, _ in probes), max(last for *_, last in probes)
    bulk.run(f"""
        INSERT INTO hits
        SELECT p.index, p.probe, {number}, {_COLUMNS}
        FROM read_parquet({literal(store.resolve())}) r JOIN probes p ON {keys}
        WHERE r.bits = {bits} AND r.start <= {latest} AND (r."end" IS NULL OR r."end" > {earliest})
            AND r.start <= p.last AND (r."end" IS NULL OR r."end" > p.first)
            AND (p.port IS NULL OR r.port_from IS NULL OR (p.port BETWEEN r.port_from AND r.port_to
                AND (p.port - r.port_from) % coalesce(r.port_step, 1) = 0))
    """)  # noqa: S608 - our own names, integers, and a quoted path


def _by_observation(
    bulk: Bulk, sources: Sequence[tuple[Source, ...]]
) -> Iterator[tuple[int, dict[int, list[RecordRow]]]]:
    """(observation, {probe: its rows}) in the order of the observations, rows by store, file and row."""
    order = "SELECT * FROM hits ORDER BY index, probe, store, file, row"
    flat = (hit for batch in bulk.stream(order) for hit in batch)
    for index, hits in groupby(flat, key=itemgetter(0)):
        found: dict[int, list[RecordRow]] = {}
        for _, probe, store, *values in hits:
            found.setdefault(probe, []).append(record_row(sources[store][values[0]], tuple(values)))
        yield index, found


class _Job:
    """What is the same for all observations of one run."""

    def __init__(
        self, tolerance: int, coverage: CoverageTable, carriers: CarrierTable | None, skew: SkewPlan | None
    ) -> None:
        self.tolerance = tolerance
        self.coverage = coverage
        self.carriers = carriers
        self.skew = skew
        self.reach = 0 if skew is None else skew.reach_s * SECOND

    def verdict(self, one: Asked, found: dict[int, list[RecordRow]], readings: Sequence[Reading]) -> Verdict:
        near = found.get(_NEAR, [])
        match, theirs = self._match(one)
        told = self._told(one, match)
        candidates = self._candidates(one, near) if theirs is not False else ()
        covered: tuple[Covered, ...] = ()
        conflict = None
        if one.core is not None:
            first, last = one.core
            covered = covering(told, first, last)
            conflict = sources_disagree(candidates, first - self.tolerance, last + self.tolerance)
        kind = decide(
            theirs=theirs,
            certain=one.core is not None,
            port=one.port,
            candidates=candidates,
            covered=bool(covered),
            disagree=conflict is not None,
        )
        verdict = Verdict(
            kind=kind,
            asked=one,
            candidates=candidates,
            tolerance=self.tolerance,
            match=match,
            coverage=covered,
            zone_reading=_zone_reading(one),
            skew=self._skew(one, near, found, readings) if theirs is not False else None,
        )
        checked = double_entry.check(
            verdict,
            near,
            theirs=self._theirs_again(one, kind, theirs),
            covered=[(str(row.block), iso(row.start), iso(row.end)) for row in told],
        )
        return replace(verdict, against=against(verdict, near, conflict), rows_checked=checked)

    def _candidates(self, one: Asked, near: Sequence[RecordRow]) -> tuple[Candidate, ...]:
        if one.core is None:
            return ()
        first, last = one.core
        return tuple(
            Candidate(row, Within.CORE if row.meets(first, last) else Within.TOLERANCE)
            for row in near
            if row.meets(first - self.tolerance, last + self.tolerance)
        )

    def _match(self, one: Asked) -> tuple[Match | None, bool | None]:
        """The carrier's prefix over the core window, and whether there is one (None: no table was given)."""
        if self.carriers is None:
            return None, None
        if one.core is not None:
            match = self.carriers.find_between(one.block, *(moment(us) for us in one.core))
            return match, match is not None
        # Without an instant the address is only surely foreign where no reading of the time makes it theirs.
        local = one.instant.local
        for match in self.carriers.prefixes_over(one.block):
            if local is None:
                return match, True
            try:
                first, last = (local.replace(tzinfo=UTC) + shift for shift in (-EARLIEST_ZONE, EARLIEST_ZONE))
            except OverflowError:  # the calendar's first or last day: nothing is surely foreign
                return match, True
            if (found := self.carriers.find_between(one.block, first, last)) is not None:
                return found, True
        return None, False

    def _theirs_again(self, one: Asked, kind: VerdictKind, theirs: bool | None) -> bool | None:
        """The same question put to every prefix in turn, where the answer is that none holds the address."""
        if self.carriers is None or kind is not VerdictKind.NOT_THEIRS:
            return theirs
        return double_entry.held_by_any(self.carriers.carriers, one)

    def _told(self, one: Asked, match: Match | None) -> tuple[Covered, ...]:
        kind = None if match is None or match.prefix.shared is None else decisive_kind(match.prefix.shared)
        return self.coverage.of(one.block, kind)

    def _skew(
        self,
        one: Asked,
        near: Sequence[RecordRow],
        found: dict[int, list[RecordRow]],
        readings: Sequence[Reading],
    ) -> SkewReport | None:
        if self.skew is None:
            return None
        stated = set(names(row for row in near if one.core is not None and row.meets(*one.core)))
        answers = []
        for number, reading in enumerate(readings, start=1):
            who = names(found.get(number, ()))
            answers.append(ReadingAnswer(reading, who, one.core is not None and set(who) != stated))
        return SkewReport(self.reach, steps(one, near, self.reach), tuple(answers))


def _zone_reading(one: Asked) -> str:
    if one.at is not None and one.instant.zone_stated:
        return f"{one.instant.original!r} states its zone; read as {iso(one.at)}"
    if one.at is not None:
        return f"{one.instant.original!r} read as {iso(one.at)}"
    if one.instant.day_month_open:
        return f"{one.instant.original!r}: day and month can be exchanged; nothing was chosen"
    return f"{one.instant.original!r} states no zone; nothing was chosen"
