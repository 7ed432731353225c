"""Records that a process of its own invents are those of the world, and its faults are heard of."""

import multiprocessing
from pathlib import Path

import pytest

from faru.mainjob.meanwhile import inventing_records
from faru.synthetic import generate

SIZE = {"seed": 3, "rows": 20_000}


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def test_they_are_the_bytes_of_the_whole_world(tmp_path: Path) -> None:
    whole = generate(tmp_path / "whole", referrals=30, **SIZE)
    parted = generate(tmp_path / "parted", referrals=30, with_records=False, **SIZE)
    assert not any(path.exists() for path in parted.records.values())
    told: list[tuple[int, int]] = []
    with inventing_records(
        parted.folder, **SIZE, tick=lambda done, total: told.append((done, total))
    ) as are_there:
        are_there()
    for paths, same in ((whole.records, parted.records), (whole.coverage, parted.coverage)):
        assert {name: path.read_bytes() for name, path in paths.items()} == {
            name: path.read_bytes() for name, path in same.items()
        }
    assert told[-1] == (20_000, 20_000)


def test_a_disk_that_takes_nothing_is_heard_of(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("a file where the folder should be")
    with (
        inventing_records(tmp_path, **SIZE, tick=silent) as are_there,
        pytest.raises(FileExistsError),
    ):
        are_there()


def test_the_process_ends_with_its_block(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), inventing_records(tmp_path, seed=3, rows=9_000_000, tick=silent):
        raise KeyboardInterrupt
    assert multiprocessing.active_children() == []
