"""Inputs of real size are read in a process of its own, whose peak memory is measured."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CHILD = """
import json, sys
from collections import Counter
from bench.size import peak
from faru.formats.column_map import column_map
from faru.formats.intake import read_batches
from faru.formats.options import ReadOptions
fields = {"ID": "number", "IP": "address", "Port": "port", "Seen": "at", "User": "user_id", "Hash": "sha1"}
chosen = ReadOptions(maps=(column_map("map", "Ring of Peers", fields, zone="UTC"),))
count, aside, steps = Counter(), [], []
with open(sys.argv[1], "rb") as stream:
    for batch in read_batches("in" + sys.argv[2], stream, chosen):
        count.update(referrals=len(batch.referrals))
        count.update(observations=sum(len(one.observations) for one in batch.referrals))
        aside += [(one.sentence, one.sha256) for one in batch.set_aside][: 20 - len(aside)]
        steps.append([batch.done, batch.total])
print(json.dumps({**count, "aside": aside, "steps": steps, "peak": peak() >> 20}))
"""


@dataclass(frozen=True)
class Measured:
    """What the reading came to."""

    referrals: int
    observations: int
    aside: list[list[str]]  # the first parts that were set aside: sentence and SHA-256
    steps: list[list[int]]  # bytes done and in all, after each batch
    peak: int  # MiB


@pytest.fixture
def measured() -> Callable[[Path], Measured]:
    """Read a file as the desk does, batch by batch, in a child."""

    def run(path: Path) -> Measured:
        found = subprocess.run(
            [sys.executable, "-c", CHILD, str(path), path.suffix], check=True, capture_output=True, cwd=ROOT
        )
        return Measured(**json.loads(found.stdout))

    return run
