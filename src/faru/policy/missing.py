"""What is missing in a case, in words: each lack with who owes it and until when."""

from faru.conditions import Answer
from faru.policy.case import Case
from faru.policy.clocks import ENDED, interrupt_key, owner_of
from faru.policy.model import Step
from faru.policy.records import Records
from faru.policy.state import DeadlineState, Missing, OpenInterrupt
from faru.policy.way import Visit, Way, since


def what_is_missing(
    case: Case,
    records: Records,
    way: Way,
    interrupts: tuple[OpenInterrupt, ...],
    clocks: tuple[DeadlineState, ...],
) -> tuple[Missing, ...]:
    """Steps not done: of this stage, left behind, asked for by an interrupt or event. Soonest due first."""
    running = {one.step: one for one in reversed(clocks) if one.step and one.status not in ENDED}
    asked = {step: one for one in reversed(interrupts) for step in one.requires}
    by_key = {one.key: one for one in reversed(clocks)}
    homes = {step.id: stage.id for stage in case.policy.stages for step in stage.steps}
    visits = {visit.stage: visit for visit in way.visits}
    found = []
    for step in case.policy.steps():
        clock = running.get(step.id)
        visit = visits.get(homes.get(step.id, ""))
        breach = _breach(case, records, step)
        if step.id in asked:
            decide = by_key.get(interrupt_key(asked[step.id].id, "decide"))
            why = f"An open interrupt asks for it: {asked[step.id].sentence}"
            found.append(_lack(case, records, step, decide or clock, why))
        elif records.applies(case.policy, step, case.now) is Answer.FALSE or records.skipped(step, case.now):
            continue
        elif breach is not None:
            found.append(_lack(case, records, step, clock, breach))
        elif clock is not None or (visit is not None and not _done(case, records, step, visit)):
            left = visit is not None and visit.stage != way.here.stage
            found.append(_lack(case, records, step, clock, "It was left behind." if left else ""))
    return tuple(sorted(found, key=lambda one: (one.due is None, one.due or case.now)))


def _done(case: Case, records: Records, step: Step, visit: Visit) -> bool:
    return records.done(case.policy, step, case.now, since(step, visit)) is not None


def _breach(case: Case, records: Records, step: Step) -> str | None:
    """The event that came before the step although it must not; None where none did."""
    first = next((event for event in case.facts.events if event.kind == step.before), None)
    if step.before is None or first is None or records.done(case.policy, step, first.at) is not None:
        return None
    sentence = next((event.sentence for event in case.policy.events if event.id == step.before), step.before)
    return f"It was to come first and did not: {sentence} {case.policy.calendar.show(first.at)}."


def _lack(case: Case, records: Records, step: Step, clock: DeadlineState | None, why: str) -> Missing:
    waiting = records.awaiting(step.id)
    roles = (step.signoff,) if waiting is not None and step.signoff is not None else step.by
    words = [waiting.sentence if waiting else f"{step.sentence} To be done by {' or '.join(step.by)}."]
    if step.when is not None and records.applies(case.policy, step, case.now) is Answer.UNKNOWN:
        words.append(f"Nobody has stated whether it applies ({step.when}); it does until somebody does.")
    due = clock.due if clock else None
    if due is not None:
        words.append(f"{'Overdue since' if case.now > due else 'By'} {case.policy.calendar.show(due)}.")
    if why:
        words.append(why)
    return Missing(" ".join(words), step.id, step.mandatory, due, owner_of(case, roles).who)
