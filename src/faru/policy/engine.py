"""Judge a case: a policy, the facts and a moment in; stage, moves, what is missing and clocks out.

Pure and total: it reads no clock, never raises on facts, and the same input has the same answer for ever.
"""

from collections.abc import Iterable
from datetime import datetime

from faru.policy.alarms import open_interrupts
from faru.policy.case import Case, InForce, known_at, same_person
from faru.policy.clocks import deadlines
from faru.policy.facts import CaseFacts
from faru.policy.missing import what_is_missing
from faru.policy.model import Policy
from faru.policy.records import Records
from faru.policy.state import Standing, State
from faru.policy.way import walk, ways_out


def evaluate(policy: Policy, facts: CaseFacts, now: datetime, *, earlier: Iterable[Policy] = ()) -> State:
    """The state of a case at `now` (an aware instant; a naive one is a ValueError).

    `policy` is the version the case stands on: the one it was opened under, or the one two people took it to.
    After such a migration `earlier` must hold the versions before it, because every record, move and
    interrupt is judged by the version in force when it was made. Where a version is not at hand nothing is
    judged and the state says which one to load. Other versions change nothing.
    """
    if now.utcoffset() is None:
        raise ValueError("`now` has no zone; give the instant in UTC.")
    known = known_at(facts, now)
    remarks: list[str] = []
    versions = _versions(policy, known, (policy, *earlier), remarks)
    if versions is None:
        return _unjudged(policy, known, now, tuple(remarks))
    case = Case(known, now, versions)
    records = Records(case)
    way = walk(case, records)
    interrupts = open_interrupts(case, records, now)
    clocks = deadlines(case, records, way, interrupts)
    missing = what_is_missing(case, records, way, interrupts, clocks)
    here = case.policy.stage(way.here.stage)
    if here is None:
        remarks.append(f'Version {policy.version} has no stage "{way.here.stage}"; migrate to one it has.')
    if policy.signed_on is None:
        remarks.append(f"Policy {policy.id} {policy.version} is a draft: nobody has signed it.")
    remarks += [state.sentence for state in records.states if state.standing is Standing.REFUSED]
    remarks += way.remarks
    remarks += case.faults
    at_the_end = here is not None and not here.next
    return State(
        case=facts.case,
        policy=policy.id,
        version=policy.version,
        at=now,
        judged=True,
        stage=way.here.stage,
        stage_sentence=here.sentence if here else "",
        entered_at=way.here.entered_at,
        closed=at_the_end and not interrupts and not any(one.mandatory for one in missing),
        moves=ways_out(case, records, policy, way.here, now),
        missing=missing,
        deadlines=clocks,
        records=records.states,
        open_interrupts=interrupts,
        outcome=records.outcome,
        remarks=tuple(remarks),
    )


def _versions(
    policy: Policy, facts: CaseFacts, at_hand: tuple[Policy, ...], remarks: list[str]
) -> tuple[InForce, ...] | None:
    """The versions the case stood on, oldest first; None, and why in `remarks`, where one is lacking."""
    named: list[tuple[datetime, str, str | None]] = [(facts.opened_at, facts.version, None)]
    for migration in facts.migrations:
        people = (migration.by.strip(), migration.approved_by.strip())
        if not all(people) or same_person(*people):
            remarks.append(
                f"The migration to version {migration.to_version} does not stand: it takes two people."
            )
        elif migration.at < facts.opened_at:
            remarks.append(
                f"The migration to version {migration.to_version} does not stand: it is older than the case."
            )
        else:
            named.append((migration.at, migration.to_version, migration.stage))
    by_name = {one.version: one for one in reversed(at_hand) if one.id == facts.policy}
    lacking = sorted({version for _, version, _ in named} - by_name.keys())
    if lacking:
        remarks.append(f"Nothing is judged: load policy {facts.policy} version {', '.join(lacking)}.")
        return None
    if named[-1][1] != policy.version:
        remarks.append(
            f"Nothing is judged: this case stands on version {named[-1][1]}, not on {policy.version}; "
            "two people may migrate it."
        )
        return None
    return tuple(InForce(at, by_name[version], stage) for at, version, stage in named)


def _unjudged(policy: Policy, facts: CaseFacts, now: datetime, remarks: tuple[str, ...]) -> State:
    """The state of a case whose own version is not at hand: the recorded stage, and no judgement."""
    last = facts.moves[-1] if facts.moves else None
    return State(
        case=facts.case,
        policy=facts.policy,
        version=facts.version,
        at=now,
        judged=False,
        stage=last.to if last else "",
        stage_sentence="",
        entered_at=last.at if last else facts.opened_at,
        closed=False,
        remarks=remarks,
    )
