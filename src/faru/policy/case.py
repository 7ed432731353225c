"""One case as seen at one moment: what was known by then, and under which version of the policy.

Nothing recorded after the moment is seen, and each record is read by the version in force when it was made:
so a new version never rewrites what was done under the old one.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from faru.conditions import Answer, ConditionFault, FactValue
from faru.policy.facts import CaseFacts, Clearing, RaisedInterrupt
from faru.policy.model import Effect, Interrupt, Policy
from faru.policy.reading import compiled


def same_person(one: str, other: str) -> bool:
    """Two names of one person: case and outer blanks do not make another."""
    return one.strip().casefold() == other.strip().casefold()


def lacks(stated: Mapping[str, str], needed: Iterable[str]) -> tuple[str, ...]:
    """What is needed and not stated; blanks state nothing."""
    return tuple(name for name in needed if not stated.get(name, "").strip())


def known_at(facts: CaseFacts, now: datetime) -> CaseFacts:
    """The facts without anything that had not happened by `now`."""
    records = (
        replace(one, signoff=None) if one.signoff and one.signoff.at > now else one
        for one in facts.records
        if one.at <= now
    )
    raised = (
        replace(
            one,
            acknowledged=one.acknowledged if one.acknowledged and one.acknowledged.at <= now else None,
            cleared=one.cleared if one.cleared and one.cleared.at <= now else None,
        )
        for one in facts.raised
        if one.at <= now
    )
    return replace(
        facts,
        records=tuple(records),
        skips=tuple(one for one in facts.skips if one.at <= now),
        events=tuple(sorted((one for one in facts.events if one.at <= now), key=lambda one: one.at)),
        moves=tuple(sorted((one for one in facts.moves if one.at <= now), key=lambda one: one.at)),
        stated=tuple(sorted((one for one in facts.stated if one.at <= now), key=lambda one: one.at)),
        raised=tuple(sorted(raised, key=lambda one: one.at)),
        migrations=tuple(sorted((one for one in facts.migrations if one.at <= now), key=lambda m: m.at)),
    )


@dataclass(frozen=True, slots=True)
class InForce:
    """A version and since when the case stands on it."""

    since: datetime
    policy: Policy
    stage: str | None = None  # where a migration says the case goes on


class Case:
    """What the parts of the engine share. Built once per evaluation."""

    def __init__(self, facts: CaseFacts, now: datetime, versions: tuple[InForce, ...]) -> None:
        self.facts = facts
        self.now = now
        self.versions = versions
        self.faults: dict[str, None] = {}  # conditions that failed on these facts, in words, in order
        self.outcomes: list[tuple[datetime, str]] = []  # filled by the records, read by conditions
        self._recused = tuple(self._recusals())

    @property
    def policy(self) -> Policy:
        """The version in force now."""
        return self.versions[-1].policy

    def policy_at(self, at: datetime) -> Policy:
        """The version in force at `at`; the first one before the case was opened."""
        place = bisect_right([one.since for one in self.versions], at)
        return self.versions[max(place - 1, 0)].policy

    def values_at(self, at: datetime) -> dict[str, FactValue]:
        """What conditions may read as of `at`."""
        values: dict[str, FactValue] = {}
        for stated in self.facts.stated:
            if stated.at <= at:
                values[stated.name] = stated.value
        values.update({event.kind: True for event in self.facts.events if event.at <= at})
        past = [outcome for done_at, outcome in self.outcomes if done_at <= at]
        values["outcome"] = past[-1] if past else None
        return values

    def answer(self, policy: Policy, source: str, at: datetime) -> Answer:
        """A condition as of `at`. One that fails on these facts is unknown, and is remembered in words."""
        condition = compiled(policy)[source]
        try:
            return condition.evaluate(self.values_at(at))
        except ConditionFault as fault:
            self.faults.setdefault(f'The condition "{source}" cannot be judged: {fault.sentence}')
            return Answer.UNKNOWN

    def reads(self, policy: Policy, source: str) -> frozenset[str]:
        """The names a condition reads."""
        return compiled(policy)[source].names

    def changes(self) -> list[datetime]:
        """The moments at which a condition may change its answer, in order."""
        moments = {one.at for one in self.facts.stated} | {one.at for one in self.facts.events}
        return sorted(moments | {at for at, _ in self.outcomes})

    def interrupt(self, interrupt_id: str, at: datetime) -> Interrupt | None:
        """An interrupt as defined when it was raised, else as defined now."""
        return self.policy_at(at).interrupt(interrupt_id) or self.policy.interrupt(interrupt_id)

    def recused(self, who: str, at: datetime) -> bool:
        """Whether a conflict of interest kept `who` from acting at `at`."""
        return any(
            same_person(who, concerned) and since <= at and (until is None or at < until)
            for concerned, since, until in self._recused
        )

    def clearing_fails(self, raised: RaisedInterrupt, clearing: Clearing) -> str | None:
        """Why a clearing does not hold; None where it does."""
        defined = self.interrupt(raised.interrupt, raised.at)
        role = defined.clear_by if defined else self.policy.duty_role
        if clearing.role != role:
            return f"it was cleared as {clearing.role}, and only {role} may"
        if not clearing.who.strip():
            return "nobody is named who cleared it"
        if raised.concerns is not None and same_person(clearing.who, raised.concerns):
            return f"{clearing.who} cannot clear what concerns them"
        missing = lacks(clearing.fields, defined.clear_needs if defined else ("reason",))
        if missing:
            return f"not stated: {', '.join(missing)}"
        if clearing.at < raised.at:
            return "the clearing is older than the interrupt"
        return None

    def _recusals(self) -> Iterable[tuple[str, datetime, datetime | None]]:
        for raised in self.facts.raised:
            defined = self.interrupt(raised.interrupt, raised.at)
            if raised.concerns is None or defined is None or Effect.RECUSE not in defined.effects:
                continue
            cleared = raised.cleared
            holds = cleared is not None and self.clearing_fails(raised, cleared) is None
            yield raised.concerns, raised.at, cleared.at if cleared is not None and holds else None
