"""A unit works off a handful of leads: who is reached when, by which order."""

import math
from datetime import timedelta

import pytest

from faru.evaluation.durations import Durations, Unit
from faru.evaluation.judged import Plain
from faru.evaluation.orders import Order
from faru.evaluation.shifts import shifts
from faru.evaluation.simulation import simulate

ALONE = Unit(duty=1, investigators=0, opens_at=8, hours_a_day=6)
SLOW = Durations(read=4.0, ask=0.0, case=1.0)


def play(make, demo, leads, order, *, days=10, durations=SLOW, unit=ALONE):
    ends = make.begins + timedelta(days=days)
    return simulate(leads, order, ends, demo.calendar, durations=durations, unit=unit, seed=1)


def test_shifts_leave_out_the_weekend(make, demo):
    found = shifts(make.begins, make.begins + timedelta(days=8), ALONE, demo.calendar)
    assert found.opens == (0.0, 24.0, 48.0, 72.0, 96.0, 168.0)  # Sunday to Thursday, and the next Sunday
    assert (found.next_open(5.9), found.next_open(6.0), found.next_open(103.0)) == (5.9, 24.0, 168.0)
    assert found.next_open(175.0) is None
    assert found.closes(26.0) == 30.0


def test_the_queue_reaches_the_child_before_those_who_came_earlier(make, demo):
    dull = [make.growing(make.standing(hours=n / 10)) for n in range(6)]
    child = make.growing(make.standing(hours=1, band=0), danger_from=0)
    by_queue = play(make, demo, [*dull, child], Order.QUEUE)
    by_arrival = play(make, demo, [*dull, child], Order.FIRST_COME)
    assert by_queue.median_days < 1 < by_arrival.median_days
    assert by_queue.within == (1.0, 1.0, 1.0)
    assert by_arrival.opened == by_queue.opened == 7


@pytest.mark.parametrize(
    ("order", "plain"),
    [
        (Order.URGENT, Plain(urgent=True, files=0, fields=0)),
        (Order.FILES, Plain(urgent=False, files=1, fields=0)),
        (Order.FIELDS, Plain(urgent=False, files=0, fields=1)),
    ],
)
def test_each_plainer_order_goes_by_its_own_sign(make, demo, order, plain):
    dull = [make.growing(make.standing(hours=n / 10)) for n in range(6)]
    child = make.growing(make.standing(hours=1, plain=plain), danger_from=0)
    assert play(make, demo, [*dull, child], order).median_days < 1
    assert play(make, demo, [*dull, child], Order.FIRST_COME).median_days > 1


def test_who_is_never_read_is_never_reached(make, demo):
    leads = [make.growing(make.standing(hours=n), danger_from=0) for n in range(12)]
    found = play(make, demo, leads, Order.FIRST_COME, days=3)
    assert 0 < found.never < 1
    assert math.isinf(found.p90_days)


def test_a_later_referral_brings_a_lead_back(make, demo):
    grown = make.growing(make.standing(hours=0), make.standing(hours=30, band=0), danger_from=1)
    found = play(make, demo, [grown], Order.QUEUE)
    assert 0 < found.median_days < 1  # read at once, and again on the morning after the second


def test_records_that_go_while_the_lead_waits_are_lost(make, demo):
    dull = [make.growing(make.standing(hours=n / 10, band=0)) for n in range(6)]
    dying = make.growing(make.standing(hours=1, gone_after=30), danger_from=0)
    assert play(make, demo, [*dull, dying], Order.QUEUE).resolvable == 0.0
    assert play(make, demo, [dying], Order.QUEUE).resolvable == 1.0


def test_within_a_band_the_dying_record_comes_first(make, demo):
    leads = [make.growing(make.standing(hours=0, gone_after=400 - n), danger_from=0) for n in range(3)]
    leads.append(make.growing(make.standing(hours=0.5, gone_after=9), danger_from=0))
    assert play(make, demo, leads, Order.QUEUE).resolvable == 1.0
    assert play(make, demo, leads, Order.FIRST_COME).resolvable < 1.0


def test_cases_keep_investigators_from_reading(make, demo):
    five = Unit(duty=1, investigators=4)
    leads = [make.growing(make.standing(hours=n / 100), danger_from=0) for n in range(100)]
    light = play(make, demo, leads, Order.FIRST_COME, durations=Durations(case=0.1), unit=five, days=4)
    heavy = play(make, demo, leads, Order.FIRST_COME, durations=Durations(case=40), unit=five, days=4)
    assert heavy.opened < light.opened == 100


def test_the_same_seed_plays_the_same_year(make, demo):
    leads = [make.growing(make.standing(hours=n), danger_from=0) for n in range(12)]
    assert play(make, demo, leads, Order.QUEUE) == play(make, demo, leads, Order.QUEUE)


def test_without_danger_there_is_nobody_to_reach(make, demo):
    with pytest.raises(ValueError, match="nobody to reach"):
        play(make, demo, [make.growing(make.standing())], Order.QUEUE)
