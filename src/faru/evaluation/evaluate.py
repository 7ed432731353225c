"""Runs the whole evaluation: some invented years, each read, ranked, scored and worked off in every order."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from faru.evaluation.audit import Interval, draw, wilson
from faru.evaluation.durations import ASSUMED, FIVE, Durations, Unit
from faru.evaluation.likeness import Counts, Likeness, compare, count
from faru.evaluation.orders import Order
from faru.evaluation.recall import Score, score, top
from faru.evaluation.simulation import Reached, simulate
from faru.evaluation.standing import grow
from faru.evaluation.year import Year, make_year
from faru.packs.model import Pack

AUDIT_SHARE: Final = 0.03
"""Of everything beneath the top tenth: between the 2 and 5 per cent that a unit can afford to read."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What a random draw from the bottom says of the misses there, and what is true."""

    drawn: int
    found: int  # of the drawn, leads with a child in danger
    estimate: Interval
    bottom: int
    missed: int  # leads in danger beneath the top tenth, known only because the year is invented

    @property
    def holds(self) -> bool:
        """Whether the true share lies within the bounds."""
        return self.estimate.low <= self.missed / self.bottom <= self.estimate.high


@dataclass(frozen=True, slots=True)
class YearResult:
    """Everything that one year says."""

    seed: int
    referrals: int
    score: Score
    reached: tuple[Reached, ...]  # one an order
    audit: Audit


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What all years say. Always synthetic."""

    pack: str
    rules_version: str
    seeds: tuple[int, ...]
    referrals: int  # asked for in each year
    durations: Durations
    unit: Unit
    years: tuple[YearResult, ...]
    likeness: tuple[Likeness, ...]


def evaluate(
    pack: Pack, seeds: Sequence[int], referrals: int, progress: Callable[[int, int], None] | None = None
) -> Evaluation:
    """Evaluates the pack's rules on one year a seed. `progress` is told (years done, years in all).

    ValueError where `referrals` are too few for the generator, or nobody is in danger in a year.
    """
    results: list[YearResult] = []
    counts: list[Counts] = []
    for done, seed in enumerate(seeds):
        if progress is not None:
            progress(done, len(seeds))
        with TemporaryDirectory(prefix="faru-evaluate-") as folder:
            year = make_year(Path(folder), seed=seed, referrals=referrals, pack=pack)
        counts.append(count(year))
        results.append(_result(year, pack))
    if progress is not None:
        progress(len(seeds), len(seeds))
    return Evaluation(
        pack=pack.id,
        rules_version=pack.rulebook.version,
        seeds=tuple(seeds),
        referrals=referrals,
        durations=ASSUMED,
        unit=FIVE,
        years=tuple(results),
        likeness=compare(counts),
    )


def _result(year: Year, pack: Pack) -> YearResult:
    growing = grow(year, pack)
    return YearResult(
        seed=year.seed,
        referrals=len(year.referrals),
        score=score(year, [band.name for band in pack.rulebook.bands]),
        reached=tuple(
            simulate(growing, order, year.ends, pack.calendar, durations=ASSUMED, unit=FIVE, seed=year.seed)
            for order in Order
        ),
        audit=audit(year, AUDIT_SHARE),
    )


def audit(year: Year, share: float) -> Audit:
    """Draws from beneath the top tenth; the truth stands in for the human who reads what was drawn."""
    bottom = year.leads[len(top(year.leads, 10)) :]
    in_danger = {one.lead.id for one in bottom if one.in_danger}
    drawn = draw((one.lead.id for one in bottom), share, year.seed)
    found = len(in_danger.intersection(drawn))
    return Audit(len(drawn), found, wilson(found, len(drawn)), len(bottom), len(in_danger))


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure over all years."""

    mean: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Mean, least and most. A value that is infinite in one year leaves the mean infinite, as it should."""
    return Spread(math.fsum(values) / len(values), min(values), max(values))
