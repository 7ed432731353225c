"""Bad days: kills in the middle of every kind of work, and what is left of it afterwards.

`make drill` runs `python -m tests.faults.drill` with KILLS kills (1000 where nothing is said) and prints the
counts; the suite runs a dozen of the same. An episode is one fresh unit, a few kills in a row, then a restart
that nobody helps, then the audit. `python -m tests.faults.drill --seed N --kills 3` repeats episode N.
"""

import argparse
import hashlib
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.faults.browser import Browser
from tests.faults.harness import Unit, dying, make

KILLS_AN_EPISODE: Final = 3
LATEST_STEP: Final = 250
"""Durable steps of the longest work here, about."""
LONGEST_S: Final = 6.0


@dataclass
class Outcome:
    """What the kills came to."""

    kills: Counter[str] = field(default_factory=Counter)  # by what was killed
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Nothing acknowledged is lost, nothing is half done."""
        return not self.lost and not self.half

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"kills {sum(self.kills.values())}: " + ", ".join(
            f"{count} of {what}" for what, count in sorted(self.kills.items())
        )
        yield f"acknowledged writes {self.acknowledged}, lost {len(self.lost)}"
        yield f"half-done things {len(self.half)}"
        yield from self.lost
        yield from self.half


# What is being done while somebody pulls the plug.


def ingest(unit: Unit, chance: random.Random) -> None:
    """The importer, at a moment or at a step."""
    files = [*unit.todo["files"]]
    step = _step(chance)
    running = unit.command("ingest", *files, "--as", "aisha", **(dying(step) if step else {}))
    _let_die(running.process.wait, chance, at_step=bool(step))
    running.kill()


def serve(unit: Unit, chance: random.Random) -> None:
    """Server and worker at once, while officers upload, claim, write notes, ask for a dossier."""
    step = _step(chance)
    with unit.served(**(dying(step, chance.choice(["", "worker"])) if step else {})) as desk:
        desk.wait()
        hassan, aisha = desk.enter("hassan"), desk.enter("aisha")
        for act in _acts(unit, hassan, aisha, chance):
            act()
            if not desk.running.alive:
                break
        _let_die(desk.running.process.wait, chance, at_step=bool(step))
        desk.running.kill()


def answers(unit: Unit, chance: random.Random) -> None:
    """The same in the middle of a carrier's answer: received, read on trial, taken over, held against it."""
    step = _step(chance)
    with unit.served(**(dying(step, chance.choice(["", "worker"])) if step else {})) as desk:
        desk.wait()
        hassan = desk.enter("hassan")
        number = chance.choice(sorted(unit.todo["asked"]))
        records, coverage = (Path(one) for one in unit.todo["asked"][number])
        for part, path in (("records", records), ("coverage", coverage)):
            data = path.read_bytes()
            at = f"/requests/{number}/answer/"
            if hassan.upload(at, "file", path.name, data, part=part).done:
                unit.acknowledged.append(("answer", hashlib.sha256(data).hexdigest()))
        _order(hassan, number, desk.running.process.poll)
        _let_die(desk.running.process.wait, chance, at_step=bool(step))
        desk.running.kill()


SCENES: Final[dict[str, Callable[[Unit, random.Random], None]]] = {
    "ingest": ingest,
    "desk and worker": serve,
    "answers": answers,
}


def _acts(unit: Unit, hassan: Browser, aisha: Browser, chance: random.Random) -> Iterator[Callable[[], None]]:
    """What two officers do, in some order."""

    def claim(number: str) -> None:
        if hassan.post(f"/leads/{number}/claim/").location == f"/leads/{number}/":
            unit.acknowledged.append(("claim", number))

    def note(text: str) -> None:
        if hassan.post(f"/cases/{unit.todo['case']}/notes/", text=text).done:
            unit.acknowledged.append(("note", text))

    def upload(path: Path) -> None:
        data = path.read_bytes()
        if aisha.upload("/intake/", "files", path.name, data).done:
            unit.acknowledged.append(("upload", hashlib.sha256(data).hexdigest()))

    def dossier() -> None:
        hassan.post(f"/cases/{unit.todo['case']}/dossiers/")

    acts: list[Callable[[], None]] = [
        *(lambda one=one: claim(one) for one in unit.todo["leads"][:3]),
        *(lambda one=one: note(f"A note of {one:.6f}.") for one in (chance.random(), chance.random())),
        *(lambda one=one: upload(Path(one)) for one in chance.sample(unit.todo["files"], 4)),
        dossier,
    ]
    chance.shuffle(acts)
    return iter(acts)


