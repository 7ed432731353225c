"""What an agreed policy says about one case: its stage, what is missing in words, by when, and who owns it.

A pure engine: a policy, the facts of a case and a moment go in, a `State` comes out. It knows no country and
no file; `packs` builds the policy, whoever holds the case brings the facts.
"""

from faru.policy.calendar import Calendar, Term, Unit
from faru.policy.engine import evaluate
from faru.policy.facts import (
    Acknowledgement,
    Assignment,
    CaseFacts,
    Clearing,
    Event,
    Migration,
    Move,
    RaisedInterrupt,
    SignOff,
    Skip,
    StatedFact,
    StepRecord,
)
from faru.policy.model import (
    Deadline,
    Effect,
    EventKind,
    Interrupt,
    NextStage,
    Outcome,
    OutcomeRule,
    Policy,
    PolicyRole,
    SkipRule,
    Stage,
    Step,
    StepKind,
)
from faru.policy.soundness import Unsound, unsound
from faru.policy.state import (
    DeadlineState,
    DeadlineStatus,
    Gate,
    Missing,
    MoveState,
    OpenInterrupt,
    Priority,
    RecordState,
    Standing,
    State,
)

__all__ = [
    "Acknowledgement",
    "Assignment",
    "Calendar",
    "CaseFacts",
    "Clearing",
    "Deadline",
    "DeadlineState",
    "DeadlineStatus",
    "Effect",
    "Event",
    "EventKind",
    "Gate",
    "Interrupt",
    "Migration",
    "Missing",
    "Move",
    "MoveState",
    "NextStage",
    "OpenInterrupt",
    "Outcome",
    "OutcomeRule",
    "Policy",
    "PolicyRole",
    "Priority",
    "RaisedInterrupt",
    "RecordState",
    "SignOff",
    "Skip",
    "SkipRule",
    "Stage",
    "Standing",
    "State",
    "StatedFact",
    "Step",
    "StepKind",
    "StepRecord",
    "Term",
    "Unit",
    "Unsound",
    "evaluate",
    "unsound",
]
