"""A small policy with every kind of rule in it, and a case that goes all the way through it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from faru.conditions import Fact, FactType
from faru.policy import (
    Assignment,
    Calendar,
    CaseFacts,
    Deadline,
    Effect,
    EventKind,
    Interrupt,
    Move,
    NextStage,
    Outcome,
    OutcomeRule,
    Policy,
    PolicyRole,
    SignOff,
    SkipRule,
    Stage,
    Step,
    StepKind,
    StepRecord,
    Term,
    Unit,
)

OPENED = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
HASH = "ab" * 32


def _clock(key: str, amount: int, unit: Unit, starts: str = "stage_entered", **more: Any) -> Deadline:
    stated = {"stops": None, "source": "agreed", "confirmed_by": "office", "confirmed_on": "2026-01-01"}
    return Deadline(key=key, sentence=f"{key}.", term=Term(amount, unit), starts=starts, **(stated | more))


def _policy() -> Policy:
    form, decision = StepKind.FORM, StepKind.DECISION
    return Policy(
        id="small",
        version="A",
        title="A small policy",
        calendar=Calendar("Etc/GMT-5", frozenset({4, 5})),
        roles=(
            PolicyRole("officer", "Works.", "chief"),
            PolicyRole("chief", "Answers."),
            PolicyRole("worker", "Cares."),
        ),
        duty_role="chief",
        facts=(
            Fact("unsafe", FactType.BOOL, "Somebody is unsafe."),
            Fact("age", FactType.INT, "The suspect's age."),
            Fact("named", FactType.BOOL, "The suspect is named."),
            Fact("heard", FactType.BOOL, "The child will be heard."),
        ),
        events=(EventKind("door", "Somebody was at the door."), EventKind("arrest", "Arrested.")),
        interrupts=(
            Interrupt(
                id="danger",
                sentence="A child is in danger.",
                effects=frozenset({Effect.PIN, Effect.PAGE}),
                clear_by="chief",
                clear_needs=("reason", "who_saw_child"),
                when="unsafe",
                acknowledge=Term(15, Unit.MINUTES),
                decide=Term(1, Unit.HOURS),
                requires=("rescue",),
            ),
            Interrupt(
                id="youth",
                sentence="The suspect is a child.",
                effects=frozenset({Effect.ROUTE}),
                clear_by="chief",
                clear_needs=("reason",),
                when="age < 18",
                route_to="the youth service",
            ),
            Interrupt(
                id="kin",
                sentence="An officer is kin.",
                effects=frozenset({Effect.RECUSE}),
                clear_by="chief",
                clear_needs=("reason",),
            ),
        ),
        stages=(
            Stage(
                id="first",
                sentence="It begins.",
                next=(NextStage("second"),),
                steps=(
                    Step(
                        id="register",
                        sentence="Registered.",
                        kind=form,
                        by=("officer",),
                        needs=("sender",),
                        mandatory=True,
                        due=_clock("register", 4, Unit.HOURS),
                    ),
                    Step(
                        id="order",
                        sentence="Ordered.",
                        kind=decision,
                        by=("officer",),
                        signoff="chief",
                        mandatory=True,
                        due=_clock("order", 8, Unit.HOURS),
                    ),
                    Step(
                        id="tidy",
                        sentence="Tidied.",
                        kind=form,
                        by=("worker",),
                        due=_clock("tidy", 3, Unit.WORKING_DAYS),
                    ),
                ),
            ),
            Stage(
                id="second",
                sentence="It goes on.",
                next=(NextStage("third"), NextStage("cells", "arrest")),
                steps=(
                    Step(
                        id="plan",
                        sentence="Planned.",
                        kind=StepKind.DOCUMENT,
                        by=("worker",),
                        after=("order",),
                        before="door",
                        mandatory=True,
                    ),
                    Step(id="known", sentence="Named.", kind=StepKind.FACT, by=(), holds="named"),
                    Step(
                        id="review",
                        sentence="Reviewed by two.",
                        kind=form,
                        by=("officer",),
                        signoff="officer",
                        peer=True,
                        each_visit=True,
                        mandatory=True,
                    ),
                    Step(
                        id="hearing",
                        sentence="Heard.",
                        kind=form,
                        by=("worker",),
                        when="heard",
                        at_most=2,
                    ),
                ),
            ),
            Stage(
                id="cells",
                sentence="In custody.",
                next=(NextStage("third"),),
                steps=(
                    Step(
                        id="judge",
                        sentence="Before a judge.",
                        kind=form,
                        by=("officer",),
                        mandatory=True,
                        due=_clock("judge", 24, Unit.HOURS, "arrest"),
                    ),
                ),
            ),
            Stage(
                id="third",
                sentence="It is decided.",
                next=(
                    NextStage("second", 'outcome == "returned"'),
                    NextStage("last", 'outcome != "returned"'),
                ),
                steps=(
                    Step(
                        id="outcome_in",
                        sentence="Outcome recorded.",
                        kind=decision,
                        by=("chief",),
                        needs=("outcome",),
                        each_visit=True,
                        mandatory=True,
                    ),
                ),
            ),
            Stage(
                id="last",
                sentence="It ends.",
                steps=(
                    Step(
                        id="close",
                        sentence="Closed.",
                        kind=decision,
                        by=("officer",),
                        signoff="chief",
                        mandatory=True,
                    ),
                ),
            ),
        ),
        anytime=(
            Step(id="rescue", sentence="Made safe.", kind=decision, by=("worker", "chief")),
            Step(
                id="terms",
                sentence="Terms checked.",
                kind=form,
                by=("chief",),
                when='outcome == "reprimand_agreement"',
                due=_clock("terms", 1, Unit.YEARS, "step:outcome_in"),
            ),
        ),
        deadlines=(
            _clock("whole", 60, Unit.DAYS, "case_opened", stops="step:outcome_in", owner="officer"),
            _clock("nobody", 30, Unit.DAYS, "arrest", confirmed_by=None, confirmed_on=None),
        ),
        outcomes=(
            OutcomeRule(Outcome.CHARGED, "Charged."),
            OutcomeRule(Outcome.RETURNED, "Returned.", ("lacking",)),
            OutcomeRule(Outcome.REPRIMAND_AGREEMENT, "Reprimanded.", ("terms", "ends_on")),
        ),
        outcome_step="outcome_in",
        skip=SkipRule("chief", ("reason",)),
        signed_on="2026-01-01",
    )


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The small policy, version A."""
    return _policy()


