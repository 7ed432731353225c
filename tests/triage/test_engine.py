"""The queue: unknown is not no, noise hides nothing, the clock counts, order holds; children stay sealed.

What a rule book may not say is refused with the name of the rule.
"""

import random
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faru.packs.load import load
from faru.triage import Axis, Band, Phrase, ReasonState, RuleBookFault, compile_rules, rank
from faru.vocabulary import AccountKind, IncidentType, PersonRecord, Role

DANGER, WORK, NOISE, STOP = Axis.DANGER, Axis.WORKABILITY, Axis.NOISE, Axis.INTERRUPT


def only(referrals, make, *rules, outlooks=None, **changes):
    """The single lead of a queue."""
    (lead,) = rank(referrals, outlooks or {}, make.book(*rules, **changes), make.now).leads
    return lead


def order(ranking):
    return [lead.referrals[0].number for lead in ranking.leads]


class TestUnknown:
    def test_what_nobody_reported_does_not_fire_and_is_listed(self, make):
        rule = make.rule("convicted", "convicted_sex_offender")
        lead = only([make.referral("1", persons=(make.person(),))], make, rule)
        (reason,) = lead.reasons
        assert (reason.state, reason.points, reason.missing) == (
            ReasonState.UNKNOWN,
            0,
            ("convicted_sex_offender",),
        )
        assert lead.danger == 0

    def test_a_stated_no_is_not_listed(self, make):
        rule = make.rule("convicted", "convicted_sex_offender")
        person = make.person(convicted_sex_offender=False)
        assert only([make.referral("1", persons=(person,))], make, rule).reasons == ()

    def test_true_or_unknown_fires_in_both_orders(self, make):
        for condition in ("escalated || child_reported", "child_reported || escalated"):
            lead = only([make.referral("1", escalation="now")], make, make.rule("r", condition))
            (reason,) = lead.reasons
            assert reason.state is ReasonState.FIRED
            assert reason.missing == ("child_reported",)

    def test_one_person_unknown_beside_one_who_is_not_leaves_it_open(self, make):
        persons = (make.person(access_to_children=False), make.person())
        lead = only([make.referral("1", persons=persons)], make, make.rule("r", "access_to_children"))
        assert lead.reasons[0].state is ReasonState.UNKNOWN

    def test_a_flag_that_is_not_set_is_no_only_where_the_form_has_flags(self, make):
        rule = make.rule("r", "!blackmail_marked")
        assert only([make.referral("1", flags=("spam",))], make, rule).danger == 10
        assert only([make.referral("1", flags=("suspect_is_child",))], make, rule).danger == 0
        assert only([make.referral("1")], make, rule).reasons[0].state is ReasonState.UNKNOWN

    def test_text_without_the_words_is_no_and_no_text_is_unknown(self, make):
        rule = make.rule("r", "!text_child_of_family")
        assert only([make.referral("1", texts=(make.text("boats"),))], make, rule).danger == 10
        assert only([make.referral("1")], make, rule).reasons[0].state is ReasonState.UNKNOWN

    def test_addresses_that_nobody_looked_up_are_unknown(self, make):
        lead = only([make.referral("1", observations=(make.seen(),))], make, make.rule("r", "carrier_known"))
        assert lead.reasons[0].state is ReasonState.UNKNOWN
        assert lead.hours_left is None

    def test_the_priority_letter_is_never_scored(self, make, demo_book):
        quiet, loud = make.referral("1"), make.referral("1", priority="1")
        scores = [rank([one], {}, demo_book, make.now).leads[0] for one in (quiet, loud)]
        assert scores[0].reasons[0].rule == scores[1].reasons[0].rule
        assert (scores[0].danger, scores[0].interrupts) == (scores[1].danger, scores[1].interrupts)


