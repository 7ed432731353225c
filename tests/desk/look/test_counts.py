"""Numbers that are counted as far as they help."""

import pytest

from faru.desk.accounts.models import User
from faru.desk.look.counts import Counted, counted


@pytest.mark.django_db
def test_it_counts_up_to_a_number_and_says_that_there_are_more(people, django_assert_num_queries) -> None:
    there = User.objects.count()
    with django_assert_num_queries(2):
        assert counted(User.objects.all(), there) == Counted(there)
        assert counted(User.objects.all(), there - 1) == Counted(there - 1, more=True)
    assert not counted(User.objects.none())


def test_it_reads_as_people_say_it() -> None:
    assert str(Counted(7)) == "7"
    assert str(Counted(1_000, more=True)) == "1,000+"
    assert Counted(1_000, more=True).without(10) == Counted(990, more=True)
    assert Counted(4).without(10) == Counted(0)
