"""The way a case took: its recorded moves replayed, so that none stands that skipped a mandatory step."""

from dataclasses import dataclass
from datetime import datetime

from faru.conditions import Answer
from faru.policy.alarms import open_interrupts
from faru.policy.case import Case, InForce
from faru.policy.facts import Move
from faru.policy.model import NextStage, Policy, Stage, Step
from faru.policy.records import Records
from faru.policy.state import Gate, MoveState

_SAID = {Answer.FALSE: "it is not so", Answer.UNKNOWN: "nobody has stated it", Answer.TRUE: "it is so"}


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay in a stage."""

    stage: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Way:
    """The visits, the last of them the present one, and what was recorded and does not hold."""

    visits: tuple[Visit, ...]
    remarks: tuple[str, ...]

    @property
    def here(self) -> Visit:
        """The present visit."""
        return self.visits[-1]


def walk(case: Case, records: Records) -> Way:
    """Replay moves and migrations in order of time, each judged by what was known and in force then."""
    visits = [Visit(case.versions[0].policy.stages[0].id, case.facts.opened_at)]
    remarks: list[str] = []
    turns: list[tuple[datetime, int, InForce | Move]] = [
        (version.since, 0, version) for version in case.versions[1:]
    ]
    turns += [(move.at, 1, move) for move in case.facts.moves]
    for at, _, turn in sorted(turns, key=lambda one: one[:2]):
        here = visits[-1]
        if isinstance(turn, InForce):
            if turn.stage is not None and turn.stage != here.stage and turn.policy.stage(turn.stage):
                visits.append(Visit(turn.stage, at))
            continue
        policy = case.policy_at(at)
        closed = [
            gate.sentence
            for way in ways_out(case, records, policy, here, at)
            if way.to == turn.to
            for gate in way.gates
            if not gate.open
        ]
        stage = policy.stage(here.stage)
        if stage is None or turn.to not in {way.to for way in stage.next}:
            closed = [f'no way leads from "{here.stage}" to it']
        if at < here.entered_at:
            closed.append("it is older than the stage it leaves")
        if closed:
            moved = f'The move to "{turn.to}" of {policy.calendar.show(at)} by {turn.by}'
            reasons = " ".join(f"({number}) {reason}" for number, reason in enumerate(closed, 1))
            remarks.append(f"{moved} does not stand; not so: {reasons}")
        else:
            visits.append(Visit(turn.to, at))
    return Way(tuple(visits), tuple(remarks))


def since(step: Step, visit: Visit) -> datetime | None:
    """From when on a record counts for a step of a visit."""
    return visit.entered_at if step.each_visit else None


def ways_out(
    case: Case, records: Records, policy: Policy, visit: Visit, at: datetime
) -> tuple[MoveState, ...]:
    """The ways out of the visited stage, each with its gates as they stood at `at`."""
    stage = policy.stage(visit.stage)
    if stage is None:
        return ()
    steps = tuple(_step_gates(case, records, policy, stage, visit, at))
    return tuple(
        MoveState(way.to, (*steps, *_way_gates(case, records, policy, way, at))) for way in stage.next
    )


def _step_gates(
    case: Case, records: Records, policy: Policy, stage: Stage, visit: Visit, at: datetime
) -> list[Gate]:
    return [
        Gate(
            f"{step.sentence} ({' or '.join(step.by)})",
            records.done(policy, step, at, since(step, visit)) is not None,
        )
        for step in stage.steps
        if step.mandatory and records.applies(policy, step, at) is not Answer.FALSE
    ]


def _way_gates(case: Case, records: Records, policy: Policy, way: NextStage, at: datetime) -> list[Gate]:
    gates = []
    if way.when is not None:
        answer = case.answer(policy, way.when, at)
        gates.append(Gate(f"This way is for: {way.when}; {_SAID[answer]}.", answer is Answer.TRUE))
    target = policy.stage(way.to)
    if target is not None and not target.next:
        still = [one.id for one in open_interrupts(case, records, at)]
        named = f" (open: {', '.join(still)})" if still else ""
        gates.append(Gate(f"No interrupt is open{named}.", not still))
    return gates
