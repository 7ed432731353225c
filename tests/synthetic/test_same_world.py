"""The same seed gives the same bytes, another gives others, and sizes are what was asked for."""

import hashlib
import json
from pathlib import Path

import pytest

from faru.synthetic import generate


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_arguments_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, seed=5, referrals=60, rows=20_000)
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "two")


def test_another_seed_leaves_no_record_and_no_alert_as_it_was(tmp_path: Path) -> None:
    worlds = [generate(tmp_path / str(seed), seed=seed, referrals=60, rows=20_000) for seed in (5, 6)]
    first, second = (fingerprint(world.folder) for world in worlds)
    moving = {
        name for name in first if name.startswith("alerts/") or name.endswith(("lagoon.csv", "atoll.csv"))
    }
    assert len(moving) > 30
    assert not {first[name] for name in moving} & set(second.values())


def test_more_alerts_leave_the_records_alone(tmp_path: Path) -> None:
    few = generate(tmp_path / "few", seed=5, referrals=30, rows=20_000)
    many = generate(tmp_path / "many", seed=5, referrals=120, rows=20_000)
    for carrier, path in few.records.items():
        assert path.read_bytes() == many.records[carrier].read_bytes()


@pytest.mark.parametrize(("referrals", "rows"), [(30, 20_000), (31, 20_001), (500, 61_237)])
def test_sizes_are_as_asked(tmp_path: Path, referrals: int, rows: int) -> None:
    world = generate(tmp_path, seed=9, referrals=referrals, rows=rows)
    lines = sum(path.read_bytes().count(b"\n") - 1 for path in world.records.values())
    entries = json.loads(world.truth.read_text(encoding="utf-8"))["referrals"]
    once = [entry for entry in entries if not entry["copy"] and entry["version"] == 1]
    assert (lines, len(once)) == (rows, referrals)
    assert (world.rows, world.referrals) == (rows, referrals)
    assert len(entries) == referrals + world.copies + world.versions
    assert world.files == sum(path.is_file() for path in world.alerts.rglob("*"))


@pytest.mark.parametrize(("referrals", "rows"), [(29, 20_000), (30, 19_999)])
def test_a_world_too_small_for_its_stories_is_refused(tmp_path: Path, referrals: int, rows: int) -> None:
    with pytest.raises(ValueError, match=r"too few for the planted stories: ask for [\d]+ or more"):
        generate(tmp_path, seed=1, referrals=referrals, rows=rows)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_up_to_the_end(tmp_path: Path) -> None:
    told: dict[str, list[tuple[int, int]]] = {}
    generate(
        tmp_path,
        seed=1,
        referrals=120,
        rows=40_000,
        progress=lambda what, done, total: told.setdefault(what, []).append((done, total)),
    )
    for what, total in (("alerts", 120), ("records", 40_000)):
        counts = [done for done, _ in told[what]]
        assert counts == sorted(counts)
        assert told[what][-1] == (total, total)
        assert len(counts) > 2
