"""Interrupts: raised by people or by facts, at any stage, cleared only as the policy says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from faru.policy import (
    Acknowledgement,
    CaseFacts,
    Clearing,
    DeadlineStatus,
    Effect,
    Migration,
    Policy,
    Priority,
    RaisedInterrupt,
    StatedFact,
    StepRecord,
    evaluate,
)

After = Callable[[float], datetime]
SEEN = {"reason": "safe", "who_saw_child": "wim"}


@pytest.mark.parametrize("hours", [0, 6, 21, 52, 59])
def test_it_can_rise_at_any_stage(policy: Policy, whole: CaseFacts, after: After, hours: float) -> None:
    raised = RaisedInterrupt(interrupt="danger", at=after(hours), by="wim", why="a call")
    state = evaluate(policy, replace(whole, raised=(raised,)), after(60))
    assert [one.id for one in state.open_interrupts] == ["danger"]
    assert state.priority is Priority.PINNED
    assert not state.closed


def test_a_case_does_not_end_while_one_is_open(policy: Policy, whole: CaseFacts, after: After) -> None:
    raised = RaisedInterrupt(interrupt="youth", at=after(45), by="wim", why="a birth certificate")
    state = evaluate(policy, replace(whole, raised=(raised,)), after(60))
    assert state.stage == "third"
    assert "No interrupt is open (open: youth)." in state.remarks[-1]
    assert state.priority is Priority.INTERRUPTED
    assert state.open_interrupts[0].route_to == "the youth service"


@pytest.mark.parametrize(
    ("clearing", "words"),
    [
        ({"role": "officer"}, "cleared as officer, and only chief may"),
        ({"fields": {"reason": "safe"}}, "not stated: who_saw_child"),
        ({"who": ""}, "nobody is named"),
        ({"hours": 0.5}, "older than the interrupt"),
    ],
)
def test_a_clearing_that_does_not_hold_clears_nothing(
    policy: Policy, opened: CaseFacts, after: After, clearing: dict[str, Any], words: str
) -> None:
    stated = {"who": "cem", "role": "chief", "fields": SEEN, "hours": 2} | clearing
    at = after(stated.pop("hours"))
    raised = RaisedInterrupt(
        interrupt="danger", at=after(1), by="wim", why="a call", cleared=Clearing(at=at, **stated)
    )
    state = evaluate(policy, replace(opened, raised=(raised,)), after(3))
    assert words in state.open_interrupts[0].to_clear


def test_a_clearing_holds_from_its_own_time(policy: Policy, opened: CaseFacts, after: After) -> None:
    cleared = Clearing("cem", "chief", after(2), SEEN)
    raised = RaisedInterrupt(interrupt="danger", at=after(1), by="wim", why="a call", cleared=cleared)
    facts = replace(opened, raised=(raised,))
    assert evaluate(policy, facts, after(1.9)).priority is Priority.PINNED
    assert evaluate(policy, facts, after(2)).priority is Priority.NORMAL


def test_nobody_clears_what_concerns_them(policy: Policy, opened: CaseFacts, after: After) -> None:
    cleared = Clearing("cem", "chief", after(2), {"reason": "no matter"})
    raised = RaisedInterrupt(
        interrupt="kin", at=after(1), by="wim", why="cousin", concerns="cem", cleared=cleared
    )
    state = evaluate(policy, replace(opened, raised=(raised,)), after(3))
    assert "cem cannot clear what concerns them" in state.open_interrupts[0].to_clear


def test_facts_raise_it_and_taking_them_back_does_not_clear_it(
    policy: Policy, opened: CaseFacts, after: After
) -> None:
    unsafe = StatedFact("unsafe", True, after(1), "wim")
    back = StatedFact("unsafe", False, after(2), "ona")
    state = evaluate(policy, replace(opened, stated=(unsafe, back)), after(3))
    assert [(one.id, one.by, one.raised_at) for one in state.open_interrupts] == [
        ("danger", "policy", after(1))
    ]


def test_a_record_takes_it_up_and_a_new_statement_raises_it_anew(
    policy: Policy, opened: CaseFacts, after: After
) -> None:
    unsafe = StatedFact("unsafe", True, after(1), "wim")
    taken = RaisedInterrupt(
        interrupt="danger",
        at=after(1),
        by="desk",
        why="facts",
        cleared=Clearing("cem", "chief", after(2), SEEN),
    )
    facts = replace(opened, stated=(unsafe,), raised=(taken,))
    assert evaluate(policy, facts, after(1.5)).open_interrupts[0].by == "desk"
    assert len(evaluate(policy, facts, after(1.5)).open_interrupts) == 1
    assert evaluate(policy, facts, after(3)).open_interrupts == ()
    anew = replace(facts, stated=(unsafe, StatedFact("unsafe", True, after(4), "wim")))
    assert evaluate(policy, anew, after(5)).open_interrupts[0].raised_at == after(4)
    unrelated = replace(facts, stated=(unsafe, StatedFact("age", 40, after(4), "wim")))
    assert evaluate(policy, unrelated, after(5)).open_interrupts == ()


def test_it_asks_for_its_step_anew(
    policy: Policy, opened: CaseFacts, after: After, record: Callable[..., StepRecord]
) -> None:
    old = record("rescue", "wim", "worker", 0.5, fields={"reason": "earlier"})
    raised = RaisedInterrupt(interrupt="danger", at=after(1), by="wim", why="a call")
    facts = replace(opened, records=(old,), raised=(raised,))
    state = evaluate(policy, facts, after(1.5))
    assert state.open_interrupts[0].requires == ("rescue",)
    lack = next(one for one in state.missing if one.step == "rescue")
    assert lack.due == after(2)
    assert "An open interrupt asks for it: A child is in danger." in lack.sentence
    new = record("rescue", "wim", "worker", 1.7, fields={"reason": "now"})
    state = evaluate(policy, replace(facts, records=(old, new)), after(3))
    assert state.open_interrupts[0].requires == ()
    decide = next(one for one in state.deadlines if one.key == "interrupt.danger.decide")
    assert decide.status is DeadlineStatus.MET


def test_the_page_has_a_clock_of_plain_minutes(policy: Policy, opened: CaseFacts, after: After) -> None:
    raised = RaisedInterrupt(interrupt="danger", at=after(1), by="wim", why="a call")
    heard = replace(raised, acknowledged=Acknowledgement("cem", after(1.2)))

    def status(one: RaisedInterrupt) -> DeadlineStatus:
        state = evaluate(policy, replace(opened, raised=(one,)), after(2))
        return next(d.status for d in state.deadlines if d.key == "interrupt.danger.acknowledge")

    assert status(raised) is DeadlineStatus.OVERDUE
    assert status(heard) is DeadlineStatus.MET


def test_one_that_no_version_knows_is_taken_as_the_gravest(
    policy: Policy, opened: CaseFacts, after: After
) -> None:
    raised = RaisedInterrupt(interrupt="fire", at=after(1), by="wim", why="smoke")
    state = evaluate(policy, replace(opened, raised=(raised,)), after(2))
    assert state.priority is Priority.PINNED
    assert state.open_interrupts[0].effects == {Effect.PIN, Effect.PAGE}
    assert "not defined" in state.open_interrupts[0].sentence


def test_one_already_open_is_not_raised_twice(policy: Policy, opened: CaseFacts, after: After) -> None:
    raised = RaisedInterrupt(interrupt="danger", at=after(1), by="wim", why="a call")
    facts = replace(opened, raised=(raised,), stated=(StatedFact("unsafe", True, after(2), "wim"),))
    assert [one.by for one in evaluate(policy, facts, after(3)).open_interrupts] == ["wim"]


def test_a_new_version_reads_what_was_stated_before_it(
    policy: Policy, opened: CaseFacts, after: After
) -> None:
    named = replace(policy.interrupts[0], id="named_at_large", when="named")
    later = replace(policy, version="B", interrupts=(*policy.interrupts, named))
    migration = Migration(to_version="B", at=after(5), by="cem", approved_by="ona")
    stated = (StatedFact("named", True, after(2), "wim"),)
    facts = replace(opened, stated=stated, migrations=(migration,))
    assert evaluate(policy, facts, after(4)).open_interrupts == ()
    state = evaluate(later, facts, after(6), earlier=(policy,))
    assert [(one.id, one.raised_at) for one in state.open_interrupts] == [("named_at_large", after(5))]
