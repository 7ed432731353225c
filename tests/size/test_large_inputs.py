"""Large inputs are read in little memory, with progress; what is too large has a sentence."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from bench.size import TITLES, report, rows
from tests.size.conftest import Measured

MIB = 1 << 20


def test_a_list_of_reports_larger_than_the_memory_it_takes(
    tmp_path: Path, measured: Callable[[Path], Measured]
) -> None:
    """150 MB: good reports, and between them blocks of bare values that cost a sentence each."""
    path, block = tmp_path / "reports.json", json.dumps(["padding " * 128] * 1000).encode()
    with path.open("wb") as out:
        out.write(b"[" + json.dumps(report(1)).encode())
        for number in range(2, 152):
            out.write(b",\n" + block + b",\n" + json.dumps(report(number)).encode())
        out.write(b"]")
    found = measured(path)
    assert path.stat().st_size > 150_000_000
    assert (found.referrals, found.steps[-1]) == (151, [path.stat().st_size] * 2)
    assert found.peak < 160
    assert len(found.steps) > 5
    assert all(before[0] <= after[0] for before, after in zip(found.steps, found.steps[1:], strict=False))


def test_one_document_that_is_too_large_is_hashed_and_named(
    tmp_path: Path, measured: Callable[[Path], Measured]
) -> None:
    path = tmp_path / "one.json"
    large = b'{"reportId": 2, "additionalInfo": "' + b"He wrote again. " * (5 * MIB) + b'"}'
    first, last = (json.dumps(report(number)).encode() for number in (1, 3))
    path.write_bytes(b", ".join([b"[" + first, large, last + b"]"]))
    found = measured(path)
    assert found.referrals == 2
    ((sentence, sha256),) = found.aside
    assert f"one record of {len(large):,} bytes; no more than 67,108,864 are read at once" in sentence
    assert f"in.json: $[1], line 1, byte {len(first) + 3:,}:" in sentence
    assert sha256 == hashlib.sha256(large).hexdigest()
    assert found.peak < 400


def test_one_alert_with_many_observations(tmp_path: Path, measured: Callable[[Path], Measured]) -> None:
    path = tmp_path / "alert.json"
    path.write_text(json.dumps(report(1, observations=10_000)))
    found = measured(path)
    assert (found.referrals, found.observations) == (1, 10_000)
    assert found.peak < 200


def test_a_table_takes_the_memory_of_a_batch(tmp_path: Path, measured: Callable[[Path], Measured]) -> None:
    """5,000 rows to be read, and 60 MB of rows that are set aside because a cell is missing."""
    path = tmp_path / "table.csv"
    with path.open("w") as out:
        out.write(",".join(TITLES) + "\n")
        out.writelines(",".join(row) + "\n" for row in rows(5_000))
        out.writelines("short," + "x" * 1000 + "\n" for _ in range(60_000))
    found = measured(path)
    assert (found.referrals, found.observations) == (5_000, 5_000)
    assert "has 2 cells where the header has 6" in found.aside[-1][0]
    assert found.peak < 160
