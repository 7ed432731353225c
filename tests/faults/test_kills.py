"""A dozen kills of the same drill as `make drill`: nothing acknowledged is lost, nothing is half done."""

from pathlib import Path

from tests.faults.drill import drill

KILLS = 12


def test_a_dozen_kills_lose_nothing_and_leave_nothing_half_done(tmp_path: Path) -> None:
    outcome = drill(tmp_path, KILLS, seed=1, say=print)
    assert outcome.holds, "\n".join(outcome.lines())
    assert sum(outcome.kills.values()) == KILLS
    assert outcome.acknowledged > 0