class TestReasons:
    def test_the_matched_words_and_their_place(self, make):
        text = make.text("So my  Daughter's boat.", "$.x[3].value")
        lead = only([make.referral("1", texts=(text,))], make, make.rule("r", "text_child_of_family"))
        (seen,) = lead.reasons[0].seen
        assert (seen.value, seen.source) == (("my Daughter's",), "$.x[3].value")

    def test_the_escalations_words_are_read_and_not_printed(self, make):
        referral = make.referral(
            "1", escalation="Canary says my daughter", pointers={"escalation": "$.escalate"}
        )
        rules = [make.rule("a", "escalated"), make.rule("b", "text_child_of_family")]
        lead = only([referral], make, *rules)
        assert [reason.seen[0].source for reason in lead.reasons] == ["$.escalate", "$.escalate"]
        assert "Canary" not in repr(lead)

    @pytest.mark.parametrize(
        ("pointers", "source"),
        [
            ({"files[1].annotations": "$.a", "files[1]": "$.b"}, "$.a"),
            ({"files[1]": "$.b", "files": "$.c"}, "$.b"),
            ({"files": "$.c"}, "$.c"),
            ({}, "files[1].annotations"),
        ],
    )
    def test_the_nearest_pointer_is_given(self, make, pointers, source):
        files = (make.file("a"), make.file("b", annotations=("infant",)))
        lead = only(
            [make.referral("1", files=files, pointers=pointers)], make, make.rule("r", "infant_marked")
        )
        assert lead.reasons[0].seen[0].source == source

    @pytest.mark.parametrize("flag", ["liveStreaming", "LIVE_STREAMING", "Live streaming"])
    def test_flags_are_read_however_they_are_written(self, make, flag):
        files = (make.file("a", annotations=(flag,)),)
        rule = make.rule("r", "live_streaming_marked")
        assert only([make.referral("1", files=files)], make, rule).danger == 10

    def test_a_lead_fires_once_and_cites_the_earliest(self, make):
        account = (make.account("77"),)
        late = make.referral("1", reported=1, accounts=account, escalation="a")
        early = make.referral("2", reported=9, accounts=account, escalation="b")
        undated = make.referral("0", reported=None, accounts=account, escalation="c")
        lead = only([late, early, undated], make, make.rule("r", "escalated"))
        assert lead.danger == 10
        assert lead.reasons[0].referral == early.identity
        assert [identity.number for identity in lead.referrals] == ["2", "1", "0"]

    def test_a_later_referral_that_fires_beats_an_earlier_one_that_is_unknown(self, make):
        account = (make.account("77"),)
        early = make.referral("1", reported=9, accounts=account)
        late = make.referral("2", reported=1, accounts=account, escalation="b")
        (reason,) = only([early, late], make, make.rule("r", "escalated")).reasons
        assert (reason.state, reason.referral) == (ReasonState.FIRED, late.identity)

    def test_facts_of_two_referrals_do_not_mix(self, make):
        account = (make.account("77"),)
        one = make.referral("1", accounts=account, escalation="a")
        two = make.referral("2", accounts=account, children=(make.child(),))
        assert only([one, two], make, make.rule("r", "escalated && child_reported")).danger == 0

    def test_lead_facts_count_over_the_lead(self, make):
        account = (make.account("77"),)
        one = make.referral("1", accounts=account, files=(make.file("a"),), incident_at=make.instant(90))
        two = make.referral(
            "2", accounts=account, files=(make.file("a"), make.file("b")), incident_at=make.instant(20)
        )
        condition = "lead_referrals == 2 && lead_hashes == 2 && lead_days == 2 && lead_platforms == 1"
        assert only([one, two], make, make.rule("r", condition)).danger == 10

    def test_sums_are_clipped(self, make):
        many = [make.rule(f"r{n}", "escalated", points=60) for n in range(3)]
        down = make.rule("w", "escalated", axis=WORK, points=-30)
        lead = only([make.referral("1", escalation="x")], make, *many, down)
        assert (lead.danger, lead.workability, lead.band) == (100, 0, "critical")

    @pytest.mark.parametrize(
        ("points", "band"), [(0, "low"), (19, "low"), (20, "medium"), (40, "high"), (60, "critical")]
    )
    def test_bands_begin_at_their_cut(self, make, points, band):
        rule = make.rule("r", "escalated", points=points)
        assert only([make.referral("1", escalation="x")], make, rule).band == band


