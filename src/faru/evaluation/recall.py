"""How much of the danger an order brings to the top, and what it costs in calls for nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from faru.evaluation.judged import Judged
from faru.evaluation.orders import Order, put_in
from faru.evaluation.year import Year

TOPS: Final = (1, 5, 10)
"""Shares of the queue, in per cent, that a hand might still read with care on a bad day."""


@dataclass(frozen=True, slots=True)
class BandCount:
    """How many leads a band holds, and behind how many of them a child is in danger."""

    band: str
    leads: int
    in_danger: int


@dataclass(frozen=True, slots=True)
class Score:
    """What one year says of the orders."""

    leads: int
    in_danger: int
    told: int  # of these, leads whose referrals show the danger somewhere
    recall: dict[Order, tuple[float, ...]]  # share of the leads in danger in the top, by `TOPS`
    ceiling: tuple[
        float, ...
    ]  # the most that any order could reach, by `TOPS`: a top has only so many places
    recall_of_told: tuple[float, ...]  # Faru's queue, among those whose referrals show it
    bands: tuple[BandCount, ...]
    pages: int
    false_pages: int  # calls for leads without danger
    days: int  # on which something arrived

    @property
    def false_pages_a_day(self) -> float:
        """Calls for nothing, a day on which something arrived."""
        return self.false_pages / self.days


def top(leads: Sequence[Judged], per_cent: int) -> Sequence[Judged]:
    """The first so many per cent, rounded up to whole leads."""
    return leads[: math.ceil(len(leads) * per_cent / 100)]


def score(year: Year, bands: Sequence[str]) -> Score:
    """Scores the year's queue; `bands` in the pack's order. ValueError where nobody is in danger."""
    if not year.in_danger:
        raise ValueError(f"Nobody is in danger in the year of seed {year.seed}: there is nothing to find.")
    told = sum(one.told is True for one in year.leads)
    paged = [one for one in year.leads if one.pages]
    return Score(
        leads=len(year.leads),
        in_danger=year.in_danger,
        told=told,
        recall={
            order: tuple(
                sum(one.in_danger for one in top(put, per_cent)) / year.in_danger for per_cent in TOPS
            )
            for order in Order
            for put in [put_in(order, year.leads)]
        },
        ceiling=tuple(
            min(len(top(year.leads, per_cent)), year.in_danger) / year.in_danger for per_cent in TOPS
        ),
        recall_of_told=tuple(
            sum(one.told is True for one in top(year.leads, per_cent)) / max(told, 1) for per_cent in TOPS
        ),
        bands=tuple(
            BandCount(band, len(held), sum(one.in_danger for one in held))
            for band in bands
            for held in [[one for one in year.leads if one.lead.band == band]]
        ),
        pages=len(paged),
        false_pages=sum(not one.in_danger for one in paged),
        days=year.days,
    )