def _order(hassan: Browser, number: str, ended: Callable[[], int | None]) -> None:
    """As soon as the records are read on trial: take them over and reach verdicts."""
    until = time.monotonic() + 20
    while ended() is None and time.monotonic() < until:
        page = hassan.get(f"/requests/{number}/").text
        for what in ("import", "verdicts"):
            found = _address(page, number, what)
            if found and hassan.post(found).done and what == "verdicts":
                return
        time.sleep(0.3)


def _address(page: str, number: str, what: str) -> str:
    """Where the page's form of this kind leads; "" where it has none now."""
    for part in page.split('action="')[1:]:
        address = part.split('"', 1)[0]
        if address.startswith(f"/requests/{number}/") and address.endswith(f"/{what}/"):
            return address
    return ""


def _step(chance: random.Random) -> int:
    """0: at a moment; else at this step, early ones more often."""
    return 0 if chance.random() < 0.4 else int(LATEST_STEP ** chance.random()) + 1


def _let_die(wait: Callable[[float], int], chance: random.Random, *, at_step: bool) -> None:
    """Give it its time: a process that dies at a step ends this before."""
    from subprocess import TimeoutExpired

    try:
        wait(LONGEST_S if at_step else LONGEST_S * chance.random())
    except TimeoutExpired:
        return


# Episodes.


def episode(template: Unit, folder: Path, seed: int, kills: int, outcome: Outcome) -> None:
    """One unit, some kills, a restart that nobody helps, the audit. A unit that does not hold stays."""
    chance = random.Random(seed)
    unit = template.copy(folder)
    names = [chance.choice(sorted(SCENES)) for _ in range(kills)]
    for name in names:
        SCENES[name](unit, chance)
        outcome.kills[name] += 1
    unit.recover()
    found = unit.audit()
    outcome.acknowledged += len(unit.acknowledged)
    where = f"episode {seed} ({', '.join(names)})"
    outcome.lost += [f"{where}: lost: {one}" for one in found["lost"]]
    outcome.half += [f"{where}: {one}" for one in found["half"]]
    if not found["lost"] and not found["half"]:
        shutil.rmtree(folder)
        unit.log.unlink(missing_ok=True)


def drill(folder: Path, kills: int, seed: int, say: Callable[[str], None]) -> Outcome:
    """Episodes until so many kills are done."""
    template, outcome = make(folder / "template", folder / "world"), Outcome()
    while sum(outcome.kills.values()) < kills:
        before = len(outcome.lost) + len(outcome.half)
        left = kills - sum(outcome.kills.values())
        episode(template, folder / f"unit-{seed}", seed, min(KILLS_AN_EPISODE, left), outcome)
        done = sum(outcome.kills.values())
        say(f"{done}/{kills} kills, episode {seed}: {len(outcome.lost) + len(outcome.half) - before} wrong")
        seed += 1
    return outcome


def main() -> int:
    """The command; 1 where something does not hold."""
    words = argparse.ArgumentParser(prog="drill")
    words.add_argument("--kills", type=int, default=1000)
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="faru-drill-"))
    outcome = drill(folder, given.kills, given.seed, lambda line: print(line, flush=True))
    print("\n".join(outcome.lines()))
    if outcome.holds:
        shutil.rmtree(folder)
        return 0
    print(f"What is left lies in {folder}.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