class TestNoise:
    def test_it_never_changes_danger_and_stands_behind_the_clean_of_its_band(self, make):
        rules = [
            make.rule("d", "escalated", points=60),
            make.rule("n", "spam_marked", axis=NOISE, raises="spam"),
        ]
        noisy = make.referral("1", escalation="x", flags=("spam",))
        clean = make.referral("2", escalation="x", flags=("informational",))
        calm = make.referral("3", flags=("informational",))
        ranking = rank([noisy, clean, calm], {}, make.book(*rules), make.now)
        assert order(ranking) == ["2", "1", "3"]
        assert [lead.danger for lead in ranking.leads] == [60, 60, 0]
        assert ranking.leads[1].noise == ("spam",)

    def test_one_clean_referral_keeps_its_lead_among_the_clean(self, make):
        rule = make.rule("n", "spam_marked", axis=NOISE, raises="spam")
        account = (make.account("77"),)
        pair = [
            make.referral("1", accounts=account, flags=("spam",)),
            make.referral("2", accounts=account, flags=("informational",)),
        ]
        lead = only(pair, make, rule)
        assert (lead.noise, lead.noisy) == (("spam",), False)
        assert only([pair[0]], make, rule).noisy

    def test_viral_company_does_not_hide_a_fresh_file(self, make, demo_book):
        crowd = [
            make.referral(f"v{n}", files=(make.file("v"),), accounts=(make.account(f"9{n}"),))
            for n in range(12)
        ]
        alike = make.referral("x", files=(make.file("v"), make.file("new")), accounts=(make.account("1"),))
        ranking = rank([*crowd, alike], {}, demo_book, make.now)
        assert order(ranking)[0] == "x"
        assert all(lead.noise == ("viral",) for lead in ranking.leads[1:])


class TestClock:
    def hours(self, make, *left, seen=None):
        referral = make.referral("1", observations=tuple(make.seen() for _ in left))
        outlooks = {referral.identity: tuple(make.outlook(hours_left=hours) for hours in left)}
        return only([referral], make, outlooks=outlooks).hours_left

    @pytest.mark.parametrize(
        ("left", "expected"),
        [
            ((50.0, 3.5, -2.0), 3.5),
            ((50.0, None), 50.0),
            ((-2.0, 0.0), 0.0),
            ((-2.0, None), None),
            ((None,), None),
            ((), None),
        ],
    )
    def test_smallest_positive_nothing_left_or_unknown(self, make, left, expected):
        assert self.hours(make, *left) == expected

    def test_over_all_referrals_of_the_lead(self, make):
        account = (make.account("77"),)
        one = make.referral("1", accounts=account, observations=(make.seen(),))
        two = make.referral("2", accounts=account, observations=(make.seen(),))
        gone, alive = (make.outlook(hours_left=-1.0),), (make.outlook(hours_left=9.0),)
        both = {one.identity: gone, two.identity: alive}
        assert only([one, two], make, outlooks=both).hours_left == 9.0
        assert only([one, two], make, outlooks={one.identity: gone}).hours_left is None

    def test_the_earliest_reading_is_marked_where_the_clock_stands_on_it(self, make):
        referral = make.referral("1", observations=(make.seen(), make.seen()))
        sure, early = make.outlook(hours_left=9.0), make.outlook(hours_left=4.0, earliest_reading=True)
        assert only([referral], make, outlooks={referral.identity: (sure, early)}).earliest_reading
        sooner = replace(sure, hours_left=1.0)
        assert not only([referral], make, outlooks={referral.identity: (sooner, early)}).earliest_reading

    def test_positive_then_unknown_then_gone(self, make):
        world, outlooks = [], {}
        for number, hours in (("gone", 0.0), ("unknown", None), ("late", 90.0), ("soon", 2.0)):
            referral = make.referral(number, observations=(make.seen(),))
            world.append(referral)
            outlooks[referral.identity] = (make.outlook(hours_left=hours),)
        assert order(rank(world, outlooks, make.book(), make.now)) == ["soon", "late", "unknown", "gone"]

    def test_outlooks_that_do_not_fit_are_refused(self, make):
        referral = make.referral("7", observations=(make.seen(),))
        with pytest.raises(ValueError, match="1 observations, but 2 outlooks"):
            rank([referral], {referral.identity: (make.outlook(),) * 2}, make.book(), make.now)

    def test_now_needs_a_zone_and_any_zone_will_do(self, make):
        with pytest.raises(ValueError, match="zone"):
            rank([], {}, make.book(), make.now.replace(tzinfo=None))
        rule = make.rule("r", "days_since_report < 1.5")
        moved = make.now.astimezone(timezone(timedelta(hours=5)))
        (lead,) = rank([make.referral("1")], {}, make.book(rule), moved).leads
        assert lead.danger == 10


