"""The clocks of a case: which run, until when, who owns them, and which of them nobody has confirmed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from faru.conditions import Answer
from faru.policy.calendar import Term
from faru.policy.case import Case
from faru.policy.model import CASE_OPENED, STAGE_ENTERED, STEP, Deadline, Step
from faru.policy.records import Records
from faru.policy.state import DeadlineState, DeadlineStatus, OpenInterrupt
from faru.policy.way import Way

ENDED = frozenset({DeadlineStatus.MET, DeadlineStatus.MET_LATE})
"""Clocks that have stopped."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One start of a clock and, where it has stopped, when."""

    deadline: Deadline
    started_at: datetime
    stopped_at: datetime | None
    owners: tuple[str, ...]
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for something: a person, or the duty supervisor's role where nobody holds even that."""

    who: str
    role: str
    fell_to_duty: bool


def owner_of(case: Case, roles: tuple[str, ...]) -> Owner:
    """Who holds the first of `roles` that somebody holds; what nobody holds falls to the duty supervisor."""
    for role in roles:
        who = _holder(case, role)
        if who is not None:
            return Owner(who, role, False)
    duty = case.policy.duty_role
    return Owner(_holder(case, duty) or duty, duty, duty not in roles)


def _holder(case: Case, role: str) -> str | None:
    for person in case.facts.people:
        if person.role == role and person.who.strip() and not case.recused(person.who, case.now):
            return person.who
    return None


def deadlines(
    case: Case, records: Records, way: Way, interrupts: tuple[OpenInterrupt, ...]
) -> tuple[DeadlineState, ...]:
    """Every clock that has started: the running ones first, then by when they run out."""
    runs = [
        *_step_runs(case, records, way),
        *_policy_runs(case, records),
        *_interrupt_runs(case, records, interrupts),
    ]
    states = [_state(case, run) for run in runs]
    return tuple(
        sorted(
            states,
            key=lambda one: (
                one.status in ENDED,
                one.due is None,
                one.due or one.started_at,
                one.key,
                one.started_at,
            ),
        )
    )


def _step_runs(case: Case, records: Records, way: Way) -> Iterator[_Run]:
    policy = case.policy
    homes = {step.id: stage.id for stage in policy.stages for step in stage.steps}
    for step in policy.steps():
        if step.due is None or records.applies(policy, step, case.now) is Answer.FALSE:
            continue
        if step.due.starts == STAGE_ENTERED:
            starts = [visit.entered_at for visit in way.visits if visit.stage == homes.get(step.id)]
            starts = starts if step.each_visit else starts[:1]
        else:
            starts = _moments(case, records, step.due.starts)
        # What was done before the stage began is done; what an event asks for must be done after it.
        early = step.due.starts in (CASE_OPENED, STAGE_ENTERED) and not step.each_visit
        for start in starts:
            stop = records.done(policy, step, case.now, None if early else start)
            yield _Run(step.due, start, stop or records.skipped(step, case.now), _roles(step), step.id)


def _policy_runs(case: Case, records: Records) -> Iterator[_Run]:
    for deadline in case.policy.deadlines:
        stops = [] if deadline.stops is None else _moments(case, records, deadline.stops)
        for start in _moments(case, records, deadline.starts):
            stop = next((moment for moment in stops if moment >= start), None)
            yield _Run(deadline, start, stop, () if deadline.owner is None else (deadline.owner,))


def _interrupt_runs(case: Case, records: Records, interrupts: tuple[OpenInterrupt, ...]) -> Iterator[_Run]:
    duty = (case.policy.duty_role,)
    for one in interrupts:
        defined = case.interrupt(one.id, one.raised_at)
        if defined is None:
            continue
        if defined.acknowledge is not None:
            clock = _interrupt_clock(case, one, "acknowledge", defined.acknowledge)
            yield _Run(clock, one.raised_at, one.acknowledged_at, duty)
        if defined.decide is not None:
            asked = [step for name in defined.requires if (step := case.policy.step(name)) is not None]
            done = [records.done(case.policy, step, case.now, one.raised_at) for step in asked]
            times = [moment for moment in done if moment is not None]
            stop = max(times) if times and len(times) == len(done) else None
            yield _Run(_interrupt_clock(case, one, "decide", defined.decide), one.raised_at, stop, duty)


