"""An agreed policy as typed data: stages, steps, clocks, interrupts, outcomes and who may do what.

Everything is frozen and in the order of the pack. Whether it holds together is told by `soundness`;
what it says about a case by `engine`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from faru.conditions import Fact
from faru.policy.calendar import Calendar, Term

CASE_OPENED = "case_opened"
"""What a clock may start from besides the policy's events: the opening of the case,"""
STAGE_ENTERED = "stage_entered"
"""the entry into the step's own stage,"""
STEP = "step:"
"""and, with a step's id behind it, the moment that step was done."""


class StepKind(StrEnum):
    """What makes a step done. None of them is a check box."""

    FORM = "form"  # the fields the pack asks for
    DOCUMENT = "document"  # attached, by its hash
    REQUEST = "request"  # to a carrier, a platform or a court
    DECISION = "decision"  # by a role, with its reason
    FACT = "fact"  # true by itself when the case's facts say so


class Effect(StrEnum):
    """What an interrupt does while it is open."""

    PIN = "pin"  # stands on top of the queue
    PAGE = "page"  # calls the duty supervisor
    ROUTE = "route"  # belongs to another service
    RECUSE = "recuse"  # an officer must not act


class Outcome(StrEnum):
    """How a prosecution ends, or goes on."""

    CHARGED = "charged"
    REPRIMAND_AGREEMENT = "reprimand_agreement"
    RETURNED = "returned"
    NO_CHARGE = "no_charge"
    RELEASE_APPEALED = "release_appealed"
    CONVICTED = "convicted"
    ACQUITTED = "acquitted"


@dataclass(frozen=True, slots=True)
class PolicyRole:
    """A role of the policy. `senior` is the role that stands above it, None at the top."""

    id: str
    sentence: str
    senior: str | None = None


@dataclass(frozen=True, slots=True)
class EventKind:
    """Something that happens to a case and starts or stops clocks: an arrest, a publication."""

    id: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A clock. `source` says where its length comes from, `confirmed_by` who vouches for it.

    `term` None: nobody has stated the length. `starts` is an event, CASE_OPENED, STAGE_ENTERED or STEP + id;
    `stops` is an event or STEP + id; a step's own clock stops when the step is done, whatever `stops` says.
    """

    key: str
    sentence: str
    term: Term | None
    starts: str
    stops: str | None
    source: str
    owner: str | None = None  # a role; None: the step's first role, else the duty supervisor
    confirmed_by: str | None = None
    confirmed_on: str | None = None
    child_safety: bool = False  # a child's safety hangs on it: never counted in working days


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that must be done, and by whom. It is done only by its record."""

    id: str
    sentence: str
    kind: StepKind
    by: tuple[str, ...]  # roles, any of which may do it
    signoff: str | None = None  # the role that signs, never the doer
    peer: bool = False  # a second person of the doer's own role signs on purpose (two-person review)
    mandatory: bool = False  # no move onward without it, and it can't be skipped
    needs: tuple[str, ...] = ()  # fields its record must hold
    when: str | None = None  # CEL: applies unless this is false
    holds: str | None = None  # CEL: what makes a FACT step true
    due: Deadline | None = None
    before: str | None = None  # an event that must not happen first
    after: tuple[str, ...] = ()  # steps that must be done first
    each_visit: bool = False  # asked anew each time the case enters the stage
    at_most: int | None = None  # how often it may be done at all


@dataclass(frozen=True, slots=True)
class NextStage:
    """A way out of a stage, open where `when` (CEL) is true or absent."""

    to: str
    when: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of the way. A stage without a way out is where a case ends."""

    id: str
    sentence: str
    steps: tuple[Step, ...]
    next: tuple[NextStage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupt:
    """A fact that pre-empts everything, defined once; rules and people only name its id."""

    id: str
    sentence: str
    effects: frozenset[Effect]
    clear_by: str  # the role that may clear it
    clear_needs: tuple[str, ...]  # what must be stated to clear it
    when: str | None = None  # CEL: raises it by itself at any stage
    acknowledge: Term | None = None
    decide: Term | None = None
    requires: tuple[str, ...] = ()  # steps to do anew once it is raised
    route_to: str | None = None  # the service it belongs to, for ROUTE


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """An outcome this policy knows and what its record must state."""

    outcome: Outcome
    sentence: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SkipRule:
    """Who may leave out a step that is not mandatory, and what must be stated for it."""

    by: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of one policy. The first stage is where a case begins."""

    id: str
    version: str
    title: str
    calendar: Calendar
    roles: tuple[PolicyRole, ...]
    duty_role: str  # takes what nobody owns
    stages: tuple[Stage, ...]
    anytime: tuple[Step, ...] = ()  # steps that belong to no stage: interrupts ask for them
    events: tuple[EventKind, ...] = ()
    facts: tuple[Fact, ...] = ()  # what its conditions may read, besides events and `outcome`
    interrupts: tuple[Interrupt, ...] = ()
    deadlines: tuple[Deadline, ...] = ()  # clocks that belong to no step
    outcomes: tuple[OutcomeRule, ...] = ()
    outcome_step: str | None = None  # the step whose record states the outcome in its field "outcome"
    skip: SkipRule | None = None
    offence_families: tuple[str, ...] = ()  # which offences of the pack it is for
    signed_on: str | None = None  # None: a draft, and every state says so

    def steps(self) -> Iterator[Step]:
        """Every step, stage by stage, then those that belong to none."""
        for stage in self.stages:
            yield from stage.steps
        yield from self.anytime

    def step(self, step_id: str) -> Step | None:
        """The step with this id."""
        return next((step for step in self.steps() if step.id == step_id), None)

    def stage(self, stage_id: str) -> Stage | None:
        """The stage with this id."""
        return next((stage for stage in self.stages if stage.id == stage_id), None)

    def interrupt(self, interrupt_id: str) -> Interrupt | None:
        """The interrupt with this id."""
        return next((one for one in self.interrupts if one.id == interrupt_id), None)