class TestOrder:
    def test_pinned_interrupts_first_in_their_order_then_the_band(self, make):
        rules = [
            make.rule("i1", "escalated", axis=STOP, raises="child_at_immediate_risk"),
            make.rule("i2", "batched", axis=STOP, raises="self_harm_signal"),
            make.rule("i3", "spam_marked", axis=STOP, raises="suspect_is_child"),
            make.rule("d", "informational_marked", points=90),
        ]
        world = [
            make.referral("band", flags=("informational",)),
            make.referral("routed", flags=("spam",)),
            make.referral("harm", flags=("batchedReport",)),
            make.referral("risk", escalation="x"),
            make.referral("plain", reported=1),
        ]
        ranking = rank(world, {}, make.book(*rules), make.now)
        assert order(ranking) == ["risk", "harm", "band", "routed", "plain"]
        assert ranking.leads[3].interrupts == ("suspect_is_child",)  # raised, and not pinned
        assert [lead.rank for lead in ranking.leads] == [1, 2, 3, 4, 5]

    def test_workability_then_time_then_number(self, make):
        rule = make.rule("w", "batched", axis=WORK)
        world = [
            make.referral("b", reported=5),
            make.referral("undated", reported=None),
            make.referral("a", reported=5),
            make.referral("older", reported=9),
            make.referral("work", reported=1, flags=("batchedReport",)),
        ]
        assert order(rank(world, {}, make.book(rule), make.now)) == ["work", "older", "a", "b", "undated"]

    def test_an_empty_queue(self, make):
        ranking = rank([], {}, make.book(), make.now)
        assert (ranking.leads, ranking.rules_version) == ((), "t1")


def _some_referral(make, seed):
    """A referral drawn from everything that the facts read."""
    rng = random.Random(seed)
    pick = rng.choice
    persons = tuple(
        make.person(
            access_to_children=pick([True, False, None]),
            occupation=pick([None, "Teacher", "Baker"]),
            age=pick([None, 17, 40]),
            last_name=pick([None, "Tern"]),
        )
        for _ in range(rng.randrange(3))
    )
    accounts = tuple(
        make.account(
            f"id-{rng.randrange(6)}",
            pick(list(AccountKind)),
            verified=pick([True, None]),
            role=pick(list(Role)),
        )
        for _ in range(rng.randrange(4))
    )
    words = ["my daughter", "send money", "by friday", "i want to die", "boats", "im 12"]
    return make.referral(
        pick([str(seed), None]),
        reported=pick([None, rng.uniform(1, 900)]),
        incident_type=pick([None, *IncidentType]),
        incident_at=pick([None, make.instant(rng.randrange(100)), make.instant(9, zone=False)]),
        flags=tuple(rng.sample(["sextortion", "spam", "batchedReport", "unheardOf", "suspect_is_child"], 2)),
        escalation=pick([None, "first please"]),
        refers_to=tuple(str(rng.randrange(40)) for _ in range(rng.randrange(2))),
        persons=persons,
        accounts=accounts,
        children=tuple(make.child(age=pick([None, 9])) for _ in range(rng.randrange(2))),
        files=tuple(
            make.file(rng.randrange(9), annotations=tuple(rng.sample(["viral", "infant", "x"], 1)))
            for _ in range(rng.randrange(3))
        ),
        observations=tuple(make.seen(port=pick([None, 999])) for _ in range(rng.randrange(3))),
        texts=tuple(make.text(pick(words)) for _ in range(rng.randrange(3))),
    )


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seeds=st.lists(st.integers(0, 10_000), max_size=30, unique=True), data=st.data())
def test_same_facts_and_version_give_the_same_answer_in_any_order(make, demo_book, seeds, data):
    world = [_some_referral(make, seed) for seed in seeds]
    outlooks = {
        referral.identity: tuple(
            make.outlook(hours_left=float(n)) for n, _ in enumerate(referral.observations)
        )
        for referral in world
    }
    first = rank(world, outlooks, demo_book, make.now)
    again = rank(data.draw(st.permutations(world)), outlooks, demo_book, make.now)
    assert first == again
    assert first.rules_version == demo_book.version
    assert sorted(identity for lead in first.leads for identity in lead.referrals) == sorted(
        {referral.identity for referral in world}
    )
    for lead in first.leads:
        assert 0 <= lead.danger <= 100
        assert 0 <= lead.workability <= 100
        assert all(reason.seen or reason.state is ReasonState.UNKNOWN for reason in lead.reasons)