def interrupt_key(interrupt: str, what: str) -> str:
    """The key of an interrupt's clock; `what` is "acknowledge" or "decide"."""
    return f"interrupt.{interrupt}.{what}"


def _interrupt_clock(case: Case, one: OpenInterrupt, what: str, term: Term) -> Deadline:
    return Deadline(
        key=interrupt_key(one.id, what),
        sentence=f"{one.sentence} {'Answer the page' if what == 'acknowledge' else 'Decide'}.",
        term=term,
        starts="",
        stops=None,
        source=f"Policy {case.policy.id} {case.policy.version}",
        confirmed_by=case.policy.id,
        confirmed_on=case.policy.signed_on,
        child_safety=True,
    )


def _roles(step: Step) -> tuple[str, ...]:
    owner = step.due.owner if step.due else None
    return step.by if owner is None else (owner,)


def _moments(case: Case, records: Records, name: str) -> list[datetime]:
    """When something happened that starts or stops clocks, in order."""
    if name == CASE_OPENED:
        return [case.facts.opened_at]
    if not name.startswith(STEP):
        return [event.at for event in case.facts.events if event.kind == name]
    step = case.policy.step(name.removeprefix(STEP))
    if step is None:
        return []
    done = records.done(case.policy, step, case.now)
    return records.times(step.id) or ([] if done is None else [done])


def _state(case: Case, run: _Run) -> DeadlineState:
    deadline, calendar = run.deadline, case.policy.calendar
    owner = owner_of(case, run.owners)
    due = None if deadline.term is None else calendar.due(run.started_at, deadline.term)
    status = _status(run, due, case.now)
    confirmed = bool(deadline.confirmed_by and deadline.confirmed_on)
    words = [deadline.sentence]
    if due is None:
        unset = deadline.term is None
        words.append("Nobody has stated how long: ask for it." if unset else "It ends beyond the calendar.")
    else:
        words.append(f"{_HOW[status]} {calendar.show(due)}.")
        if deadline.term is not None and not calendar.certain(due, deadline.term):
            words.append("The list of holidays does not reach that far.")
    if not confirmed:
        words.append(f"Not legally confirmed; it warns only. Source: {deadline.source}.")
    if owner.fell_to_duty and status not in ENDED:
        words.append(f"Nobody in this case owns it: it falls to {owner.who}.")
    return DeadlineState(
        key=deadline.key,
        sentence=" ".join(words),
        status=status,
        started_at=run.started_at,
        due=due,
        owner=owner.who,
        owner_role=owner.role,
        fell_to_duty=owner.fell_to_duty,
        confirmed=confirmed,
        source=deadline.source,
        step=run.step,
    )


_HOW = {
    DeadlineStatus.OK: "Due",
    DeadlineStatus.DUE_SOON: "Due soon:",
    DeadlineStatus.OVERDUE: "Overdue since",
    DeadlineStatus.MET: "Met; it was due",
    DeadlineStatus.MET_LATE: "Met late; it was due",
}


def _status(run: _Run, due: datetime | None, now: datetime) -> DeadlineStatus:
    if run.stopped_at is not None:
        late = due is not None and run.stopped_at > due
        return DeadlineStatus.MET_LATE if late else DeadlineStatus.MET
    if due is None:
        return DeadlineStatus.UNSET
    if now > due:
        return DeadlineStatus.OVERDUE
    left, whole = due - now, due - run.started_at
    return DeadlineStatus.DUE_SOON if left * 4 <= whole else DeadlineStatus.OK
