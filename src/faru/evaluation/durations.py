"""How long work takes in the simulation. ASSUMPTIONS: no pack states them, and no unit has measured them yet.

The pack's policy has deadlines, which say when a step must be done and not how long it takes. A unit that has
timed its own work puts its figures here; until then the page of evidence prints these beside every result.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Durations:
    """Hours of one officer's work; each drawn evenly between half and one and a half times."""

    read: float = 0.5  # register a lead, compare it, weigh it, decide
    ask: float = 0.4  # write the request to a carrier where its records may still be there
    case: float = 40.0  # from a child found in danger to a child who is safe: answer, checks, plan, visit


@dataclass(frozen=True, slots=True)
class Unit:
    """Who works, and when. Working days and holidays are the pack's."""

    duty: int = 1  # officers who only read the queue
    investigators: int = 4  # who read it too, as soon as no case waits for them
    opens_at: int = 8  # hour of the day in the unit's zone
    hours_a_day: int = 6  # at the queue or a case; the rest goes to court, calls and paper


ASSUMED = Durations()
FIVE = Unit()
