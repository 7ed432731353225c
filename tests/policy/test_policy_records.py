"""When a record makes a step done, and what is said when it does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from faru.policy import (
    CaseFacts,
    Event,
    Move,
    Outcome,
    Policy,
    RaisedInterrupt,
    Skip,
    Standing,
    State,
    StatedFact,
    StepRecord,
    evaluate,
)

Make = Callable[..., StepRecord]
After = Callable[[float], datetime]


def standing(state: State, record_id: str) -> tuple[Standing, str]:
    found = next(one for one in state.records if one.record.id == record_id)
    return found.standing, found.sentence


def changed(whole: CaseFacts, record_id: str, **more: Any) -> CaseFacts:
    records = tuple(replace(one, **more) if one.id == record_id else one for one in whole.records)
    return replace(whole, records=records)


def test_a_case_done_as_agreed_is_closed(policy: Policy, whole: CaseFacts, after: After) -> None:
    state = evaluate(policy, whole, after(60))
    assert (state.stage, state.closed, state.remarks) == ("last", True, ())
    assert state.outcome is Outcome.CHARGED
    assert all(one.standing is Standing.DONE for one in state.records)
    # a step that is not mandatory closes nothing, and does not vanish either
    assert [one.step for one in state.missing] == ["known", "hearing"]


@pytest.mark.parametrize(
    ("record_id", "change", "words"),
    [
        ("register@1", {"role": "worker"}, "worker may not do it; officer may"),
        ("register@1", {"fields": {"sender": "  "}}, "not stated: sender"),
        ("register@1", {"who": " "}, "nobody is named"),
        ("order@2", {"fields": {}}, "not stated: reason"),
        ("plan@10", {"document": None}, "no document is attached"),
        ("plan@10", {"document": "ab"}, "no document is attached"),
        ("register@1", {"step": "regsiter"}, 'has no step "regsiter"'),
        ("register@1", {"step": "known"}, "done by the facts"),
        ("outcome_in@40", {"fields": {"reason": "r", "outcome": "won"}}, '"won" is no outcome'),
        ("outcome_in@40", {"fields": {"reason": "r", "outcome": "acquitted"}}, "is no outcome"),
        (
            "outcome_in@40",
            {"fields": {"reason": "r", "outcome": "reprimand_agreement", "terms": "t"}},
            "must state ends_on",
        ),
    ],
)
def test_a_record_that_is_worth_nothing_says_why(
    policy: Policy, whole: CaseFacts, after: After, record_id: str, change: dict[str, Any], words: str
) -> None:
    state = evaluate(policy, changed(whole, record_id, **change), after(60))
    verdict, sentence = standing(state, record_id)
    assert verdict is Standing.REFUSED
    assert words in sentence
    assert sentence in state.remarks
    assert not state.closed


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        (None, "awaits the signature of chief."),
        (("ona", "chief", 3), "ona cannot sign their own work"),
        ((" ONA ", "chief", 3), "ona cannot sign their own work"),
        (("wim", "worker", 3), "wim signed as worker"),
        (("cem", "chief", 1), "the signature is older than the work"),
        (("", "chief", 3), "awaits the signature of chief."),
    ],
)
def test_without_the_right_signature_a_step_is_not_done(
    policy: Policy, whole: CaseFacts, record: Make, after: After, sign: Any, words: str
) -> None:
    unsigned = record("order", "ona", "officer", 2, fields={"reason": "r"}, sign=sign)
    state = evaluate(policy, changed(whole, "order@2", signoff=unsigned.signoff), after(60))
    verdict, sentence = standing(state, "order@2")
    assert verdict is Standing.AWAITS_SIGNOFF
    assert words in sentence
    assert state.stage == "first"
    lack = next(one for one in state.missing if one.step == "order")
    assert words in lack.sentence
    assert lack.owner == "cem"  # whose turn it is


def test_a_signature_still_to_come_does_not_count(policy: Policy, whole: CaseFacts, after: After) -> None:
    assert evaluate(policy, whole, after(2.5)).records[1].standing is Standing.AWAITS_SIGNOFF
    assert evaluate(policy, whole, after(3)).records[1].standing is Standing.DONE


def test_what_must_come_first_must_come_first(
    policy: Policy, opened: CaseFacts, record: Make, after: After
) -> None:
    plan = record("plan", "wim", "worker", 2.5, document="ab" * 32)
    order = record("order", "ona", "officer", 2, fields={"reason": "r"}, sign=("cem", "chief", 3))
    state = evaluate(policy, replace(opened, records=(plan, order)), after(5))
    assert standing(state, "plan@2.5") == (
        Standing.REFUSED,
        'The record plan@2.5 does not stand: it came before "order".',
    )
    # of one moment, the order is the policy's and not that of the ids
    both = (replace(plan, at=after(3), id="a"), replace(order, at=after(3), id="b"))
    assert standing(evaluate(policy, replace(opened, records=both), after(5)), "a")[0] is Standing.DONE


def test_no_more_often_than_agreed(policy: Policy, opened: CaseFacts, record: Make, after: After) -> None:
    hearings = tuple(record("hearing", "wim", "worker", hours) for hours in (1, 2, 3))
    state = evaluate(policy, replace(opened, records=hearings), after(5))
    assert [one.standing for one in state.records] == [Standing.DONE, Standing.DONE, Standing.REFUSED]
    assert "2 times at most" in state.remarks[0]


def test_whoever_was_recused_neither_acts_nor_signs(policy: Policy, whole: CaseFacts, after: After) -> None:
    kin = RaisedInterrupt(interrupt="kin", at=after(0.5), by="wim", why="cousin", concerns="Cem")
    state = evaluate(policy, replace(whole, raised=(kin,)), after(60))
    assert standing(state, "order@2")[0] is Standing.AWAITS_SIGNOFF
    assert standing(state, "outcome_in@40")[0] is Standing.REFUSED
    assert any("cem was recused" in sentence for sentence in state.remarks)
    # and nothing falls to them either
    assert next(one.owner for one in state.missing if one.step == "order") == "chief"


def test_a_fact_step_follows_the_facts(policy: Policy, whole: CaseFacts, after: After) -> None:
    def missing(*stated: StatedFact) -> bool:
        state = evaluate(policy, replace(whole, stated=stated), after(60))
        return "known" in [one.step for one in state.missing]

    named = StatedFact("named", True, after(8), "ona")
    assert missing()
    assert not missing(named)
    assert missing(named, StatedFact("named", None, after(9), "ona"))
    assert missing(named, StatedFact("named", False, after(9), "ona"))
    assert missing(StatedFact("named", "yes", after(8), "ona"))  # a text is no truth


def test_a_value_of_the_wrong_type_is_said(policy: Policy, whole: CaseFacts, after: After) -> None:
    stated = (StatedFact("named", "yes", after(8), "ona"),)
    state = evaluate(policy, replace(whole, stated=stated), after(60))
    assert any('"named" cannot be judged' in sentence for sentence in state.remarks)


def test_a_step_that_does_not_apply_is_not_missing(policy: Policy, whole: CaseFacts, after: After) -> None:
    def hearing(*stated: StatedFact) -> str | None:
        state = evaluate(policy, replace(whole, stated=stated), after(60))
        return next((one.sentence for one in state.missing if one.step == "hearing"), None)

    assert "Nobody has stated whether it applies (heard)" in (hearing() or "")
    assert hearing(StatedFact("heard", False, after(8), "ona")) is None
    assert "Nobody" not in (hearing(StatedFact("heard", True, after(8), "ona")) or "Nobody")


def test_what_the_event_found_undone_stays_said(policy: Policy, whole: CaseFacts, after: After) -> None:
    early = evaluate(policy, replace(whole, events=(Event("door", after(9)),)), after(60))
    lack = next(one for one in early.missing if one.step == "plan")
    assert "It was to come first and did not: Somebody was at the door. 2026-03-02 20:00" in lack.sentence
    late = evaluate(policy, replace(whole, events=(Event("door", after(10)),)), after(60))
    assert "plan" not in [one.step for one in late.missing]


def test_only_what_is_not_mandatory_is_skipped_by_the_right_role_with_a_reason(
    policy: Policy, whole: CaseFacts, after: After
) -> None:
    def missing(step: str, role: str = "chief", reason: str = "r") -> bool:
        skip = Skip(step=step, who="cem", role=role, at=after(9), fields={"reason": reason})
        without = tuple(one for one in whole.records if one.step != step)
        state = evaluate(policy, replace(whole, records=without, skips=(skip,)), after(60))
        return step in [one.step for one in state.missing]

    assert not missing("tidy")
    assert missing("tidy", role="worker")
    assert missing("tidy", reason="")
    assert missing("register")


def test_the_file_that_came_back_goes_round_again(
    policy: Policy, whole: CaseFacts, record: Make, after: After
) -> None:
    returned = changed(
        whole, "outcome_in@40", fields={"reason": "r", "outcome": "returned", "lacking": "rows"}
    )
    state = evaluate(policy, returned, after(49))
    assert state.allowed_moves == ("second",)
    back = replace(returned, moves=(*returned.moves[:2], Move("second", after(49), "ona")))
    state = evaluate(policy, back, after(49.5))
    assert state.stage == "second"
    # reviewed once, and asked anew on this visit; the plan is not
    assert [one.step for one in state.missing if one.mandatory] == ["review"]
    again = record("review", "ona", "officer", 50, sign=("oda", "officer", 51))
    state = evaluate(policy, replace(back, records=(*back.records[:6], again)), after(52))
    assert state.allowed_moves == ("third",)


def test_the_terms_of_a_reprimand_are_watched_for_a_year(
    policy: Policy, whole: CaseFacts, after: After
) -> None:
    fields = {"reason": "r", "outcome": "reprimand_agreement", "terms": "t", "ends_on": "2027-03-03"}
    state = evaluate(policy, changed(whole, "outcome_in@40", fields=fields), after(60))
    assert state.outcome is Outcome.REPRIMAND_AGREEMENT
    terms = next(one for one in state.deadlines if one.key == "terms")
    assert terms.due is not None
    assert terms.due.isoformat() == "2027-03-03T22:00:00+00:00"
    charged = evaluate(policy, whole, after(60))
    assert "terms" not in [one.key for one in charged.deadlines]


def test_a_time_without_its_zone_is_refused_at_the_door(record: Make, after: After) -> None:
    with pytest.raises(ValueError, match=r"Event\.at has no zone"):
        Event("door", datetime(2026, 3, 2, 6))  # noqa: DTZ001  # that is the point
    with pytest.raises(ValueError, match=r"StepRecord\.at has no zone"):
        replace(record("plan", "wim", "worker", 1), at=after(1).replace(tzinfo=None))


def test_now_needs_its_zone(policy: Policy, opened: CaseFacts) -> None:
    with pytest.raises(ValueError, match="zone"):
        evaluate(policy, opened, datetime(2026, 3, 2, 6))  # noqa: DTZ001  # that is the point


def test_a_draft_says_so(policy: Policy, opened: CaseFacts, after: After) -> None:
    state = evaluate(replace(policy, signed_on=None), opened, after(1))
    assert state.remarks == ("Policy small A is a draft: nobody has signed it.",)


def test_a_move_older_than_the_case_does_not_stand(policy: Policy, whole: CaseFacts, after: After) -> None:
    state = evaluate(policy, replace(whole, opened_at=after(10)), after(15))
    assert state.stage == "first"
    assert "older than the stage it leaves" in state.remarks[0]
