"""Interrupts: they rise at any stage, never clear themselves, and never lower a case's priority."""

from datetime import datetime

from faru.conditions import Answer
from faru.policy.case import Case, InForce
from faru.policy.facts import RaisedInterrupt
from faru.policy.model import Effect
from faru.policy.reading import OUTCOME
from faru.policy.records import Records
from faru.policy.state import OpenInterrupt

BY_CONDITION = "policy"
"""Who raised an interrupt that a condition of the policy raised by itself."""


def open_interrupts(case: Case, records: Records, at: datetime) -> tuple[OpenInterrupt, ...]:
    """Every interrupt raised by `at` and not validly cleared by then, oldest first."""
    raised = [one for one in case.facts.raised if one.at <= at]
    found = [_open(case, records, one, at) for one in raised if _cleared(case, one, at) is None]
    found += [_open(case, records, one, at) for one in _by_condition(case, raised, at)]
    return tuple(sorted(found, key=lambda one: (one.raised_at, one.id)))


def _cleared(case: Case, raised: RaisedInterrupt, at: datetime) -> datetime | None:
    clearing = raised.cleared
    if clearing is None or clearing.at > at or case.clearing_fails(raised, clearing) is not None:
        return None
    return clearing.at


def _by_condition(case: Case, raised: list[RaisedInterrupt], at: datetime) -> list[RaisedInterrupt]:
    """What conditions raised and no record has taken up; a later record of the same id takes it up."""
    found: dict[str, RaisedInterrupt] = {}
    for version in case.versions:
        for interrupt in version.policy.interrupts:
            if interrupt.when is None or interrupt.id in found:
                continue
            records = [one for one in raised if one.interrupt == interrupt.id]
            for moment in _risen(case, version, interrupt.when, at):
                if not any(one.at >= moment or _cleared(case, one, moment) is None for one in records):
                    why = f"The case's facts say so ({interrupt.when})."
                    found[interrupt.id] = RaisedInterrupt(
                        interrupt=interrupt.id, at=moment, by=BY_CONDITION, why=why
                    )
                    break
    return list(found.values())


def _risen(case: Case, version: InForce, when: str, at: datetime) -> list[datetime]:
    """The moments under a version at which its condition became true, or was stated to be so anew."""
    reads = case.reads(version.policy, when)
    moments = {one.at for one in case.facts.stated if one.name in reads}
    moments |= {one.at for one in case.facts.events if one.kind in reads}
    moments |= {moment for moment, _ in case.outcomes if OUTCOME in reads}
    if version is not case.versions[0]:
        moments.add(version.since)  # what was stated before is read by the new version from its first moment
    return [
        moment
        for moment in sorted(moments)
        if moment <= at
        and case.policy_at(moment) is version.policy
        and case.answer(version.policy, when, moment) is Answer.TRUE
    ]


def _open(case: Case, records: Records, raised: RaisedInterrupt, at: datetime) -> OpenInterrupt:
    defined = case.interrupt(raised.interrupt, raised.at)
    now = case.policy.interrupt(raised.interrupt)
    if defined is None:  # an id no version knows is taken as seriously as the gravest
        return OpenInterrupt(
            id=raised.interrupt,
            sentence=f'"{raised.interrupt}" is not defined in the policy; it is treated as the gravest.',
            effects=frozenset({Effect.PIN, Effect.PAGE}),
            raised_at=raised.at,
            by=raised.by,
            why=raised.why,
            acknowledged_at=raised.acknowledged.at if raised.acknowledged else None,
            to_clear=_to_clear(case, raised, case.policy.duty_role, ("reason",)),
            concerns=raised.concerns,
        )
    policy = case.policy_at(at)
    asked = [step for name in defined.requires if (step := policy.step(name)) is not None]
    return OpenInterrupt(
        id=defined.id,
        sentence=defined.sentence,
        effects=defined.effects | (now.effects if now else frozenset()),  # a new version takes nothing off
        raised_at=raised.at,
        by=raised.by,
        why=raised.why,
        acknowledged_at=raised.acknowledged.at if raised.acknowledged else None,
        to_clear=_to_clear(case, raised, defined.clear_by, defined.clear_needs),
        requires=tuple(step.id for step in asked if records.done(policy, step, at, raised.at) is None),
        concerns=raised.concerns,
        route_to=defined.route_to,
    )


def _to_clear(case: Case, raised: RaisedInterrupt, role: str, needs: tuple[str, ...]) -> str:
    stated = f", stating {', '.join(needs)}" if needs else ""
    rule = f"Only {role} may clear it{stated}."
    failed = case.clearing_fails(raised, raised.cleared) if raised.cleared else None
    return f"{rule} It was not cleared: {failed}." if failed else rule
