"""Whether a policy holds together: every name it uses exists, every stage is reached, everybody can act.

Each finding carries the place as keys of the policy's file, so that `packs` can name the line.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from faru.conditions import ConditionFault, Conditions
from faru.policy.calendar import Unit
from faru.policy.model import CASE_OPENED, STAGE_ENTERED, STEP, Deadline, Effect, Policy, Step, StepKind
from faru.policy.reading import readable, sources

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsound:
    """One thing wrong with a policy. `grave` False: it works, but somebody should look at it."""

    place: Place
    sentence: str
    grave: bool = True


_PLAIN_HOURS = "A child's safety is counted in plain hours, not in working days."


def unsound(policy: Policy) -> tuple[Unsound, ...]:
    """Everything found, part by part. A policy without grave findings can be evaluated."""
    return (
        *_roles(policy),
        *_stages(policy),
        *_steps(policy),
        *_interrupts(policy),
        *_outcomes(policy),
        *_clocks(policy),
        *_conditions(policy),
    )


def _placed(policy: Policy) -> Iterator[tuple[Place, Step, bool]]:
    """Each step with its place and whether it belongs to a stage."""
    for stage in policy.stages:
        for step in stage.steps:
            yield ("stages", stage.id, "steps", step.id), step, True
    for step in policy.anytime:
        yield ("anytime", step.id), step, False


def _roles(policy: Policy) -> Iterator[Unsound]:
    known = {role.id for role in policy.roles}
    if policy.duty_role not in known:
        yield Unsound(("duty_role",), f'The duty role "{policy.duty_role}" is not among the roles.')
    for role in policy.roles:
        seen, above = {role.id}, role.senior
        while above is not None and above in known and above not in seen:
            seen.add(above)
            above = next(one.senior for one in policy.roles if one.id == above)
        if above is not None and above not in known:
            yield Unsound(("roles", role.id, "senior"), f'The senior role "{above}" is not among the roles.')
        elif above is not None:
            yield Unsound(("roles", role.id, "senior"), f'Above "{role.id}" the roles go round in a circle.')
    if policy.skip is not None and policy.skip.by not in known:
        yield Unsound(("skip", "by"), f'The role "{policy.skip.by}" is not among the roles.')


def _stages(policy: Policy) -> Iterator[Unsound]:
    if not policy.stages:
        yield Unsound(("stages",), "There is no stage; a case must begin somewhere.")
        return
    known = {stage.id for stage in policy.stages}
    for stage in policy.stages:
        for way in stage.next:
            if way.to not in known:
                yield Unsound(("stages", stage.id, "next"), f'The next stage "{way.to}" does not exist.')
    reached = {policy.stages[0].id}
    while (
        more := {
            way.to for stage in policy.stages if stage.id in reached for way in stage.next if way.to in known
        }
        - reached
    ):
        reached |= more
    for stage in policy.stages:
        if stage.id not in reached:
            yield Unsound(("stages", stage.id), f'No way leads to the stage "{stage.id}".')
    if all(stage.next for stage in policy.stages):
        yield Unsound(("stages",), "Every stage has a way out: no case can end. Leave the last one without.")


def _steps(policy: Policy) -> Iterator[Unsound]:
    roles = {role.id: role for role in policy.roles}
    events = {event.id for event in policy.events}
    ids = [step.id for step in policy.steps()]
    for place, step, _ in _placed(policy):
        if ids.count(step.id) > 1:
            yield Unsound(place, f'The step id "{step.id}" is used more than once; give each its own.')
        if not step.by and step.kind is not StepKind.FACT:
            yield Unsound(place, f'Nobody may do the step "{step.id}": name a role under "by".')
        for role in (*step.by, *([step.signoff] if step.signoff else ())):
            if role not in roles:
                key = "by" if role in step.by else "signoff"
                yield Unsound((*place, key), f'The role "{role}" is not among the roles.')
        senior = roles[step.signoff].senior if step.signoff in roles else None
        if step.signoff in step.by and senior is not None and not step.peer:
            yield Unsound(
                (*place, "signoff"),
                f'"{step.signoff}" does "{step.id}" and signs it too, though "{senior}" stands above; let '
                f'"{senior}" sign, or write "peer: true" where a second person of the same role is meant.',
            )
        if (step.kind is StepKind.FACT) != (step.holds is not None):
            yield Unsound(place, f'The step "{step.id}" needs "holds" if it is a fact, and only then.')
        if step.before is not None and step.before not in events:
            yield Unsound((*place, "before"), f'The event "{step.before}" is not among the events.')
        for earlier in step.after:
            if earlier not in ids:
                yield Unsound((*place, "after"), f'The step "{earlier}" does not exist.')
        if _circles(policy, step):
            yield Unsound((*place, "after"), f'"{step.id}" waits for itself: mend "after".')


def _circles(policy: Policy, step: Step) -> bool:
    waits_for = {one.id: one.after for one in policy.steps()}
    seen: set[str] = set()
    todo = list(step.after)
    while todo:
        one = todo.pop()
        if one == step.id:
            return True
        if one not in seen:
            seen.add(one)
            todo += waits_for.get(one, ())
    return False


def _interrupts(policy: Policy) -> Iterator[Unsound]:
    roles = {role.id for role in policy.roles}
    steps = {step.id for step in policy.steps()}
    for one in policy.interrupts:
        place = ("interrupts", one.id)
        if not one.effects:
            yield Unsound(place, f'The interrupt "{one.id}" has no effect.')
        if one.clear_by not in roles:
            yield Unsound((*place, "clear", "by"), f'The role "{one.clear_by}" is not among the roles.')
        if "reason" not in one.clear_needs:
            yield Unsound((*place, "clear"), f'"{one.id}" could be cleared without a reason; add "reason".')
        if (Effect.ROUTE in one.effects) != (one.route_to is not None):
            yield Unsound(place, f'"{one.id}" needs "route_to" if it routes, and only then.')
        for step in one.requires:
            if step not in steps:
                yield Unsound((*place, "requires"), f'The step "{step}" does not exist.')
        for key, term in (("acknowledge", one.acknowledge), ("decide", one.decide)):
            if term is not None and term.unit is Unit.WORKING_DAYS:
                yield Unsound((*place, key), _PLAIN_HOURS)


def _outcomes(policy: Policy) -> Iterator[Unsound]:
    step = None if policy.outcome_step is None else policy.step(policy.outcome_step)
    if policy.outcome_step is not None and step is None:
        yield Unsound(("outcome_step",), f'The step "{policy.outcome_step}" does not exist.')
    if step is not None and "outcome" not in step.needs:
        yield Unsound(("outcome_step",), f'The step "{step.id}" must need the field "outcome".')
    if (policy.outcome_step is None) != (not policy.outcomes):
        yield Unsound(("outcome_step",), '"outcomes" and "outcome_step" belong together.')


def _clocks(policy: Policy) -> Iterator[Unsound]:
    for place, step, staged in _placed(policy):
        if step.due is not None:
            yield from _clock(policy, (*place, "due"), step.due, staged=staged)
            if step.kind is StepKind.FACT and not step.by and step.due.owner is None:
                yield Unsound((*place, "due"), _ownerless(step.due), grave=False)
    for deadline in policy.deadlines:
        place = ("deadlines", deadline.key)
        yield from _clock(policy, place, deadline, staged=False)
        if deadline.owner is None:
            yield Unsound(place, _ownerless(deadline), grave=False)


def _ownerless(deadline: Deadline) -> str:
    return f'The deadline "{deadline.key}" has no owner; it falls to the duty supervisor.'


def _clock(policy: Policy, place: Place, deadline: Deadline, *, staged: bool) -> Iterator[Unsound]:
    events = {event.id for event in policy.events} | {CASE_OPENED}
    steps = {step.id for step in policy.steps()}
    for key, name in (("starts", deadline.starts), ("stops", deadline.stops)):
        if name is None or name in events or (key == "starts" and name == STAGE_ENTERED and staged):
            continue
        if not name.startswith(STEP) or name.removeprefix(STEP) not in steps:
            yield Unsound(
                (*place, key), f'"{name}" is neither an event nor "{STEP}" and a step of this policy.'
            )
    if deadline.owner is not None and deadline.owner not in {role.id for role in policy.roles}:
        yield Unsound((*place, "owner"), f'The role "{deadline.owner}" is not among the roles.')
    if deadline.child_safety and deadline.term is not None and deadline.term.unit is Unit.WORKING_DAYS:
        yield Unsound(place, _PLAIN_HOURS)


def _conditions(policy: Policy) -> Iterator[Unsound]:
    try:
        conditions = Conditions(readable(policy))
    except ValueError as error:
        yield Unsound(("facts",), f"{error} Events and `outcome` are facts by themselves.")
        return
    for place, source in sources(policy):
        try:
            conditions.compile(source)
        except ConditionFault as fault:
            yield Unsound(place, f"{fault.sentence}")
