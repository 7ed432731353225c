"""Orders, recall, bands and calls: small queues whose figures can be counted by hand."""

import pytest

from faru.evaluation.judged import Plain
from faru.evaluation.orders import Order, put_in
from faru.evaluation.recall import score, top


def numbers(leads):
    return [one.lead.rank for one in leads]


def test_the_plainer_orders_go_by_what_they_say_and_break_ties_by_arrival(make):
    leads = [
        make.lead(1, hours=5, plain=Plain(urgent=False, files=9, fields=1)),
        make.lead(2, hours=1, plain=Plain(urgent=False, files=0, fields=7)),
        make.lead(3, hours=4, plain=Plain(urgent=True, files=0, fields=7)),
        make.lead(4, hours=4, plain=Plain(urgent=True, files=0, fields=2)),
    ]
    assert numbers(put_in(Order.QUEUE, leads)) == [1, 2, 3, 4]
    assert numbers(put_in(Order.FIRST_COME, leads)) == [2, 3, 4, 1]
    assert numbers(put_in(Order.URGENT, leads)) == [3, 4, 2, 1]
    assert numbers(put_in(Order.FILES, leads)) == [1, 2, 3, 4]
    assert numbers(put_in(Order.FIELDS, leads)) == [2, 3, 4, 1]
    assert put_in(Order.FIELDS, leads[::-1]) == put_in(Order.FIELDS, leads)


def test_the_top_is_rounded_up_to_whole_leads(make):
    assert len(top([make.lead(n) for n in range(101)], 1)) == 2


def test_recall_counts_what_nobody_could_read_as_missed(make):
    leads = [make.lead(n, hours=100 - n, danger=n in (1, 50), told=n == 1) for n in range(1, 101)]
    year = make.year(leads, unread=2)
    found = score(year, ["low"])
    assert found.in_danger == 4
    assert found.recall[Order.QUEUE] == (0.25, 0.25, 0.25)
    assert found.recall[Order.FIRST_COME] == (0.0, 0.0, 0.0)  # 100, 99, ... come first
    assert found.ceiling == (0.25, 1.0, 1.0)
    assert (found.told, found.recall_of_told) == (1, (1.0, 1.0, 1.0))


def test_bands_and_calls_are_counted_with_and_without_danger(make):
    leads = [
        make.lead(1, band="high", danger=True, told=True, pages=True),
        make.lead(2, band="high", pages=True),
        make.lead(3, pages=True),
        make.lead(4),
    ]
    year = make.year(leads)
    found = score(year, ["high", "low"])
    assert [(band.leads, band.in_danger) for band in found.bands] == [(2, 1), (2, 0)]
    assert (found.pages, found.false_pages, found.false_pages_a_day) == (3, 2, 2.0)


def test_a_year_without_danger_has_nothing_to_find(make):
    with pytest.raises(ValueError, match="Nobody is in danger"):
        score(make.year([make.lead(1)]), ["low"])
