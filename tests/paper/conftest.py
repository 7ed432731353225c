"""A fixed date for every page."""

from datetime import UTC, datetime

import pytest


@pytest.fixture
def when() -> datetime:
    return datetime(2026, 3, 3, 10, 40, 12, tzinfo=UTC)
