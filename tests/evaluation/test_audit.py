"""The draw from the bottom and its interval."""

import pytest

from faru.evaluation.audit import draw, wilson
from faru.evaluation.evaluate import audit

LEADS = [f"lead-{number}" for number in range(200)]


def test_the_same_leads_give_the_same_draw_in_any_order():
    assert draw(LEADS, 0.03, 7) == draw(LEADS[::-1], 0.03, 7)
    assert draw(LEADS, 0.03, 7) != draw(LEADS, 0.03, 8)
    assert len(draw(LEADS, 0.03, 7)) == 6


def test_at_least_one_lead_is_drawn():
    assert draw(["only"], 0.02, 1) == ("only",)
    assert draw([], 0.02, 1) == ()


def test_over_many_draws_every_lead_has_its_turn():
    drawn = {lead for seed in range(400) for lead in draw(LEADS, 0.02, seed)}
    assert drawn == set(LEADS)


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
def test_a_share_is_above_nothing_and_up_to_all(share):
    with pytest.raises(ValueError, match="not above 0"):
        draw(LEADS, share, 1)


@pytest.mark.parametrize(
    ("found", "drawn", "low", "high"), [(0, 30, 0.0, 0.1135), (5, 50, 0.0435, 0.2136), (30, 30, 0.8865, 1.0)]
)
def test_the_interval_is_wilsons(found, drawn, low, high):
    interval = wilson(found, drawn)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert interval.share == found / drawn


def test_nothing_drawn_is_no_share():
    with pytest.raises(ValueError, match="no share"):
        wilson(0, 0)


def test_the_audit_looks_beneath_the_top_tenth_only(make):
    leads = [make.lead(n, danger=n <= 10 or n > 95) for n in range(1, 101)]
    everything = audit(make.year(leads), 1.0)
    assert (everything.bottom, everything.missed, everything.drawn, everything.found) == (90, 5, 90, 5)
    assert everything.holds
