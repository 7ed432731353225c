"""What tests of the door stand on: somebody with a password, and limits that begin anew."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from faru.desk.accounts.models import User

OWN = "four reefs and a lagoon"


@pytest.fixture(autouse=True)
def _limits_begin_anew() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def aisha(people: dict[str, User]) -> User:
    """The duty officer, with a password."""
    user = people["duty"]
    user.set_password(OWN)
    user.save()
    return user
