"""A walk on a lead whose reported child is named, and one whose case is open."""

import pytest
from tests.desk.cases.walk import Walk, whole_name

from faru.desk.referrals.models import LeadState, ReportedChild


@pytest.fixture
def walk(desk, as_) -> Walk:
    """Nothing is done yet."""
    named = (
        child
        for child in ReportedChild.objects.filter(referral__lead__state=LeadState.NEW).order_by("id")
        if whole_name(child)
    )
    return Walk(as_, desk.people, next(named).referral.lead)


@pytest.fixture
def opened(walk: Walk) -> Walk:
    """A case with everybody on it."""
    return walk.open().staff()
