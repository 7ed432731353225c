"""What the policy says of a case now, and the little of it that is kept for lists."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from faru.desk import unit
from faru.desk.cases.facts import facts_of
from faru.desk.cases.models import Case, Clock
from faru.policy import DeadlineStatus, Policy, State, evaluate
from faru.policy.clocks import interrupt_key

_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")
_ENDED: Final = (DeadlineStatus.MET, DeadlineStatus.MET_LATE)


def policy_of(case: Case) -> Policy:
    """The pack's policy of the case; where its version is another one, the engine judges nothing."""
    return unit.pack().policy(case.policy)


def state_of(case: Case, now: datetime) -> State:
    """The state of a case at `now`."""
    policy = policy_of(case)
    return evaluate(policy, facts_of(case, policy), now)


def named(sentence: str, names: Mapping[str, str]) -> str:
    """A sentence of the engine with names of people in the place of their ids."""
    return _ID.sub(lambda match: names.get(match[0], match[0]), sentence)


def keep(case: Case, now: datetime) -> State:
    """Judge a case anew and keep stage, outcome and running clocks for lists. Within an action."""
    state = state_of(case, now)
    if not state.judged:
        return state
    case.stage, case.stage_entered_at = state.stage, state.entered_at
    case.outcome, case.missing = state.outcome or "", len(state.missing)
    case.save(update_fields=["stage", "stage_entered_at", "outcome", "missing"])
    case.clocks.all().delete()
    Clock.objects.bulk_create(_clocks(case, state))
    return state


def _clocks(case: Case, state: State) -> list[Clock]:
    words = clock_words(policy_of(case))
    return [
        Clock(
            case=case,
            sentence=words[one.key][:300],
            due=one.due,
            owner_id=UUID(one.owner) if _ID.fullmatch(one.owner) else None,
            owner_role=one.owner_role,
            confirmed=one.confirmed,
        )
        for one in state.deadlines
        if one.status not in _ENDED and one.key in words
    ]


def clock_words(policy: Policy) -> dict[str, str]:
    """The policy's own words by the key of a clock; an interrupt's clocks are not among them."""
    words = {step.due.key: step.due.sentence for step in policy.steps() if step.due is not None}
    return words | {one.key: one.sentence for one in policy.deadlines}


def alarm_words(policy: Policy) -> dict[str, str]:
    """The words of the clocks of interrupts, by key."""
    acts = {"acknowledge": "Answer the page.", "decide": "Decide."}
    return {
        interrupt_key(one.id, what): f"{one.sentence} {words}"
        for one in policy.interrupts
        for what, words in acts.items()
    }
