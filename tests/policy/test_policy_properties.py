"""What holds for every case: no exception, no skipped step, no own signature, no rewritten history."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.policy import (
    Acknowledgement,
    Assignment,
    CaseFacts,
    Clearing,
    Effect,
    Event,
    Migration,
    Move,
    NextStage,
    Policy,
    RaisedInterrupt,
    SignOff,
    Skip,
    Stage,
    Standing,
    StatedFact,
    StepRecord,
    evaluate,
    unsound,
)

After = Callable[[float], datetime]
OPENED = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
WIDE = settings(deadline=None, max_examples=80)

WHO = st.sampled_from(["ona", "oda", "cem", "wim", " Ona", ""])
ROLES = st.sampled_from(["officer", "chief", "worker", "stranger"])
HOURS = st.integers(-4, 80).map(lambda hours: OPENED + timedelta(hours=hours))
OF_STAGES = [
    "register",
    "order",
    "tidy",
    "plan",
    "known",
    "review",
    "hearing",
    "judge",
    "outcome_in",
    "close",
]
STEPS = st.sampled_from([*OF_STAGES, "rescue", "terms", "nonsense"])
STAGES = st.sampled_from(["first", "second", "cells", "third", "last", "nowhere"])
NAMES = st.sampled_from(["sender", "reason", "outcome", "lacking", "terms", "ends_on", "who_saw_child"])
FIELDS = st.dictionaries(NAMES, st.sampled_from(["r", "", "charged", "returned", "won"]), max_size=5)
VALUES = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=4),
    st.none(),
    st.lists(st.text(max_size=2), max_size=2),
    st.datetimes(timezones=st.just(UTC)),
)
RECORDS = st.lists(
    st.builds(
        StepRecord,
        id=st.uuids().map(str),
        step=STEPS,
        who=WHO,
        role=ROLES,
        at=HOURS,
        fields=FIELDS,
        document=st.sampled_from([None, "ab" * 32, "xyz"]),
        signoff=st.none() | st.builds(SignOff, WHO, ROLES, HOURS),
    ),
    max_size=12,
)
RAISED = st.builds(
    RaisedInterrupt,
    interrupt=st.sampled_from(["danger", "youth", "kin", "fire"]),
    at=HOURS,
    by=WHO,
    why=st.text(max_size=3),
    concerns=st.none() | WHO,
    acknowledged=st.none() | st.builds(Acknowledgement, WHO, HOURS),
    cleared=st.none() | st.builds(Clearing, WHO, ROLES, HOURS, FIELDS),
)
MIGRATIONS = st.builds(
    Migration,
    to_version=st.sampled_from(["A", "B", "C"]),
    at=HOURS,
    by=WHO,
    approved_by=WHO,
    stage=st.none() | STAGES,
)
FACTS = st.builds(
    CaseFacts,
    case=st.just("C-1"),
    policy=st.just("small"),
    version=st.just("A"),
    opened_at=HOURS,
    records=RECORDS.map(tuple),
    skips=st.lists(st.builds(Skip, step=STEPS, who=WHO, role=ROLES, at=HOURS, fields=FIELDS), max_size=3).map(
        tuple
    ),
    events=st.lists(st.builds(Event, st.sampled_from(["door", "arrest", "storm"]), HOURS), max_size=3).map(
        tuple
    ),
    moves=st.lists(st.builds(Move, STAGES, HOURS, WHO), max_size=5).map(tuple),
    stated=st.lists(
        st.builds(
            StatedFact, st.sampled_from(["unsafe", "age", "named", "heard", "odd"]), VALUES, HOURS, WHO
        ),
        max_size=4,
    ).map(tuple),
    raised=st.lists(RAISED, max_size=3).map(tuple),
    people=st.lists(st.builds(Assignment, ROLES, WHO), max_size=4).map(tuple),
    migrations=st.lists(MIGRATIONS, max_size=2).map(tuple),
)


@pytest.fixture(scope="session")
def later(policy: Policy) -> Policy:
    """Version B: other gates, other roles, other stages, and interrupts that do less."""
    first, second, _, third, last = policy.stages
    harder = tuple(replace(step, by=("chief",), signoff="worker", needs=("all",)) for step in first.steps)
    return replace(
        policy,
        version="B",
        stages=(
            replace(first, steps=harder),
            replace(second, steps=second.steps[:1], next=(NextStage("third"),)),
            third,
            Stage(id="extra", sentence="New.", steps=(), next=(NextStage("last"),)),
            replace(last, steps=tuple(replace(step, signoff=None) for step in last.steps)),
        ),
        interrupts=tuple(
            replace(one, effects=frozenset({Effect.PAGE}), when=None) for one in policy.interrupts
        ),
        anytime=(),
        skip=None,
    )


def test_the_small_policy_is_sound(policy: Policy) -> None:
    assert [one for one in unsound(policy) if one.grave] == []


@WIDE
@given(facts=FACTS, now=HOURS)
def test_it_never_raises_and_answers_the_same_twice(
    policy: Policy, later: Policy, facts: CaseFacts, now: datetime
) -> None:
    state = evaluate(policy, facts, now, earlier=(later,))
    assert state == evaluate(policy, facts, now, earlier=(later,))
    assert state.judged or state.remarks
    assert evaluate(later, facts, now, earlier=(policy,)).case == "C-1"


@WIDE
@given(facts=FACTS, now=HOURS, data=st.data())
def test_the_order_in_which_records_arrive_does_not_matter(
    policy: Policy, facts: CaseFacts, now: datetime, data: st.DataObject
) -> None:
    shuffled = replace(facts, records=tuple(data.draw(st.permutations(facts.records))))
    assert evaluate(policy, shuffled, now) == evaluate(policy, facts, now)


@WIDE
@given(facts=FACTS, now=HOURS)
def test_what_comes_later_changes_nothing_now(policy: Policy, facts: CaseFacts, now: datetime) -> None:
    until = replace(
        facts,
        records=tuple(one for one in facts.records if one.at <= now),
        skips=tuple(one for one in facts.skips if one.at <= now),
        events=tuple(one for one in facts.events if one.at <= now),
        moves=tuple(one for one in facts.moves if one.at <= now),
        stated=tuple(one for one in facts.stated if one.at <= now),
        raised=tuple(one for one in facts.raised if one.at <= now),
        migrations=tuple(one for one in facts.migrations if one.at <= now),
    )
    assert evaluate(policy, facts, now) == evaluate(policy, until, now)


@WIDE
@given(facts=FACTS, now=HOURS)
def test_the_doer_never_signs(policy: Policy, facts: CaseFacts, now: datetime) -> None:
    for state in evaluate(policy, facts, now).records:
        step = policy.step(state.record.step)
        if state.standing is Standing.DONE and step is not None and step.signoff is not None:
            signature = state.record.signoff
            assert signature is not None
            assert signature.who.strip().lower() != state.record.who.strip().lower()
            assert signature.role == step.signoff


@WIDE
@given(facts=FACTS, now=HOURS)
def test_every_clock_has_an_owner(policy: Policy, facts: CaseFacts, now: datetime) -> None:
    state = evaluate(policy, facts, now)
    for one in (*state.deadlines, *state.missing):
        assert one.owner.strip()
    held = {person.role for person in facts.people if person.who.strip()}
    recused = any(one.interrupt == "kin" and one.concerns for one in facts.raised)
    for clock in state.deadlines:
        if not recused:
            assert clock.owner_role in held or (clock.owner_role == clock.owner == policy.duty_role)


@WIDE
@given(lost=st.sets(st.sampled_from(["register", "order", "plan", "review", "outcome_in", "close"])))
def test_no_move_stands_without_its_mandatory_steps(
    policy: Policy, whole: CaseFacts, after: After, lost: set[str]
) -> None:
    homes = {step.id: stage.id for stage in policy.stages for step in stage.steps}
    way = ["first", "second", "third", "last"]
    kept = replace(whole, records=tuple(one for one in whole.records if one.step not in lost))
    state = evaluate(policy, kept, after(60))
    # the plan and the outcome rest on the order and on nothing else
    furthest = min((way.index(homes[step]) for step in lost), default=3)
    assert state.stage == way[furthest]
    assert state.closed == (not lost)


@WIDE
@given(
    moves=st.lists(st.tuples(STAGES, st.integers(0, 60)), max_size=8),
    hours=st.integers(0, 60),
)
def test_moves_alone_lead_nowhere(
    policy: Policy, opened: CaseFacts, after: After, moves: list[tuple[str, int]], hours: int
) -> None:
    facts = replace(opened, moves=tuple(Move(to, after(at), "ona") for to, at in moves))
    state = evaluate(policy, facts, after(hours))
    assert state.stage == "first"
    assert sum("does not stand" in one for one in state.remarks) == sum(at <= hours for _, at in moves)


@WIDE
@given(facts=FACTS, now=HOURS, raised=RAISED)
def test_one_more_interrupt_never_lowers_the_priority(
    policy: Policy, facts: CaseFacts, now: datetime, raised: RaisedInterrupt
) -> None:
    before = evaluate(policy, facts, now)
    more = replace(facts, raised=(*facts.raised, raised))
    # taking up what facts raised, and then clearing it, is what a clearing is for
    if raised.cleared is None:
        state = evaluate(policy, more, now)
        if state.judged:
            assert state.priority >= before.priority
            if raised.at <= now:
                assert raised.interrupt in [one.id for one in state.open_interrupts]


@WIDE
@given(facts=FACTS, now=HOURS)
def test_other_versions_change_nothing(
    policy: Policy, later: Policy, facts: CaseFacts, now: datetime
) -> None:
    stays = replace(facts, migrations=())
    assert evaluate(policy, stays, now, earlier=(later,)) == evaluate(policy, stays, now)
    under_b = evaluate(later, stays, now, earlier=(policy,))
    assert not under_b.judged
    assert "stands on version A, not on B" in under_b.remarks[-1]


@WIDE
@given(facts=FACTS, hours=st.integers(0, 70))
def test_a_migration_rewrites_no_record_and_lowers_no_priority(
    policy: Policy, later: Policy, facts: CaseFacts, hours: int
) -> None:
    moment = facts.opened_at + timedelta(hours=hours, minutes=30)  # nothing else happens on a half hour
    stays = replace(facts, migrations=())
    before = evaluate(policy, stays, moment - timedelta(microseconds=1))
    taken = Migration(to_version="B", at=moment, by="cem", approved_by="ona")
    after_it = evaluate(later, replace(stays, migrations=(taken,)), moment, earlier=(policy,))
    assert after_it.judged
    assert after_it.records == before.records
    assert (after_it.stage, after_it.entered_at) == (before.stage, before.entered_at)
    assert after_it.outcome == before.outcome
    assert [(one.id, one.raised_at) for one in after_it.open_interrupts] == [
        (one.id, one.raised_at) for one in before.open_interrupts
    ]
    assert after_it.priority >= before.priority


def test_a_migration_takes_two_people(policy: Policy, later: Policy, whole: CaseFacts, after: After) -> None:
    def migrated(**more: Any) -> CaseFacts:
        stated: dict[str, Any] = {"to_version": "B", "at": after(21), "by": "cem", "approved_by": "ona"}
        return replace(whole, migrations=(Migration(**(stated | more)),))

    alone = evaluate(policy, migrated(approved_by="CEM "), after(30), earlier=(later,))
    assert (alone.judged, alone.version) == (True, "A")
    assert "takes two people" in alone.remarks[0] or not alone.judged
    both = evaluate(later, migrated(), after(30), earlier=(policy,))
    assert (both.judged, both.version, both.stage) == (True, "B", "third")
    # done under A with another role and another signature, and done it stays
    assert [one.version for one in both.records] == ["A"] * 5
    placed = evaluate(later, migrated(stage="extra"), after(30), earlier=(policy,))
    assert (placed.stage, placed.allowed_moves) == ("extra", ("last",))
    lacking = evaluate(later, migrated(), after(30))
    assert not lacking.judged
    assert lacking.remarks == ("Nothing is judged: load policy small version A.",)
    old = evaluate(policy, migrated(), after(30), earlier=(later,))
    assert not old.judged


def test_a_stage_that_the_new_version_lacks_is_said(
    policy: Policy, later: Policy, whole: CaseFacts, after: After
) -> None:
    cells = replace(
        whole,
        events=(Event("arrest", after(13)),),
        moves=(*whole.moves[:1], Move("cells", after(14), "ona")),
        migrations=(Migration(to_version="B", at=after(21), by="cem", approved_by="ona"),),
    )
    state = evaluate(later, cells, after(30), earlier=(policy,))
    assert (state.stage, state.allowed_moves) == ("cells", ())
    assert any('has no stage "cells"' in one for one in state.remarks)
