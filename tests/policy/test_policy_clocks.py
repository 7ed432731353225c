"""Clocks: until when, whose, and what is said of those that nobody confirmed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from faru.policy import (
    Assignment,
    Calendar,
    CaseFacts,
    DeadlineState,
    DeadlineStatus,
    Event,
    Policy,
    State,
    evaluate,
)

After = Callable[[float], datetime]


def clock(state: State, key: str) -> DeadlineState:
    return next(one for one in state.deadlines if one.key == key)


@pytest.mark.parametrize(
    ("hours", "status"),
    [
        (0, DeadlineStatus.OK),
        (2.9, DeadlineStatus.OK),
        (3, DeadlineStatus.DUE_SOON),  # a quarter of four hours is left
        (4, DeadlineStatus.DUE_SOON),
        (4.01, DeadlineStatus.OVERDUE),
    ],
)
def test_how_a_clock_stands(
    policy: Policy, opened: CaseFacts, after: After, hours: float, status: DeadlineStatus
) -> None:
    assert clock(evaluate(policy, opened, after(hours)), "register").status is status


def test_a_clock_that_stopped_was_met_or_not(policy: Policy, whole: CaseFacts, after: After) -> None:
    assert clock(evaluate(policy, whole, after(60)), "register").status is DeadlineStatus.MET
    late = tuple(replace(one, at=after(4.5)) if one.step == "register" else one for one in whole.records)
    state = evaluate(policy, replace(whole, records=late), after(60))
    assert clock(state, "register").status is DeadlineStatus.MET_LATE
    assert "Met late" in clock(state, "register").sentence


def test_a_signature_that_is_late_makes_the_step_late(policy: Policy, whole: CaseFacts, after: After) -> None:
    late = tuple(
        replace(one, signoff=replace(one.signoff, at=after(8.5)))
        if one.step == "order" and one.signoff
        else one
        for one in whole.records
    )
    state = evaluate(policy, replace(whole, records=late), after(60))
    assert clock(state, "order").status is DeadlineStatus.MET_LATE


def test_each_arrest_starts_its_own_clock(policy: Policy, opened: CaseFacts, after: After) -> None:
    arrests = (Event("arrest", after(1)), Event("arrest", after(30)))
    state = evaluate(policy, replace(opened, events=arrests), after(31))
    judges = [one for one in state.deadlines if one.key == "judge"]
    assert [one.due for one in judges] == [after(25), after(54)]
    assert [one.status for one in judges] == [DeadlineStatus.OVERDUE, DeadlineStatus.OK]
    # the clock runs though nobody moved the case to custody, and says what is missing
    assert "judge" in [one.step for one in state.missing]


def test_nobody_owns_it_so_it_falls_to_the_duty_supervisor(
    policy: Policy, opened: CaseFacts, after: After
) -> None:
    held = clock(evaluate(policy, opened, after(1)), "register")
    assert (held.owner, held.owner_role, held.fell_to_duty) == ("ona", "officer", False)
    nobody = replace(opened, people=(Assignment("chief", "cem"), Assignment("officer", " ")))
    fell = clock(evaluate(policy, nobody, after(1)), "register")
    assert (fell.owner, fell.owner_role, fell.fell_to_duty) == ("cem", "chief", True)
    assert "it falls to cem" in fell.sentence
    empty = clock(evaluate(policy, replace(opened, people=()), after(1)), "register")
    assert (empty.owner, empty.fell_to_duty) == ("chief", True)


def test_an_unconfirmed_clock_warns_and_says_so(policy: Policy, opened: CaseFacts, after: After) -> None:
    state = evaluate(policy, replace(opened, events=(Event("arrest", after(1)),)), after(2))
    assert clock(state, "judge").confirmed
    unconfirmed = clock(state, "nobody")
    assert not unconfirmed.confirmed
    assert "Not legally confirmed; it warns only. Source: agreed." in unconfirmed.sentence


def test_a_clock_without_a_length_asks_for_it(policy: Policy, opened: CaseFacts, after: After) -> None:
    unset = replace(policy, deadlines=(replace(policy.deadlines[0], term=None),))
    state = clock(evaluate(unset, opened, after(1)), "whole")
    assert (state.status, state.due) == (DeadlineStatus.UNSET, None)
    assert "Nobody has stated how long" in state.sentence


def test_working_days_beyond_the_list_of_holidays_say_so(
    policy: Policy, opened: CaseFacts, after: After
) -> None:
    def tidy(until: date | None) -> str:
        calendar = Calendar("Etc/GMT-5", frozenset({4, 5}), frozenset(), until)
        return clock(evaluate(replace(policy, calendar=calendar), opened, after(1)), "tidy").sentence

    assert "does not reach" in tidy(None)
    assert "does not reach" in tidy(date(2026, 3, 4))
    assert "does not reach" not in tidy(date(2026, 3, 5))


def test_running_clocks_come_first_by_when_they_run_out(
    policy: Policy, whole: CaseFacts, after: After
) -> None:
    state = evaluate(policy, replace(whole, events=(Event("arrest", after(30)),)), after(32))
    running = [one for one in state.deadlines if one.status is not DeadlineStatus.MET]
    assert [one.key for one in running] == ["judge", "nobody", "whole"]
    assert [one.key for one in state.deadlines[:3]] == ["judge", "nobody", "whole"]


def test_what_is_missing_says_by_when(policy: Policy, opened: CaseFacts, after: After) -> None:
    state = evaluate(policy, opened, after(5))
    register = next(one for one in state.missing if one.step == "register")
    assert register.due == after(4)
    assert register.sentence == (
        "Registered. To be done by officer. Overdue since 2026-03-02 15:00 +05:00 (2026-03-02 10:00 UTC)."
    )
    assert [one.step for one in state.missing] == ["register", "order", "tidy"]


def test_what_happened_before_it_started_stops_no_clock(
    policy: Policy, opened: CaseFacts, after: After
) -> None:
    visited = replace(policy, deadlines=(replace(policy.deadlines[1], stops="door"),))

    def status(*events: Event) -> DeadlineStatus:
        return clock(evaluate(visited, replace(opened, events=events), after(5)), "nobody").status

    arrest = Event("arrest", after(3))
    assert status(Event("door", after(2)), arrest) is DeadlineStatus.OK
    assert status(Event("door", after(4)), arrest) is DeadlineStatus.MET
