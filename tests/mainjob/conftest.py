"""One small invented world, taken through the whole main job once for all tests of this folder."""

from collections.abc import Callable

import pytest

from faru.mainjob.demo import Outcome, run


def no_bar(_name: str) -> Callable[[int, int], None]:
    return lambda _done, _total: None


@pytest.fixture(scope="session")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run(tmp_path_factory.mktemp("unit"), referrals=60, rows=20_000, seed=7, bar=no_bar)
