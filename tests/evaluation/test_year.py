"""A small invented year: read, ranked, put beside its truth."""

import json
from datetime import UTC, datetime

from faru.evaluation.judged import look
from faru.evaluation.likeness import compare, count
from faru.evaluation.orders import Order
from faru.evaluation.standing import Growing, grow, place, stand
from faru.evaluation.truth import key_of, read_truth
from faru.vocabulary import Identity


def test_copies_and_versions_are_one_referral_in_the_truth(tmp_path):
    def entry(number, arrived, danger, shows, sha256="a"):
        return {
            "sender": "S",
            "number": number,
            "sha256": sha256,
            "received_at": arrived,
            "in_danger": danger,
            "shows": shows,
        }

    path = tmp_path / "truth.json"
    entries = [
        entry("1", "2031-01-02T00:00:00Z", True, "nowhere"),
        entry("1", "2031-01-01T00:00:00Z", True, "nowhere", "b"),
        entry(None, "2031-01-03T00:00:00Z", False, None, "c"),
        entry("2", "2031-01-03T00:00:00Z", True, "field"),
    ]
    path.write_text(json.dumps({"referrals": entries}), encoding="utf-8")
    truth = read_truth(path)
    assert set(truth) == {("S", "1"), ("S", "c"), ("S", "2")}
    assert truth["S", "1"].arrived == datetime(2031, 1, 1, tzinfo=UTC)
    assert [fact.told for fact in truth.values()] == [False, None, True]
    assert key_of(Identity("S", "", "c")) == ("S", "c")


def test_every_referral_of_the_year_has_its_truth(small_year):
    assert small_year.unread == 0
    assert {key_of(identity) for identity in small_year.referrals} == set(small_year.truth)
    assert len(small_year.referrals) == 120


def test_a_lead_is_in_danger_if_any_of_its_referrals_is(small_year):
    for one in small_year.leads:
        facts = [small_year.fact(identity) for identity in one.lead.referrals]
        assert one.in_danger == any(fact.in_danger for fact in facts)
        assert one.arrived == min(fact.arrived for fact in facts)
        assert (one.told is None) == (not one.in_danger)


def test_the_plainer_orders_see_the_referral_that_stands_out_most(small_year):
    grown = next(one for one in small_year.leads if len(one.lead.referrals) > 1)
    each = [look([small_year.referrals[identity]]) for identity in grown.lead.referrals]
    assert grown.plain.files == max(one.files for one in each)
    assert grown.plain.fields == max(one.fields for one in each)


def test_ten_files_fill_no_more_kinds_of_field_than_two(small_year):
    many = next(one for one in small_year.referrals.values() if len(one.files) > 1)
    assert look([many]).fields < len(many.pointers) + len(many.accounts)


def test_places_of_the_simulation_are_those_of_the_queue(small_year, demo):
    """The same scores at the same instant stand in the same order as the engine puts them."""
    places = []
    for one in small_year.leads:
        held = list(one.lead.referrals)
        growing = Growing((stand(small_year, held, one.lead, one.arrived, demo.rulebook),), None)
        places.append(place(Order.QUEUE, growing, 0, small_year.ends)[:-1])
    assert places == sorted(places)
    assert len(set(places)) > 10


def test_a_lead_grows_with_its_referrals_and_knows_nothing_of_later_ones(small_year, demo):
    growing = grow(small_year, demo)
    assert sum(len(one.standings) for one in growing) == len(small_year.referrals)
    for one in growing:
        since = [standing.since for standing in one.standings]
        assert since == sorted(since)
        counts = [len(standing.gone_at) for standing in one.standings]
        assert counts == sorted(counts)


def test_every_lead_in_danger_is_counted_once_in_each_single_trait(small_year):
    found = compare([count(small_year)])
    for group in ("danger shows in the report", "length of the longest text", "referrals of the lead"):
        assert sum(one.hits + one.misses for one in found if one.group == group) == small_year.in_danger
