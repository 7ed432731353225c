"""A unit of five works off a year, one order at a time: how long does a child in danger wait?

Discrete events by `simpy`. Leads arrive when their referrals did. One officer reads the queue all day; the
others work on the cases of children found in danger and read when no case waits. Whoever reads takes the
first lead of the order. Places are drawn up anew each working morning, and for a lead when a referral of it
arrives; only the log-expiry clock depends on the time. A lead that was read comes back with its next
referral.

Nobody is called at night, although Faru's interrupts would: the queue alone is measured. An officer who reads
a lead finds the danger behind it, in every order alike; in truth some would not.
"""

import heapq
import math
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import simpy

from faru.evaluation.durations import Durations, Unit
from faru.evaluation.orders import Order
from faru.evaluation.shifts import Shifts, Wait, at_work, shifts, work
from faru.evaluation.standing import Growing, Place, place
from faru.policy import Calendar

WITHIN: Final = (1, 3, 7)
"""Days within which a child should be reached."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What one order came to in one year. Days are calendar days from arrival to reading."""

    order: Order
    opened: int  # leads read at least once
    leads: int
    median_days: float  # over all leads in danger; infinite where half of them were not reached
    p90_days: float
    within: tuple[float, ...]  # share of those that arrived so many days before the end or more, by `WITHIN`
    never: float  # share of the leads in danger that nobody had read at the end
    resolvable: float  # of leads with records at arrival: share read while a carrier still had some


class _Desk:
    """The pile of unread leads, and what became of each."""

    def __init__(
        self, env: simpy.Environment, begins: datetime, order: Order, leads: Sequence[Growing]
    ) -> None:
        self.env, self.begins, self.order, self.leads = env, begins, order, leads
        self.stage: dict[int, int] = {}  # of waiting leads: their standing
        self.heap: list[tuple[Place, int, int]] = []  # place, lead, stage
        self.cases: deque[int] = deque()  # leads found in danger that nobody works on yet
        self.found: set[int] = set()
        self.opened: dict[int, list[datetime]] = {}
        self.bell = env.event()

    @property
    def now(self) -> datetime:
        return self.begins + timedelta(hours=self.env.now)

    def arrive(self, lead: int, stage: int) -> None:
        self.stage[lead] = stage
        heapq.heappush(self.heap, (place(self.order, self.leads[lead], stage, self.now), lead, stage))
        self.ring()

    def draw_up(self) -> None:
        """All places anew, as of now."""
        self.heap = [
            (place(self.order, self.leads[lead], stage, self.now), lead, stage)
            for lead, stage in self.stage.items()
        ]
        heapq.heapify(self.heap)

    def take(self) -> int | None:
        """Opens the first lead; None where nothing waits."""
        while self.heap:
            _, lead, stage = heapq.heappop(self.heap)
            if self.stage.get(lead) == stage:
                del self.stage[lead]
                self.opened.setdefault(lead, []).append(self.now)
                return lead
        return None

    def ring(self) -> None:
        """Something came in: whoever sits idle looks up."""
        self.bell.succeed()
        self.bell = self.env.event()


def simulate(
    leads: Sequence[Growing],
    order: Order,
    ends: datetime,
    calendar: Calendar,
    *,
    durations: Durations,
    unit: Unit,
    seed: int,
) -> Reached:
    """Plays the year from its first arrival to `ends`. The same seed gives each lead the same hours of work.

    ValueError where no lead is in danger.
    """
    if all(lead.danger_since is None for lead in leads):
        raise ValueError("No lead is in danger: there is nobody to reach.")
    begins = min(lead.standings[0].since for lead in leads)
    env = simpy.Environment()
    desk = _Desk(env, begins, order, leads)
    hours = shifts(begins, ends, unit, calendar)
    chance = random.Random(seed)
    pace = [chance.uniform(0.5, 1.5) for _ in leads]
    env.process(_arrivals(desk))
    env.process(_mornings(desk, hours))
    for number in range(unit.duty + unit.investigators):
        env.process(_officer(desk, hours, durations, pace, takes_cases=number >= unit.duty))
    env.run(until=(ends - begins).total_seconds() / 3600)
    return _reached(desk, ends)


def _arrivals(desk: _Desk) -> Wait:
    due = sorted(
        (standing.since, lead, stage)
        for lead, growing in enumerate(desk.leads)
        for stage, standing in enumerate(growing.standings)
    )
    for since, lead, stage in due:
        yield desk.env.timeout(max(0.0, (since - desk.begins).total_seconds() / 3600 - desk.env.now))
        desk.arrive(lead, stage)


def _mornings(desk: _Desk, hours: Shifts) -> Wait:
    for opens in hours.opens:
        yield desk.env.timeout(opens - desk.env.now)
        desk.draw_up()


def _officer(
    desk: _Desk, hours: Shifts, durations: Durations, pace: Sequence[float], *, takes_cases: bool
) -> Wait:
    while True:
        yield from at_work(desk.env, hours)
        if takes_cases and desk.cases:
            yield from work(desk.env, hours, durations.case * pace[desk.cases.popleft()])
            continue
        lead = desk.take()
        if lead is None:
            yield desk.bell
            continue
        growing, opened = desk.leads[lead], desk.now
        asks = any(standing.resolvable(opened) for standing in growing.standings if standing.since <= opened)
        yield from work(desk.env, hours, (durations.read + durations.ask * asks) * pace[lead])
        since = growing.danger_since
        if since is not None and since <= opened and lead not in desk.found:
            desk.found.add(lead)
            desk.cases.append(lead)
            desk.ring()


def _reached(desk: _Desk, ends: datetime) -> Reached:
    waits: list[tuple[float, float]] = []  # days waited (infinite: never), days there were until the end
    for lead, growing in enumerate(desk.leads):
        since = growing.danger_since
        if since is not None:
            reached = next((at for at in desk.opened.get(lead, ()) if at >= since), None)
            waited = math.inf if reached is None else (reached - since) / timedelta(days=1)
            waits.append((waited, (ends - since) / timedelta(days=1)))
    days = sorted(waited for waited, _ in waits)
    return Reached(
        order=desk.order,
        opened=len(desk.opened),
        leads=len(desk.leads),
        median_days=_percentile(days, 0.5),
        p90_days=_percentile(days, 0.9),
        within=tuple(
            _share([waited <= most for waited, there_were in waits if there_were >= most]) for most in WITHIN
        ),
        never=_share([math.isinf(waited) for waited in days]),
        resolvable=_share(_still_there(desk, ends)),
    )


def _still_there(desk: _Desk, ends: datetime) -> list[bool]:
    """For each lead with records at its arrival whether they were there when it was first read.

    An unread lead whose records outlive the year is left out: nobody knows yet.
    """
    found = []
    for lead, growing in enumerate(desk.leads):
        first = growing.standings[0]
        if first.resolvable(first.since):
            opened = desk.opened.get(lead, [])
            if opened or not first.resolvable(ends):
                found.append(any(first.resolvable(at) for at in opened[:1]))
    return found


def _percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share does not exceed; `values` are sorted."""
    return values[max(0, math.ceil(len(values) * share) - 1)]


def _share(items: Sequence[bool]) -> float:
    """The share of true ones; 0 of none."""
    return sum(items) / len(items) if items else 0.0
