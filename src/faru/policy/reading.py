"""A policy's conditions, compiled once, and what they may read.

Besides the declared facts a condition may read each event (true once it happened, else unknown) and
`outcome` (the text of the last outcome recorded).
"""

from collections.abc import Iterator
from functools import lru_cache

from faru.conditions import Condition, Conditions, Fact, FactType
from faru.policy.model import Policy

OUTCOME = "outcome"


def readable(policy: Policy) -> tuple[Fact, ...]:
    """Every fact a condition of this policy may read."""
    events = tuple(Fact(event.id, FactType.BOOL, event.sentence) for event in policy.events)
    outcome = Fact(OUTCOME, FactType.TEXT, "The last outcome recorded.")
    return (*policy.facts, *events, outcome)


def sources(policy: Policy) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every condition of the policy with the place it stands at, as keys of the policy's file."""
    for stage in policy.stages:
        for step in stage.steps:
            for key, source in (("when", step.when), ("holds", step.holds)):
                if source is not None:
                    yield ("stages", stage.id, "steps", step.id, key), source
        for way in stage.next:
            if way.when is not None:
                yield ("stages", stage.id, "next", way.to, "when"), way.when
    for step in policy.anytime:
        for key, source in (("when", step.when), ("holds", step.holds)):
            if source is not None:
                yield ("anytime", step.id, key), source
    for interrupt in policy.interrupts:
        if interrupt.when is not None:
            yield ("interrupts", interrupt.id, "when"), interrupt.when


@lru_cache(maxsize=64)
def compiled(policy: Policy) -> dict[str, Condition]:
    """The policy's conditions by their source. Raises ConditionFault or ValueError for a faulty policy."""
    conditions = Conditions(readable(policy))
    return {source: conditions.compile(source) for _, source in sources(policy)}
