"""Which records stand: a step is done only by its record, and never signed by the one who did it."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime

from faru.conditions import Answer
from faru.policy.case import Case, lacks, same_person
from faru.policy.facts import StepRecord
from faru.policy.model import Outcome, Policy, Step, StepKind
from faru.policy.state import RecordState, Standing

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ALWAYS = {StepKind.DECISION: ("reason",), StepKind.REQUEST: ("to",)}


class Records:
    """The worth of every record of a case, and when steps were done by them."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._done: dict[str, list[datetime]] = {}
        self._counted: dict[str, int] = {}
        self.outcome: Outcome | None = None
        # A record rests only on what was done by its own time: taken in order, each finds its past judged.
        self.states: tuple[RecordState, ...] = tuple(self._in_turn())

    def _in_turn(self) -> Iterator[RecordState]:
        for record in sorted(self._case.facts.records, key=self._turn):
            policy = self._case.policy_at(record.at)
            state = self._judge(record, policy)
            if state.standing is not Standing.REFUSED:
                self._counted[record.step] = self._counted.get(record.step, 0) + 1
            if state.done_at is not None:
                times = self._done.setdefault(record.step, [])
                times.append(state.done_at)
                times.sort()
                if record.step == policy.outcome_step:
                    self._case.outcomes.append((state.done_at, record.fields["outcome"]))
                    self._case.outcomes.sort()
                    self.outcome = Outcome(self._case.outcomes[-1][1])
            yield state

    def _turn(self, record: StepRecord) -> tuple[datetime, int, str]:
        """Order of time; of one moment the order of the policy, so that it does not hang on ids."""
        ids = [step.id for step in self._case.policy_at(record.at).steps()]
        place = ids.index(record.step) if record.step in ids else len(ids)
        return record.at, place, record.id

    def times(self, step_id: str) -> list[datetime]:
        """When records made the step done, in order."""
        return self._done.get(step_id, [])

    def done(
        self, policy: Policy, step: Step, at: datetime, since: datetime | None = None
    ) -> datetime | None:
        """When the step was done, first at or after `since`, seen at `at`; None: it is not."""
        if step.kind is StepKind.FACT:
            return self._held(policy, step, at)
        times = self.times(step.id)
        place = 0 if since is None else bisect_left(times, since)
        return times[place] if place < len(times) and times[place] <= at else None

    def skipped(self, step: Step, at: datetime) -> datetime | None:
        """When the step was validly left out; a mandatory one never is."""
        for skip in self._case.facts.skips:
            rule = self._case.policy_at(skip.at).skip
            if (
                skip.step == step.id
                and not step.mandatory
                and rule is not None
                and skip.role == rule.by
                and skip.at <= at
                and not lacks(skip.fields, rule.needs)
                and not self._case.recused(skip.who, skip.at)
            ):
                return skip.at
        return None

    def applies(self, policy: Policy, step: Step, at: datetime) -> Answer:
        """Whether the step applies; unknown counts as yes wherever it matters."""
        return Answer.TRUE if step.when is None else self._case.answer(policy, step.when, at)

    def awaiting(self, step_id: str) -> RecordState | None:
        """The newest record of the step that only lacks its signature."""
        waiting = (
            state
            for state in self.states
            if state.record.step == step_id and state.standing is Standing.AWAITS_SIGNOFF
        )
        return max(waiting, key=lambda state: state.record.at, default=None)

    def _held(self, policy: Policy, step: Step, at: datetime) -> datetime | None:
        """Since when a FACT step has been true without a break."""
        if step.holds is None or self._case.answer(policy, step.holds, at) is not Answer.TRUE:
            return None
        since = self._case.facts.opened_at
        for moment in reversed([one for one in self._case.changes() if one <= at]):
            if self._case.answer(policy, step.holds, moment) is not Answer.TRUE:
                return since
            since = moment
        return since

    def _judge(self, record: StepRecord, policy: Policy) -> RecordState:
        step = policy.step(record.step)
        refusal = (
            f'version {policy.version} has no step "{record.step}"'
            if step is None
            else self._refusal(record, step, policy)
        )
        if step is None or refusal is not None:
            sentence = f"The record {record.id} does not stand: {refusal}."
            return RecordState(record, policy.version, Standing.REFUSED, sentence)
        done = f"{step.sentence} Done by {record.who} ({record.role})"
        if step.signoff is None:
            return RecordState(record, policy.version, Standing.DONE, f"{done}.", record.at)
        signature = record.signoff
        waits = self._unsigned(record, step)
        if waits is not None or signature is None:
            sentence = f"{done}; it awaits the signature of {step.signoff}{waits or ''}."
            return RecordState(record, policy.version, Standing.AWAITS_SIGNOFF, sentence)
        sentence = f"{done}, signed by {signature.who} ({signature.role})."
        return RecordState(record, policy.version, Standing.DONE, sentence, signature.at)

    def _refusal(self, record: StepRecord, step: Step, policy: Policy) -> str | None:
        """Why the record is worth nothing; None where it counts."""
        if step.kind is StepKind.FACT:
            return "this step is done by the facts of the case, not by a record"
        if not record.who.strip():
            return "nobody is named who did it"
        if record.role not in step.by:
            return f"{record.role} may not do it; {' or '.join(step.by)} may"
        if self._case.recused(record.who, record.at):
            return f"{record.who} was recused by a conflict of interest"
        missing = lacks(record.fields, (*step.needs, *_ALWAYS.get(step.kind, ())))
        if missing:
            return f"not stated: {', '.join(dict.fromkeys(missing))}"
        if step.kind is StepKind.DOCUMENT and not _SHA256.fullmatch(record.document or ""):
            return "no document is attached (its SHA-256 is missing or wrong)"
        if step.id == policy.outcome_step and (wrong := _wrong_outcome(record, policy)):
            return wrong
        for earlier in step.after:
            first = policy.step(earlier)
            if first is not None and self.done(policy, first, record.at) is None:
                return f'it came before "{earlier}"'
        if step.at_most is not None and self._counted.get(step.id, 0) >= step.at_most:
            return f"it may be done {step.at_most} times at most"
        return None

    def _unsigned(self, record: StepRecord, step: Step) -> str | None:
        """Why the signature does not count, as the end of a sentence; None where it does."""
        signature = record.signoff
        if signature is None or not signature.who.strip():
            return ""
        if same_person(signature.who, record.who):
            return f"; {record.who} cannot sign their own work"
        if signature.role != step.signoff:
            return f"; {signature.who} signed as {signature.role}"
        if signature.at < record.at:
            return "; the signature is older than the work"
        if self._case.recused(signature.who, signature.at):
            return f"; {signature.who} was recused by a conflict of interest"
        return None


def _wrong_outcome(record: StepRecord, policy: Policy) -> str | None:
    stated = record.fields.get("outcome", "")
    rule = next((one for one in policy.outcomes if one.outcome == stated), None)
    if rule is None:
        known = ", ".join(one.outcome for one in policy.outcomes)
        return f'"{stated}" is no outcome of this policy (it knows {known})'
    missing = lacks(record.fields, rule.needs)
    return f"for {rule.outcome} it must state {', '.join(missing)}" if missing else None