def test_a_childs_values_are_nowhere_in_the_answer(make, demo_book):
    person = PersonRecord(
        role=Role.VICTIM,
        first_name="CanaryFirst",
        last_name="CanaryLast",
        addresses=("CanaryStreet 1",),
        other=(("schoolName", "CanarySchool"),),
    )
    account = make.account("canary@example.org", AccountKind.EMAIL, verified=True, role=Role.VICTIM)
    child = make.child(person=person, accounts=(account,), unread=(("$.CanaryPath", "CanaryUnread"),), age=9)
    world = [
        make.referral(
            str(number),
            children=(child,),
            observations=(make.seen("203.0.113.77", child=0, role=Role.VICTIM), make.seen("203.0.113.77")),
            persons=(make.person(addresses=("CanaryStreet 1",)),),
            texts=(make.text("my daughter, happening now"),),
        )
        for number in range(3)
    ]
    outlooks = {referral.identity: (make.outlook(), make.outlook()) for referral in world}
    ranking = rank(world, outlooks, demo_book, make.now)
    (lead,) = ranking.leads  # the child's verified address joins them, sealed
    assert {"school_known", "at_one_address_with_the_child", "young_child"} <= {
        reason.rule.id for reason in lead.reasons if reason.state is ReasonState.FIRED
    }
    for told in (repr(ranking), str(ranking)):
        assert "canary" not in told.casefold()
        assert "203.0.113.77" not in told


class TestRuleBook:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"bands": (Band("high", 40),)}, "lowest band"),
            ({"bands": ()}, "lowest band"),
            ({"bands": (Band("low", 0), Band("high", 40))}, "highest first|lowest band"),
            ({"bands": (Band("a", 40), Band("b", 40), Band("c", 0))}, "highest first"),
            ({"pinned": frozenset({"nobody"})}, "no interrupt: nobody"),
            ({"phrases": (Phrase("p", "escalated", "en", ("x y",)),)}, "no phrase can set"),
            ({"phrases": (Phrase("p", "text_threat", "en", ("!!",)),)}, "without a word"),
        ],
    )
    def test_a_book_that_cannot_be_used_says_why(self, make, changes, words):
        with pytest.raises(RuleBookFault, match=words):
            compile_rules(make.book(**changes))

    @pytest.mark.parametrize(
        ("rule", "words"),
        [
            ({"condition": "escalatd"}, "'r': .*Did you mean escalated"),
            ({"condition": "youngest_age"}, "true or false"),
            ({"condition": "escalated", "raises": "spam"}, "gives points"),
            ({"condition": "escalated", "axis": NOISE}, "must name what it raises"),
            ({"condition": "escalated", "axis": STOP, "raises": "nobody"}, "no interrupt"),
        ],
    )
    def test_a_rule_that_cannot_be_used_is_named(self, make, rule, words):
        with pytest.raises(RuleBookFault, match=words):
            compile_rules(make.book(make.rule("r", **rule)))

    def test_a_rule_stands_once(self, make):
        with pytest.raises(RuleBookFault, match="twice"):
            compile_rules(make.book(make.rule("r", "escalated"), make.rule("r", "batched")))

    def test_a_rule_that_fails_on_good_facts_is_a_fault_and_no_silence(self, make):
        book = make.book(make.rule("r", "identifiers / 0 == 1"))
        with pytest.raises(RuleBookFault, match=r"'r': .*divide by zero"):
            rank([make.referral("1", accounts=(make.account("7"),))], {}, book, make.now)


def test_what_a_child_wrote_counts_and_its_words_stay_sealed(make):
    """A child's own words stand in its sealed block: they must page the supervisor, and never be shown."""
    words = "i want to die, he says he comes on friday"
    referral = make.referral("1", children=(make.child(unread=(("$.victim.additionalInfo", words),)),))
    (lead,) = rank([referral], {}, load("demo").rulebook, make.now).leads
    assert "self_harm_signal" in lead.interrupts
    shown = repr(lead)
    assert "want to die" not in shown.replace("wants to die", "")
    assert "'sealed'" in shown
    assert "$.victim.additionalInfo" in shown