@pytest.fixture(scope="session")
def after() -> Callable[[float], datetime]:
    """The instant so many hours after the case was opened."""
    return lambda hours: OPENED + timedelta(hours=hours)


@pytest.fixture(scope="session")
def record(after: Callable[[float], datetime]) -> Callable[..., StepRecord]:
    """A record: step, who, role, hours; the rest as `StepRecord` has it, `sign=(who, role, hours)`."""

    def make(step: str, who: str, role: str, hours: float, **more: Any) -> StepRecord:
        sign = more.pop("sign", None)
        signoff = SignOff(sign[0], sign[1], after(sign[2])) if sign else None
        named = more.pop("id", f"{step}@{hours}")
        return StepRecord(id=named, step=step, who=who, role=role, at=after(hours), signoff=signoff, **more)

    return make


@pytest.fixture(scope="session")
def opened() -> CaseFacts:
    """A case that has just been opened, with three people on it."""
    return CaseFacts(
        case="C-1",
        policy="small",
        version="A",
        opened_at=OPENED,
        people=(Assignment("officer", "ona"), Assignment("chief", "cem"), Assignment("worker", "wim")),
    )


@pytest.fixture(scope="session")
def whole(
    opened: CaseFacts, record: Callable[..., StepRecord], after: Callable[[float], datetime]
) -> CaseFacts:
    """A case done as agreed from its first hour to its close, 60 hours later."""
    return replace(
        opened,
        records=(
            record("register", "ona", "officer", 1, fields={"sender": "abroad"}),
            record("order", "ona", "officer", 2, fields={"reason": "r"}, sign=("cem", "chief", 3)),
            record("tidy", "wim", "worker", 4),
            record("plan", "wim", "worker", 10, document=HASH),
            record("review", "ona", "officer", 11, sign=("oda", "officer", 12)),
            record("outcome_in", "cem", "chief", 40, fields={"reason": "r", "outcome": "charged"}),
            record("close", "ona", "officer", 55, fields={"reason": "r"}, sign=("cem", "chief", 56)),
        ),
        moves=(
            Move("second", after(5), "ona"),
            Move("third", after(20), "ona"),
            Move("last", after(50), "ona"),
        ),
    )
