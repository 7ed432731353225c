"""What the engine answers: the state of a case, each part with its sentence."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from faru.policy.facts import StepRecord
from faru.policy.model import Effect, Outcome


class Standing(StrEnum):
    """What a step's record is worth."""

    DONE = "done"
    AWAITS_SIGNOFF = "awaits_signoff"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RecordState:
    """A record, what it is worth and why; `done_at` is when it made the step done."""

    record: StepRecord
    version: str  # of the policy it was judged by: the one in force when it was made
    standing: Standing
    sentence: str
    done_at: datetime | None = None


class DeadlineStatus(StrEnum):
    """How a clock stands."""

    OK = "ok"
    DUE_SOON = "due_soon"  # a quarter of the term or less is left
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"
    UNSET = "unset"  # nobody has stated how long it is: it warns


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineState:
    """A clock that has started."""

    key: str
    sentence: str
    status: DeadlineStatus
    started_at: datetime
    due: datetime | None  # None where the length is unset or beyond the calendar
    owner: str  # the person who holds the role, else the duty supervisor's name or role
    owner_role: str
    fell_to_duty: bool  # nobody holds the role in this case
    confirmed: bool  # False: warns only, and the sentence says "not legally confirmed"
    source: str
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Something not done, in words."""

    sentence: str
    step: str | None
    mandatory: bool
    due: datetime | None
    owner: str


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing a move waits for."""

    sentence: str
    open: bool


@dataclass(frozen=True, slots=True)
class MoveState:
    """A way out of the present stage and its gates; allowed when all are open."""

    to: str
    gates: tuple[Gate, ...]

    @property
    def allowed(self) -> bool:
        """All gates are open."""
        return all(gate.open for gate in self.gates)


class Priority(IntEnum):
    """What open interrupts make of a case; it only ever rises while one is open."""

    NORMAL = 0
    INTERRUPTED = 1
    PINNED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInterrupt:
    """An interrupt that nobody has validly cleared."""

    id: str
    sentence: str
    effects: frozenset[Effect]
    raised_at: datetime
    by: str
    why: str
    acknowledged_at: datetime | None
    to_clear: str  # what clearing it takes, or why a clearing did not hold
    requires: tuple[str, ...] = ()  # steps it asks for that are not done since
    concerns: str | None = None
    route_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of a case at one moment."""

    case: str
    policy: str
    version: str
    at: datetime
    judged: bool  # False: the versions this case stands on are not all at hand; `remarks` says which
    stage: str
    stage_sentence: str
    entered_at: datetime
    closed: bool
    moves: tuple[MoveState, ...] = ()
    missing: tuple[Missing, ...] = ()
    deadlines: tuple[DeadlineState, ...] = ()
    records: tuple[RecordState, ...] = ()
    open_interrupts: tuple[OpenInterrupt, ...] = ()
    outcome: Outcome | None = None
    remarks: tuple[str, ...] = ()  # what was recorded and does not hold, what is uncertain

    @property
    def allowed_moves(self) -> tuple[str, ...]:
        """The stages the case may go to now."""
        return tuple(move.to for move in self.moves if move.allowed)

    @property
    def gates(self) -> tuple[Gate, ...]:
        """Every gate of every way out, once."""
        return tuple(dict.fromkeys(gate for move in self.moves for gate in move.gates))

    @property
    def priority(self) -> Priority:
        """The highest that the open interrupts ask for."""
        if any(Effect.PIN in one.effects for one in self.open_interrupts):
            return Priority.PINNED
        return Priority.INTERRUPTED if self.open_interrupts else Priority.NORMAL
