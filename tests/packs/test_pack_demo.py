"""The demo pack: whole, clean, and saying what the demo needs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network

import pytest

from faru.attribution.carriers import CarrierTable, RecordKind
from faru.packs import Pack, PackFault, Purpose, Reason, check, load
from faru.policy import (
    Assignment,
    CaseFacts,
    Effect,
    Move,
    Outcome,
    Priority,
    SignOff,
    StatedFact,
    Step,
    StepKind,
    StepRecord,
    evaluate,
)
from faru.policy.facts import Event
from faru.vocabulary.permissions import Permission

OPENED = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo() -> Pack:
    return load("demo")


def test_nothing_is_wrong_with_it() -> None:
    assert check("demo") == []


def test_its_head(demo: Pack) -> None:
    assert (demo.country, demo.phone_prefix, demo.zone) == ("XR", "+999", "Etc/GMT-5")
    assert demo.languages == ("en", "dv")
    assert demo.calendar.weekend == {4, 5}
    assert demo.calendar.holidays_until == date(2027, 12, 31)
    assert demo.confirmed is not None
    assert len(demo.digest) == 64
    # the sign in the zone's name is turned round: it is five hours ahead of UTC
    assert demo.calendar.show(OPENED).startswith("2026-03-10 09:00 +05:00")


def test_who_may_do_what(demo: Pack) -> None:
    may = demo.permissions
    assert may.keys() == {role.id for role in demo.roles}
    admin = {Permission.ADMIN_BACKUP, Permission.ADMIN_PACK, Permission.ADMIN_USERS, Permission.LEDGER_READ}
    assert may["administrator"] == admin
    assert may["comms"] == set()
    assert may["auditor"] == {Permission.DEADLINE_READ, Permission.LEDGER_READ}
    assert may["supervisor"] >= set(Permission) - admin - {
        Permission.CASE_READ_SENT,
        Permission.OUTCOME_RECORD,
    }
    assert not any(
        may[role] & admin for role in may.keys() - {"administrator", "auditor", "supervisor", "commander"}
    )
    assert {role for role in may if Permission.CHILD_REVEAL in may[role]} == {
        "intake", "triage", "investigator", "supervisor",
    }  # fmt: skip
    assert Permission.REFERRAL_READ not in may["victim_worker"] | may["pg_liaison"]
    assert Permission.SEARCH_RUN not in may["victim_worker"] | may["pg_liaison"]
    assert {role for role in may if Permission.REQUEST_APPROVE in may[role]} == {"supervisor", "commander"}
    assert {role for role in may if Permission.OUTCOME_RECORD in may[role]} == {"pg_liaison"}


def test_every_act_that_asks_for_a_reason_has_some_to_choose_from(demo: Pack) -> None:
    assert list(demo.reasons) == list(Purpose)
    for listed in demo.reasons.values():
        assert len({one.id for one in listed}) == len(listed) >= 3
    assert demo.reasons[Purpose.LET_GO][0] == Reason("end_of_shift", "The shift ends.")


def test_its_carriers_stand_on_documentation_ranges_alone(demo: Pack) -> None:
    ranges = [
        ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    ]
    prefixes = {
        (carrier.id, str(prefix.network), prefix.shared)
        for carrier in demo.carriers
        for prefix in carrier.prefixes
    }
    assert prefixes == {
        ("lagoon", "192.0.2.0/24", False),
        ("lagoon", "2001:db8:1000::/36", False),
        ("atoll", "203.0.113.0/24", True),
        ("monsoon", "198.51.100.0/25", False),
        ("monsoon", "198.51.100.128/25", True),
        ("monsoon", "2001:db8:2000::/36", False),
    }
    for _, network, _ in prefixes:
        block = ip_network(network)
        assert any(block.version == one.version and block.subnet_of(one) for one in ranges)  # type: ignore[arg-type]
    kept = {(one.id, kind.kind, kind.days) for one in demo.carriers for kind in one.retention}
    assert kept == {
        ("lagoon", RecordKind.SESSION, 90),
        ("atoll", RecordKind.NAT, 14),
        ("atoll", RecordKind.SESSION, 90),
        ("monsoon", RecordKind.SESSION, 30),
        ("monsoon", RecordKind.NAT, 21),
    }
    assert {one.tolerance_s for one in demo.carriers} == {3}
    assert {one.log_zone for one in demo.carriers} == {"UTC"}
    assert {one.letter for one in demo.carriers} == {"disclosure"}
    match = CarrierTable(demo.carriers).find("198.51.100.200", OPENED)
    assert match is not None
    assert (match.carrier.id, match.prefix.shared) == ("monsoon", True)


def test_its_rule_book_agrees_with_its_policy(demo: Pack) -> None:
    defined = {one.id: one.effects for one in demo.policy().interrupts}
    assert defined == {
        "child_at_immediate_risk": {Effect.PIN, Effect.PAGE},
        "self_harm_signal": {Effect.PIN, Effect.PAGE},
        "missing_child": {Effect.PIN, Effect.PAGE},
        "suspect_is_child": {Effect.ROUTE},
        "officer_conflict_of_interest": {Effect.RECUSE},
    }
    assert set(demo.rulebook.interrupts) == defined.keys()
    assert demo.rulebook.pinned == {"child_at_immediate_risk", "self_harm_signal", "missing_child"}
    assert len(demo.rulebook.rules) >= 25
    assert {phrase.language for phrase in demo.rulebook.phrases} == {"en", "dv", "dv-Latn"}
    assert (demo.rulebook.country, demo.rulebook.phone_prefix) == ("XR", "+999")


def test_its_stages_and_the_steps_nobody_may_leave_out(demo: Pack) -> None:
    policy = demo.policy()
    assert [stage.id for stage in policy.stages] == [
        "intake", "triage", "attribution", "action_plan", "custody",
        "examination", "interview", "pg_referral", "outcome", "closure",
    ]  # fmt: skip
    mandatory = {step.id for step in policy.steps() if step.mandatory}
    assert mandatory >= {
        "victim_risk", "household_children_check", "safeguarding_plan", "suspect_suicide_risk_plan",
        "before_judge", "two_person_review", "victim_identification", "tell_child_first",
    }  # fmt: skip
    assert [one.outcome for one in policy.outcomes] == list(Outcome)
    told = policy.step("feedback_to_sender")
    assert told is not None
    assert told.after == ("tell_child_first",)


def test_every_clock_of_a_child_is_in_plain_time_and_every_clock_is_confirmed(demo: Pack) -> None:
    policy = demo.policy()
    clocks = [step.due for step in policy.steps() if step.due] + list(policy.deadlines)
    assert all(one.confirmed_by and one.confirmed_on and one.term for one in clocks)
    judge = next(one for one in clocks if one.key == "custody.first_judge")
    assert str(judge.term) == "Term(amount=24, unit=<Unit.HOURS: 'hours'>)"


def test_an_offence_applies_by_the_day_of_the_conduct(demo: Pack) -> None:
    def on(day: date) -> set[str]:
        return {one.id for one in demo.offences if one.family == "csam" and one.applies_on(day)}

    assert on(date(2024, 6, 30)) == {"earlier_possession"}
    assert on(date(2024, 7, 1)) == {"possession"}
    assert on(date(1990, 1, 1)) == set()


def test_an_unknown_policy_is_an_error(demo: Pack) -> None:
    assert demo.policy("child-exploitation-xr") is demo.policy()
    with pytest.raises(KeyError):
        demo.policy("nothing")


def _record(policy_step: Step, hours: float) -> StepRecord:
    at = OPENED + timedelta(hours=hours)
    fields = dict.fromkeys((*policy_step.needs, "reason", "to"), "stated")
    if "outcome" in fields:
        fields |= {"outcome": "charged", "charges": "stated"}
    sign = SignOff("second person", policy_step.signoff, at) if policy_step.signoff else None
    return StepRecord(
        id=policy_step.id, step=policy_step.id, who="first person", role=policy_step.by[0],
        at=at, fields=fields, document="0" * 64, signoff=sign,
    )  # fmt: skip


def test_a_case_goes_all_the_way_and_no_way_past_a_mandatory_step(demo: Pack) -> None:
    policy = demo.policy()
    facts = CaseFacts(
        case="C-1",
        policy=policy.id,
        version=policy.version,
        opened_at=OPENED,
        people=(Assignment("supervisor", "sup"),),
        events=(Event("arrest", OPENED + timedelta(hours=0.05)),),
    )
    hours = 0.0
    seen = []
    while not evaluate(policy, facts, OPENED + timedelta(hours=hours)).closed:
        state = evaluate(policy, facts, OPENED + timedelta(hours=hours))
        seen.append(state.stage)
        stage = policy.stage(state.stage)
        assert stage is not None
        mandatory = [step for step in stage.steps if step.mandatory]
        for step in (one for one in stage.steps if one.kind is not StepKind.FACT):
            if step.mandatory:
                assert not state.allowed_moves, f"{step.id} is missing and a way is open"
            hours += 0.1
            facts = replace(facts, records=(*facts.records, _record(step, hours)))
            state = evaluate(policy, facts, OPENED + timedelta(hours=hours))
            if step == mandatory[-1]:
                break
        if stage.next:
            assert state.allowed_moves
            hours += 0.1
            move = Move(state.allowed_moves[0], OPENED + timedelta(hours=hours), "sup")
            facts = replace(facts, moves=(*facts.moves, move))
    assert seen == [stage.id for stage in policy.stages]
    assert evaluate(policy, facts, OPENED + timedelta(hours=hours)).outcome is Outcome.CHARGED


def test_a_young_suspect_is_routed_and_a_planned_meeting_pages(demo: Pack) -> None:
    policy = demo.policy()
    stated = (
        StatedFact("suspect_age", 17, OPENED, "inv"),
        StatedFact("meeting_planned", True, OPENED, "inv"),
    )
    facts = CaseFacts(case="C-1", policy=policy.id, version=policy.version, opened_at=OPENED, stated=stated)
    state = evaluate(policy, facts, OPENED + timedelta(hours=2))
    assert {one.id for one in state.open_interrupts} == {"suspect_is_child", "child_at_immediate_risk"}
    assert state.priority is Priority.PINNED
    assert {"youth_handover", "safeguarding_decision"} <= {one.step for one in state.missing}


@pytest.mark.parametrize("name", ["nowhere", "schemas", "../packs", ""])
def test_what_is_no_pack_says_so(name: str) -> None:
    with pytest.raises(PackFault, match=r"no pack|demo"):
        load(name)
