"""Base rates: a few percent hide a child in danger, seen in a field, in words, or nowhere; much is noise."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from faru.synthetic import generate


def test_a_few_percent_hide_a_child_in_danger(world: Any, truth: Any) -> None:
    once = [entry for entry in truth["referrals"] if not entry["copy"] and entry["version"] == 1]
    rate = sum(entry["in_danger"] for entry in once) / len(once)
    assert 0.03 < rate < 0.08
    assert world.in_danger == sum(entry["in_danger"] for entry in once)


def test_danger_shows_in_a_field_in_words_or_nowhere(truth: Any) -> None:
    ways = Counter(entry["shows"] for entry in truth["referrals"] if entry["in_danger"])
    assert set(ways) == {"field", "free_text", "nowhere"}
    assert ways["free_text"] >= ways["nowhere"]
    assert {entry["shows"] for entry in truth["referrals"] if not entry["in_danger"]} == {None}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_even_the_smallest_world_has_all_three_ways(tmp_path: Path, seed: int) -> None:
    world = generate(tmp_path, seed=seed, referrals=30, rows=20_000)
    assert world.in_danger >= 6
    ways = {
        way
        for way in ("field", "free_text", "nowhere")
        if f'"shows": "{way}"' in world.truth.read_text("utf-8")
    }
    assert ways == {"field", "free_text", "nowhere"}


def test_noise_and_look_alikes_outnumber_danger(truth: Any) -> None:
    noise = Counter(kind for entry in truth["referrals"] for kind in entry["noise"])
    assert set(noise) == {"viral", "lookalike", "empty", "generated", "field"}
    danger = sum(entry["in_danger"] for entry in truth["referrals"])
    assert noise["lookalike"] > danger
    assert noise["viral"] > 0.1 * len(truth["referrals"])


def test_frightening_words_stand_in_harmless_alerts_too(world: Any, truth: Any) -> None:
    def with_word(word: str, in_danger: bool) -> int:
        return sum(
            word in (world.alerts / entry["file"]).read_text(encoding="utf-8")
            for entry in truth["referrals"]
            if entry["in_danger"] is in_danger and entry["place"] is None
        )

    assert with_word("staying with me", True) > 0
    assert sum(with_word(word, False) for word in ("staying with me", "i want to die", "or i tell")) > 0


def test_accounts_come_back_and_some_are_shared(truth: Any) -> None:
    referring = [entry for entry in truth["referrals"] if entry["refers_to"] and not entry["story"]]
    assert len(referring) > 5
    numbers = {entry["number"]: entry["received_at"] for entry in truth["referrals"]}
    for entry in referring:
        for number in entry["refers_to"]:
            assert number is None or numbers[number] <= entry["received_at"]
