"""Links, hubs, officers' words, leads: nothing fuses strangers, and the order of arrival does not matter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faru.triage import (
    Act,
    Edge,
    EdgeState,
    LinkKind,
    OfficerEdge,
    Strength,
    changed,
    draw,
    group,
    rank,
    regroup,
    with_officers,
)
from faru.vocabulary import AccountKind, Role

AT = datetime(2031, 2, 1, tzinfo=UTC)


def partition(leads):
    return {frozenset(identity.number for identity in lead.members) for lead in leads}


def leads_of(referrals, limit=4, acts=(), medium=()):
    edges, _ = draw(referrals, limit)
    present = [referral.identity for referral in referrals]
    edges, _ = with_officers(edges, medium, acts, present)
    return group(present, edges)


def joined(*referrals, limit=4):
    return len(leads_of(referrals, limit)) == 1


def kinds(*referrals, limit=4):
    return {(edge.kind, edge.strength, edge.state) for edge in draw(referrals, limit)[0]}


class TestWhatJoins:
    def test_same_account_of_the_same_platform(self, make):
        assert joined(
            make.referral("1", accounts=(make.account("77"),)),
            make.referral("2", accounts=(make.account("77"),)),
        )

    def test_platform_names_are_compared_without_case(self, make):
        other = make.account("77", platform="REEFCHAT ")
        assert joined(
            make.referral("1", accounts=(make.account("77"),)), make.referral("2", accounts=(other,))
        )

    def test_the_same_number_on_another_platform_is_somebody_else(self, make):
        other = make.account("77", platform="Otherchat")
        assert not joined(
            make.referral("1", accounts=(make.account("77"),)),
            make.referral("2", platform="Otherchat", accounts=(other,)),
        )

    def test_an_account_without_any_platform_joins_nothing(self, make):
        loose = make.account("77", platform=None)
        assert not joined(
            make.referral("1", platform=None, accounts=(loose,)),
            make.referral("2", platform=None, accounts=(loose,)),
        )

    @pytest.mark.parametrize("kind", [AccountKind.EMAIL, AccountKind.PHONE])
    @pytest.mark.parametrize(
        ("left", "right", "joins"), [(True, True, True), (True, None, False), (False, True, False)]
    )
    def test_contacts_join_only_where_both_are_verified(self, make, kind, left, right, joins):
        value = "x@example.org" if kind is AccountKind.EMAIL else "+9995550123"
        one = make.referral("1", accounts=(make.account(value, kind, verified=left),))
        two = make.referral("2", accounts=(make.account(value, kind, verified=right),))
        assert joined(one, two) is joins
        if not joins:
            assert kinds(one, two) == {(LinkKind.CONTACT, Strength.WEAK, EdgeState.SHOWN)}

    def test_same_device(self, make):
        device = make.account("d41d-8cd9-8f00-b204", AccountKind.DEVICE_ID)
        assert joined(make.referral("1", accounts=(device,)), make.referral("2", accounts=(device,)))

    @pytest.mark.parametrize("value", ["00000000-0000-0000-0000-000000000000", "-", "   "])
    def test_a_device_that_hides_its_id_is_everybodys(self, make, value):
        device = make.account(value, AccountKind.DEVICE_ID)
        assert not joined(make.referral("1", accounts=(device,)), make.referral("2", accounts=(device,)))

    def test_a_short_device_id_counts_within_its_platform_only(self, make):
        here = make.account("17", AccountKind.DEVICE_ID)
        there = make.account("17", AccountKind.DEVICE_ID, platform="Otherchat")
        assert joined(make.referral("1", accounts=(here,)), make.referral("2", accounts=(here,)))
        assert not joined(make.referral("1", accounts=(here,)), make.referral("2", accounts=(there,)))

    def test_the_platforms_own_contact_joins_nothing(self, make):
        desk = make.account("trust@example.org", AccountKind.EMAIL, verified=True, role=Role.REPORTER)
        assert not joined(make.referral("1", accounts=(desk,)), make.referral("2", accounts=(desk,)))

    def test_an_identifier_from_free_text_is_shown_and_never_joins(self, make):
        mined = make.account("x@example.org", AccountKind.EMAIL, verified=True, from_text=True)
        firm = make.account("x@example.org", AccountKind.EMAIL, verified=True)
        one, two = make.referral("1", accounts=(mined,)), make.referral("2", accounts=(firm,))
        assert not joined(one, two)
        (edge,) = draw([one, two], 4)[0]
        assert (edge.kind, edge.from_text, edge.state) == (LinkKind.FREE_TEXT, True, EdgeState.SHOWN)

    @pytest.mark.parametrize("kind", [AccountKind.SCREEN_NAME, AccountKind.PROFILE_URL, AccountKind.PAYMENT])
    def test_names_and_payment_accounts_are_shown_and_never_join(self, make, kind):
        one = make.referral("1", accounts=(make.account("reef_1", kind),))
        two = make.referral("2", accounts=(make.account("reef_1", kind, platform="Otherchat"),))
        assert kinds(one, two) == {(LinkKind.NAME, Strength.WEAK, EdgeState.SHOWN)}

    def test_the_same_files_are_shown_once_and_never_join(self, make):
        files = (make.file("a"), make.file("b"))
        one, two = make.referral("1", files=files), make.referral("2", files=files)
        assert not joined(one, two)
        assert len(draw([one, two], 4)[0]) == 1

    def test_the_senders_own_cross_reference(self, make):
        one, two = make.referral("1"), make.referral("2", refers_to=("1",))
        assert joined(one, two)
        assert not joined(one, replace(two, sender="Another agency"))

    def test_two_that_name_the_same_third_belong_together_before_it_arrives(self, make):
        two, three = make.referral("2", refers_to=("1",)), make.referral("3", refers_to=("1",))
        assert joined(two, three)
        assert joined(two, three, make.referral("1"))

    def test_a_referral_that_names_itself(self, make):
        assert draw([make.referral("1", refers_to=("1",))], 4) == ((), ())


class TestHubs:
    def test_a_value_that_crosses_the_limit_stops_joining(self, make):
        referrals = [make.referral(str(n), accounts=(make.account("77"),)) for n in range(5)]
        assert len(leads_of(referrals[:4])) == 1
        assert len(leads_of(referrals)) == 5
        edges, hubs = draw(referrals, 4)
        assert edges == ()
        assert [(hub.kind, hub.value, len(hub.referrals)) for hub in hubs] == [
            (LinkKind.PLATFORM_ACCOUNT, "77", 5)
        ]

    def test_leads_fall_apart_but_other_links_hold(self, make):
        both = (make.account("77"), make.account("d41d-8cd9-8f00-b204", AccountKind.DEVICE_ID))
        referrals = [make.referral(str(n), accounts=both if n < 2 else both[:1]) for n in range(6)]
        assert partition(leads_of(referrals)) == {frozenset("01"), *(frozenset(c) for c in "2345")}

    @pytest.mark.parametrize("field", ["refers_to", "files", "name"])
    def test_the_limit_holds_for_every_kind(self, make, field):
        changes = {
            "refers_to": {"refers_to": ("900",)},
            "files": {"files": (make.file("a"),)},
            "name": {"accounts": (make.account("nick", AccountKind.SCREEN_NAME),)},
        }[field]
        edges, hubs = draw([make.referral(str(n), **changes) for n in range(5)], 4)
        assert edges == ()
        assert len(hubs) == 1

    def test_mentions_in_text_do_not_break_a_firm_link(self, make):
        firm = make.account("x@example.org", AccountKind.EMAIL, verified=True)
        mined = replace(firm, from_text=True)
        referrals = [make.referral(str(n), accounts=(firm if n < 2 else mined,)) for n in range(8)]
        assert frozenset("01") in partition(leads_of(referrals))


class TestChildren:
    def test_a_childs_account_links_and_stays_sealed(self, make):
        secret = make.account("canary.child@example.org", AccountKind.EMAIL, verified=True, role=Role.VICTIM)
        one = make.referral("1", children=(make.child(accounts=(secret,)),))
        two = make.referral("2", accounts=(replace(secret, role=Role.REPORTED),))
        edges, _ = draw([one, two], 4)
        assert joined(one, two)
        assert [edge.value for edge in edges] == ["sealed"]

    def test_a_childs_value_stays_sealed_in_a_hub_and_beside_an_open_twin(self, make):
        secret = make.account("canary.child", AccountKind.SCREEN_NAME, role=Role.VICTIM)
        both = make.referral("0", accounts=(secret,), children=(make.child(accounts=(secret,)),))
        others = [make.referral(str(n), accounts=(secret,)) for n in range(1, 6)]
        edges, hubs = draw([both, *others], 4)
        assert "canary" not in f"{edges}{hubs}"
        assert "canary" not in repr(draw([both, others[0]], 4))


class TestOfficers:
    def act(self, kind, a, b, *, at=0, kinds=()):
        return OfficerEdge(
            act=kind,
            a=a.identity,
            b=b.identity,
            reason="Known to us.",
            by="officer-7",
            at=AT + timedelta(hours=at),
            kinds=frozenset(kinds),
        )

    def pair(self, make):
        return (
            make.referral("1", accounts=(make.account("77"),)),
            make.referral("2", accounts=(make.account("77"),)),
        )

    def test_joining_and_parting(self, make):
        one, two = make.referral("1"), make.referral("2")
        assert len(leads_of([one, two], acts=[self.act(Act.JOIN, one, two)])) == 1
        one, two = self.pair(make)
        assert len(leads_of([one, two], acts=[self.act(Act.PART, two, one)])) == 2

    def test_the_later_word_counts_in_whatever_order_they_are_given(self, make):
        one, two = self.pair(make)
        acts = [self.act(Act.PART, one, two, at=1), self.act(Act.JOIN, one, two, at=2)]
        assert len(leads_of([one, two], acts=acts)) == len(leads_of([one, two], acts=acts[::-1])) == 1
        acts = [self.act(Act.JOIN, one, two, at=1), self.act(Act.PART, one, two, at=2)]
        assert len(leads_of([one, two], acts=acts)) == 2

    def test_parting_names_edges(self, make):
        both = (make.account("77"), make.account("d41d-8cd9-8f00-b204", AccountKind.DEVICE_ID))
        one, two = make.referral("1", accounts=both), make.referral("2", accounts=both)
        device_only = self.act(Act.PART, one, two, kinds=[LinkKind.DEVICE])
        edges, _ = with_officers(draw([one, two], 4)[0], (), [device_only], [one.identity, two.identity])
        assert {(edge.kind, edge.state) for edge in edges} == {
            (LinkKind.DEVICE, EdgeState.OFF),
            (LinkKind.PLATFORM_ACCOUNT, EdgeState.IN_FORCE),
        }

    def test_it_survives_a_new_version_and_new_neighbours(self, make):
        one, two = self.pair(make)
        part = self.act(Act.PART, one, two)
        newer = make.referral("2", reported=1, accounts=(make.account("77"),), flags=("spam",))
        assert newer.identity != two.identity
        ranking = rank([one, two, newer, make.referral("9")], {}, make.book(), make.now, [part])
        assert {len(lead.referrals) for lead in ranking.leads} == {1}

    def test_another_path_that_still_joins_is_told(self, make):
        device = make.account("d41d-8cd9-8f00-b204", AccountKind.DEVICE_ID)
        one, two = self.pair(make)
        bridge = make.referral("3", accounts=(make.account("77"), device))
        part = self.act(Act.PART, one, two)
        ranking = rank([one, two, bridge], {}, make.book(), make.now, [part])
        assert len(ranking.leads) == 1
        (still,) = ranking.still_joined
        assert [(edge.a.number, edge.b.number) for edge in still.path] == [("1", "3"), ("2", "3")]

    def test_an_act_on_a_referral_that_is_not_here_waits(self, make):
        one, two = self.pair(make)
        join = self.act(Act.JOIN, one, make.referral("404"))
        ranking = rank([one, two], {}, make.book(), make.now, [join])
        assert ranking.waiting == (join,)

    def test_a_time_without_a_zone_is_refused(self, make):
        one, two = self.pair(make)
        act = replace(self.act(Act.JOIN, one, two), at=datetime(2031, 1, 1))  # noqa: DTZ001
        with pytest.raises(ValueError, match="no zone"):
            leads_of([one, two], acts=[act])

    def test_a_medium_link_is_proposed_and_never_in_force_by_itself(self, make):
        one, two = make.referral("1"), make.referral("2")
        lease = Edge(
            one.identity,
            two.identity,
            LinkKind.LEASE,
            "192.0.2.7",
            Strength.STRONG,  # whatever the caller says
            EdgeState.IN_FORCE,
            "Same address, overlapping lease.",
        )
        ranking = rank([one, two], {}, make.book(), make.now, medium=[lease])
        assert len(ranking.leads) == 2
        assert [(edge.strength, edge.state) for edge in ranking.edges] == [
            (Strength.MEDIUM, EdgeState.PROPOSED)
        ]


# ---- the order of arrival ---------------------------------------------------------------------------------


FIRM_KINDS = [AccountKind.USER_ID, AccountKind.EMAIL, AccountKind.PHONE]


@st.composite
def worlds(draw_, make):
    """A few referrals with few identifiers, so that they collide."""
    referrals = []
    for number in range(draw_(st.integers(1, 12))):
        accounts = [
            make.account(f"id-{draw_(st.integers(0, 4))}", kind, verified=True)
            for kind in draw_(
                st.lists(
                    st.sampled_from([AccountKind.USER_ID, AccountKind.EMAIL, AccountKind.PHONE]), max_size=2
                )
            )
        ]
        refers = tuple(str(n) for n in draw_(st.lists(st.integers(0, 11), max_size=1)))
        referrals.append(make.referral(str(number), accounts=tuple(accounts), refers_to=refers))
    acts = []
    for at in range(draw_(st.integers(0, 3))):
        a, b = draw_(st.sampled_from(referrals)), draw_(st.sampled_from(referrals))
        if a.identity != b.identity:
            act = draw_(st.sampled_from(list(Act)))
            acts.append(
                OfficerEdge(
                    act=act, a=a.identity, b=b.identity, reason="r", by="o", at=AT + timedelta(hours=at)
                )
            )
    return referrals, acts


FEW = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(data=st.data(), limit=st.integers(2, 5))
def test_leads_do_not_depend_on_the_order_of_arrival(make, data, limit):
    referrals, acts = data.draw(worlds(make))
    shuffled = data.draw(st.permutations(referrals))
    assert leads_of(referrals, limit, acts) == leads_of(shuffled, limit, data.draw(st.permutations(acts)))


@FEW
@given(data=st.data(), limit=st.integers(2, 5))
def test_arriving_one_by_one_with_local_recomputation_gives_the_same_leads(make, data, limit):
    referrals, acts = data.draw(worlds(make))
    before_edges, leads = (), ()
    for count in range(1, len(referrals) + 1):
        here = [referral.identity for referral in referrals[:count]]
        edges, _ = with_officers(draw(referrals[:count], limit)[0], (), acts, here)
        around = {here[-1]} | changed(before_edges, edges)
        leads = regroup(leads, around, here, edges)
        assert leads == group(here, edges)
        before_edges = edges


@FEW
@given(data=st.data(), limit=st.integers(2, 5))
def test_leads_against_a_slow_oracle(make, data, limit):
    """Repeated merging of overlapping sets, over edges found by comparing every pair."""
    referrals, _ = data.draw(worlds(make))

    def values(referral):
        found = {(account.kind, account.normal) for account in referral.accounts}
        return found | {("number", n) for n in (*referral.refers_to, referral.number)}

    holders = {}
    for referral in referrals:
        for value in values(referral):
            holders.setdefault(value, set()).add(referral.number)
    parts = [{referral.number} for referral in referrals]
    for members in holders.values():
        if len(members) <= limit:
            touched = [part for part in parts if part & members]
            parts = [part for part in parts if not part & members] + [set().union(*touched)]
    assert partition(leads_of(referrals, limit)) == {frozenset(part) for part in parts}


def test_a_leads_id_comes_from_its_smallest_referral(make):
    one = make.referral("1", accounts=(make.account("77"),))
    two = make.referral("2", accounts=(make.account("77"),))
    (alone,) = leads_of([one])
    (both,) = leads_of([one, two])
    assert alone.id == both.id != leads_of([two])[0].id
    newer = make.referral("1", accounts=(make.account("77"),), flags=("spam",))
    assert leads_of([newer])[0].id == alone.id
