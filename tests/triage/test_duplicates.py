"""Twice the same, a new version, nearly the same, everywhere: each is shown, none is merged or dropped."""

import random
from dataclasses import replace

import pytest

from faru.triage import group, rank
from faru.triage.duplicates import differences, same_as, sort_out, spread
from faru.vocabulary import AccountKind, Role


def test_the_same_bytes_twice_are_one_referral_and_two_arrivals(make):
    one = make.referral("1")
    found = sort_out([one, one, make.referral("2")])
    assert [referral.number for referral in found.referrals] == ["1", "2"]
    assert [(arrival.identity, arrival.times) for arrival in found.arrivals] == [(one.identity, 2)]
    assert found.versions == ()


def test_the_same_number_from_another_sender_is_another_referral(make):
    one = make.referral("1")
    assert len(sort_out([one, replace(one, sender="Another agency")]).referrals) == 2


def test_without_a_number_the_bytes_are_the_identity(make):
    one, two = make.referral(None, flags=("a",)), make.referral(None, flags=("b",))
    assert len(sort_out([one, two, one]).referrals) == 2


def test_other_bytes_under_the_same_number_are_a_version_and_the_newest_is_read(make):
    old = make.referral("1", reported=50, flags=("a",))
    new = make.referral("1", reported=10, flags=("b",), children=(make.child(),))
    for order in ([old, new], [new, old], [old, new, old]):
        found = sort_out(order)
        assert found.referrals == (new,)
        (versions,) = found.versions
        assert versions.newest == new.identity
        assert [(older.identity, older.differs) for older in versions.older] == [
            (old.identity, ("reported_at", "flags", "children"))
        ]


def test_versions_of_the_same_time_or_none_are_told_apart_by_their_bytes(make):
    for reported in (10, None):
        versions = [make.referral("1", reported=reported, flags=(flag,)) for flag in "abc"]
        newest = max(versions, key=lambda referral: referral.sha256)
        for seed in range(4):
            shuffled = random.Random(seed).sample(versions, 3)
            assert sort_out(shuffled).referrals == (newest,)


def test_a_version_that_says_when_is_newer_than_one_that_does_not(make):
    dated, undated = make.referral("1", reported=9000), make.referral("1", reported=None)
    assert sort_out([undated, dated]).referrals == (dated,)


def test_a_difference_in_pointers_alone_is_none(make):
    one = make.referral("1")
    assert differences(one, replace(one, pointers={"number": "$.reportId"}, sha256="0" * 64)) == ()


class TestNearlyTheSame:
    def base(self, make, number, **changes):
        values = {
            "incident_at": make.instant(30),
            "accounts": (make.account("77"),),
            "files": (make.file("a"), make.file("b")),
        }
        return make.referral(number, **(values | changes))

    def test_same_platform_account_minute_and_files(self, make):
        one, two = self.base(make, "1"), self.base(make, "2", files=(make.file("b"), make.file("a")))
        assert [found.referrals for found in same_as([two, one])] == [(one.identity, two.identity)]

    @pytest.mark.parametrize("field", ["platform", "account", "minute", "files", "precision"])
    def test_one_thing_else_is_something_else(self, make, field):
        changes = {
            "platform": {"platform": "Otherchat"},
            "account": {"accounts": (make.account("78"),)},
            "minute": {"incident_at": make.instant(29)},
            "files": {"files": (make.file("a"),)},
            "precision": {"incident_at": make.instant(30, precision=3600)},
        }[field]
        assert same_as([self.base(make, "1"), self.base(make, "2", **changes)]) == ()

    @pytest.mark.parametrize("field", ["platform", "accounts", "incident_at", "files"])
    def test_what_neither_reports_makes_nothing_alike(self, make, field):
        missing = {field: None if field in ("platform", "incident_at") else ()}
        assert same_as([self.base(make, "1", **missing), self.base(make, "2", **missing)]) == ()

    def test_it_is_shown_on_the_lead_and_merges_nothing(self, make):
        nick = (make.account("reef", AccountKind.SCREEN_NAME),)
        one, two = self.base(make, "1", accounts=nick), self.base(make, "2", accounts=nick)
        ranking = rank([one, two], {}, make.book(), make.now)
        assert len(ranking.leads) == 2
        assert all(lead.same_as == ranking.same_as for lead in ranking.leads)


class TestViral:
    def world(self, make, count, **changes):
        return [
            make.referral(
                str(n), **({"files": (make.file("v"),), "accounts": (make.account(str(100 + n)),)} | changes)
            )
            for n in range(count)
        ]

    def spread(self, referrals, limit=3):
        from faru.triage import draw

        present = [referral.identity for referral in referrals]
        return spread(referrals, group(present, draw(referrals, 9)[0]), limit)

    def test_more_unrelated_accounts_than_the_limit(self, make):
        assert self.spread(self.world(make, 3)).viral == ()
        (viral,) = self.spread(self.world(make, 4)).viral
        assert (viral.algorithm, viral.accounts, len(viral.referrals)) == ("sha256", 4, 4)

    def test_many_reports_of_one_account_are_no_virus(self, make):
        same = self.world(make, 6, accounts=(make.account("100"),))
        assert self.spread(same).viral == ()

    def test_reports_without_an_account_count_for_nothing(self, make):
        assert self.spread(self.world(make, 6, accounts=())).viral == ()
        child = make.account("x", AccountKind.SCREEN_NAME, role=Role.VICTIM)
        assert self.spread(self.world(make, 6, accounts=(child,))).viral == ()

    def test_one_file_that_is_not_viral_keeps_the_referral_clean(self, make):
        referrals = self.world(make, 5)
        hiding = replace(referrals[0], files=(make.file("v"), make.file("fresh")))
        without = replace(referrals[1], files=(make.file("v"), make.file("x", hashes=())))
        found = self.spread([hiding, without, *referrals[2:]])
        assert found.of(referrals[2]) == (4, True)  # one above the limit of three: counting stops there
        assert found.of(hiding) == (4, False)
        assert found.of(without) == (4, False)
        assert found.of(make.referral("9")) == (None, None)

    def test_what_was_only_sent_along_does_not_matter(self, make):
        referrals = self.world(make, 5)
        extra = replace(referrals[0], files=(make.file("v"), make.file("n", supplemental=True)))
        assert self.spread([extra, *referrals[1:]]).of(extra) == (4, True)
