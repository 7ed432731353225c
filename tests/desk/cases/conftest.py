"""A walk on a lead that has a reported child, and one that has come as far as attribution."""

import pytest
from tests.desk.cases.walk import Walk

from faru.desk.referrals.models import LeadState, ReportedChild


@pytest.fixture
def walk(desk, as_) -> Walk:
    """Nothing is done yet."""
    child = ReportedChild.objects.filter(referral__lead__state=LeadState.NEW).order_by("id")[0]
    return Walk(as_, desk.people, child.referral.lead)


@pytest.fixture
def opened(walk: Walk) -> Walk:
    """A case with everybody on it."""
    return walk.open().staff()
