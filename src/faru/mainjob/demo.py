"""The main job on an invented world, and what to tell a stranger about it."""

import json
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from typing import Final

from faru.formats.column_map import ColumnMap, load_map
from faru.ledger.clock import SimulatedClock
from faru.ledger.tags import Action
from faru.ledger.verify import Checkpoint
from faru.mainjob import chain, tales
from faru.mainjob.answers import Answer, Resolved
from faru.mainjob.meanwhile import inventing_records
from faru.mainjob.old_cases import EndedCase, take_over
from faru.mainjob.queue import Queue
from faru.mainjob.unit import Unit
from faru.packs.load import load
from faru.synthetic import World, generate

MARK: Final = "invented-world.json"
"""A folder with this file in it was made by the demo, and the demo may make it anew."""


class NotOurs(Exception):
    """The folder holds something that the demo did not make."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that the main job came to."""

    data: Path
    world: World
    queue: Queue
    asked: chain.Asked
    answers: dict[str, Answer]
    resolved: tuple[Resolved, ...]
    ended: tuple[EndedCase, ...]
    sealed: chain.Sealed | None  # None: the records name nobody for any lead
    checkpoint: Checkpoint
    tales: tuple[tales.Tale, ...]
    seconds: float
    peak_mib: int

    @property
    def verdicts(self) -> dict[str, int]:
        """How often each verdict was reached."""
        return dict(Counter(one.verdict.kind.value for one in self.resolved).most_common())

    @property
    def observations(self) -> int:
        """Observations in all referrals read."""
        return sum(len(one.observations) for one in self.queue.referrals)


def run(data: Path, *, referrals: int, rows: int, seed: int, bar: chain.Bar) -> Outcome:
    """Make the world in `data` and take it through the main job.

    Raises NotOurs for a folder with other things in it, ValueError for a world too small for its stories.
    """
    started = time.monotonic()
    make_room(data, seed)
    making = bar("Inventing alerts")
    world = generate(
        data / "world",
        seed=seed,
        referrals=referrals,
        rows=rows,
        progress=lambda _what, done, total: making(done, total),
        with_records=False,
    )
    tick = bar("Inventing records")
    with inventing_records(world.folder, seed=seed, rows=rows, tick=tick) as records_are_there:
        pack = load("demo")
        unit = Unit(data, pack, SimulatedClock(world.now))
        unit.do(Action.PACK_LOAD, role="commander", pack=pack.id, version=pack.version, sha256=pack.digest)
        ended = take_over(unit, world.truth)
        found = chain.take_alerts(unit, world.alerts, column_maps(world.maps), bar)
        asked = chain.ask(unit, found)
        records_are_there()
    answers = chain.take_answers(unit, world.records, world.coverage, bar)
    resolved = chain.resolve(unit, found, answers, bar)
    lead = chain.choose_lead(found, resolved)
    sealed = None
    if lead is not None:
        case = chain.work_case(unit, lead, asked, answers, resolved)
        sealed = chain.seal_case(unit, case, lead, found, asked, answers, resolved)
    checkpoint = unit.seal()
    unit.close()
    return Outcome(
        data=data,
        world=world,
        queue=found,
        asked=asked,
        answers=answers,
        resolved=resolved,
        ended=ended,
        sealed=sealed,
        checkpoint=checkpoint,
        tales=tales.tell(world.truth, found, resolved),
        seconds=time.monotonic() - started,
        peak_mib=_peak_mib(),
    )


def column_maps(folder: Path) -> tuple[ColumnMap, ...]:
    """The saved column maps of a folder, by name."""
    return tuple(load_map(path.read_bytes(), path.name) for path in sorted(folder.glob("*.json")))


def make_room(data: Path, seed: int) -> None:
    """An empty folder for an invented world, marked as ours. Raises NotOurs where other things lie there."""
    if data.exists() and any(data.iterdir()):
        if not (data / MARK).is_file():
            raise NotOurs(
                f"{data} holds files that the demo did not make: choose another folder with --data."
            )
        rmtree(data)
    data.mkdir(parents=True, exist_ok=True)
    made = {"synthetic": True, "seed": seed, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}
    (data / MARK).write_text(json.dumps(made) + "\n", encoding="utf-8")


def _peak_mib() -> int:
    """Of this process; the one that invents the records takes some hundred MiB of its own."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))
