"""The order of the queue: sorted or walked by its index, page by page, it is one and the same."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from faru.desk import clock
from faru.desk.referrals.models import Interrupt, Lead, LeadState
from faru.desk.referrals.models.lead import Shelf
from faru.desk.referrals.queries import leads as queue
from faru.desk.referrals.queries import walking
from faru.desk.vault.models import UNIT_SUBJECT

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
FAR = datetime(9999, 1, 1, tzinfo=UTC)
STATES = [*LeadState.values, "new", "new", "new"]


def leads(count: int, seed: int) -> list[Lead]:
    """Leads with few different values, so that many are alike in much of the order."""
    chance = random.Random(seed)
    hours = [None, None, -30, 0, 1, 5, 400]
    made = []
    for number in range(count):
        clock_in, reported = chance.choice(hours), chance.choice(hours)
        made.append(
            Lead(
                number=f"L-2026-{number:04}",
                state=chance.choice(STATES),
                pin=chance.choice([1, 20, 99, 99, 99]),
                band="high",
                band_place=chance.choice([0, 1, 3, 9]),
                noisy=chance.random() < 0.4,
                clock_at=None if clock_in is None else NOW + timedelta(hours=clock_in),
                workability=chance.choice([0, 40, 100]),
                first_reported_at=None if reported is None else NOW + timedelta(hours=reported),
                first_key=chance.choice(["a|1", "b|2"]),
            )
        )
    Lead.objects.bulk_create(made)
    return made


def by_the_rule(lead: Lead) -> tuple[object, ...]:
    """Interrupt, band, clean before noisy, clock, workability, time reported; what is alike by key and id."""
    gone = lead.clock_at is not None and lead.clock_at <= NOW
    bucket = 1 if lead.clock_at is None else 2 if gone else 0
    return (
        *(lead.pin, lead.band_place, lead.noisy, bucket, lead.clock_at or FAR),
        *(-lead.workability, lead.first_reported_at or FAR, lead.first_key, lead.id.hex),
    )


def pages(choice: queue.Choice, viewer, size: int) -> list[str]:
    """Numbers of a list, page after page."""
    found, after = [], ""
    while True:
        page = queue.page(viewer, choice, after, size=size)
        found += [row.lead.number for row in page.rows]
        after = page.after
        if not after:
            return found


@pytest.fixture
def viewer(people, monkeypatch):
    """Somebody who reads leads, at a moment that stands still."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return people["duty"]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("long", [0, 1_000])
def test_pages_tell_the_order_of_the_rule(viewer, monkeypatch, seed, long) -> None:
    monkeypatch.setattr(walking, "LONG", long)
    made = sorted(leads(90, seed), key=by_the_rule)
    shelves = {
        queue.Choice.OPEN: {"new", "claimed", "waiting"},
        queue.Choice.WAITING: {"waiting"},
        queue.Choice.IN_CASE: {"in_case"},
        queue.Choice.CLOSED: {"closed"},
    }
    for choice, states in shelves.items():
        wanted = [one.number for one in made if one.state in states]
        assert pages(choice, viewer, size=7) == wanted
        assert pages(choice, viewer, size=50) == wanted
    assert [one.number for one in Lead.objects.in_order()] == [one.number for one in made]


def test_a_walk_begins_behind_any_lead(viewer) -> None:
    made = sorted((one for one in leads(80, 11) if one.state == "new"), key=by_the_rule)
    rows = Lead.objects.visible_to(viewer).filter(state="new")
    for place, one in enumerate(made):
        last = walking.keys_of(rows, one.number, NOW)
        wanted = [other.pk for other in made[place + 1 : place + 6]]
        assert [found.pk for found in walking.walk(rows, NOW, 5, last)] == wanted
        assert [found.pk for found in walking.sort(rows, NOW, 5, last)] == wanted


def test_a_walk_leaves_out_what_a_conflict_keeps_from_the_viewer(viewer, people) -> None:
    made = [one for one in leads(60, 3) if one.state == "new"]
    for lead, who in ((made[0], viewer), (made[1], people["second"]), (None, viewer)):
        Interrupt.objects.create(
            kind="officer_conflict_of_interest", lead=lead, subject_id=UNIT_SUBJECT, why="x", concerns=who
        )
    rows = Lead.objects.visible_to(viewer).filter(state="new")
    assert {one.pk for one in walking.walk(rows, NOW, 99)} == {one.pk for one in made} - {made[0].pk}
    assert set(rows) == set(walking.walk(rows, NOW, 99))


@pytest.mark.parametrize("count", [40, 400])
def test_a_walked_page_costs_the_same_however_long_the_list(viewer, django_assert_num_queries, count) -> None:
    Lead.objects.bulk_create(
        Lead(number=f"L-{one}", band="high", band_place=1, clock_at=NOW + timedelta(hours=1 + one))
        for one in range(count)
    )
    rows = Lead.objects.visible_to(viewer).filter(shelf=Shelf.OPEN)
    with django_assert_num_queries(2):  # the place, and its leads whose clock runs
        assert len(walking.walk(rows, NOW, 26)) == 26


def test_each_stretch_of_a_walk_comes_from_the_index_in_order(viewer) -> None:
    leads(90, 5)
    rows = Lead.objects.visible_to(viewer).filter(shelf=Shelf.OPEN, place=99_011)
    if connection.vendor == "postgresql":  # so few rows are not worth an index to it
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    for stretch in walking._buckets(NOW):
        plan = rows.filter(stretch).order_by(*walking._WITHIN)[:26].explain()
        assert "lead_queue" in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan


def test_dying_are_those_still_worked_on_by_the_time_left(viewer) -> None:
    made = leads(90, 8)
    soon = NOW + timedelta(hours=48)
    live = [one for one in made if one.state not in ("closed", "gone") and one.clock_at is not None]
    wanted = [one for one in live if NOW < one.clock_at <= soon]
    assert wanted
    wanted.sort(key=lambda one: (one.clock_at, one.id.hex))
    assert [one.pk for one in Lead.objects.dying(timedelta(hours=48))] == [one.pk for one in wanted]
