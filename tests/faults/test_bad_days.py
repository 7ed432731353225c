"""A full disk, a database that is gone: one sentence to the person, nothing lost, and work goes on."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cluster import APP, OWNER, Cluster
from tests.faults.browser import Answer, Browser
from tests.faults.harness import Desk, Unit, dying, make

NOT_LOST = "nothing that was saved is lost"
ROOM = "48m"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Unit:
    """A unit with something to do at every place."""
    folder = tmp_path_factory.mktemp("bad-days")
    return make(folder / "unit", folder / "world")


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for it; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.5)


def sentence_of(answer: Answer) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


# The disk is full.


@dataclass(frozen=True)
class SmallDisk:
    """A unit on a disk that can be filled and emptied. `words` go into the environment of its commands."""

    unit: Unit
    words: dict[str, str]
    fill: Callable[[], object]
    empty: Callable[[], object]


@pytest.fixture
def small_disk(template: Unit, tmp_path: Path) -> Iterator[SmallDisk]:
    """A real one where it may be mounted, else one that says that it is full."""
    if os.geteuid() != 0:
        flag = tmp_path / "full"
        yield SmallDisk(
            template.copy(tmp_path / "unit"),
            dying(0) | {"FARU_DRILL_FULL": str(flag)},
            flag.touch,
            flag.unlink,
        )
        return
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", disk], check=True)
    try:
        ballast = disk / "ballast"
        yield SmallDisk(template.copy(disk / "unit"), {}, lambda: fill(ballast), ballast.unlink)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill(ballast: Path) -> None:
    """Take all the room there is."""
    with ballast.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(b"\0" * 4096):
            pass


def test_a_full_disk_is_said_in_one_sentence_and_costs_nothing(small_disk: SmallDisk) -> None:
    unit, paper = small_disk.unit, Path(small_disk.unit.todo["files"][0])
    note = f"/cases/{unit.todo['case']}/notes/"
    with unit.served(**small_disk.words) as desk:
        desk.wait()
        hassan, aisha = desk.enter("hassan"), desk.enter("aisha")
        assert hassan.post(note, text="Before.").done
        small_disk.fill()
        refused = hassan.post(note, text="Never said to be kept.")
        assert refused.status == 507
        assert NOT_LOST in sentence_of(refused)
        assert "Traceback" not in refused.text
        dropped = aisha.upload("/intake/", "files", paper.name, paper.read_bytes())
        assert not dropped.done
        assert dropped.status == 507
        taken = unit.faru("ingest", str(paper), "--as", "aisha", **small_disk.words)
        assert taken.returncode != 0
        assert "disk is full" in taken.stderr
        assert "Traceback" not in taken.stderr
        small_disk.empty()
        until(lambda: hassan.post(note, text="After.").done)
        assert desk.running.alive
    unit.acknowledged = [("note", "Before."), ("note", "After.")]
    assert unit.faru("ingest", str(paper), "--as", "aisha").returncode in (0, 1)
    unit.recover()
    assert unit.audit() == {"lost": [], "half": []}


# The database is gone.


def gone_and_back(desk: Desk, away: Callable[[], None], back: Callable[[], None], note: str) -> None:
    """What a person sees while it is away and once it is back, without a restart and without their doing."""
    hassan = desk.enter("hassan")
    assert hassan.post(note, text="Before.").done
    away()
    for answer in (hassan.post(note, text="Never said to be kept."), hassan.get("/today/")):
        assert answer.status == 503
        assert NOT_LOST in sentence_of(answer)
        assert "Traceback" not in answer.text
    time.sleep(7)  # two rounds of the ticker, and a worker that finds nothing to work on
    back()
    until(lambda: hassan.get("/today/").status == 200)
    assert hassan.post(note, text="After.").done
    assert desk.running.alive


def test_a_database_file_that_can_not_be_opened_is_waited_for(template: Unit, tmp_path: Path) -> None:
    unit = template.copy(tmp_path / "unit")
    place, aside = unit.folder / "faru.sqlite3", tmp_path / "aside"

    def away() -> None:
        aside.mkdir()
        for one in unit.folder.glob("faru.sqlite3*"):
            one.rename(aside / one.name)
        place.mkdir()  # no file can be made in its place

    def back() -> None:
        place.rmdir()
        for one in aside.iterdir():
            one.rename(unit.folder / one.name)

    with unit.served() as desk:
        desk.wait()
        gone_and_back(desk, away, back, f"/cases/{unit.todo['case']}/notes/")
    unit.acknowledged = [("note", "Before."), ("note", "After.")]
    unit.recover()
    assert unit.audit() == {"lost": [], "half": []}


def test_a_server_of_postgresql_that_stops_is_waited_for(
    template: Unit, tmp_path: Path, cluster: Cluster
) -> None:
    unit = template.copy(tmp_path / "unit")
    cluster.create("bad_days")
    addresses = {
        "FARU_DATABASE": cluster.url("bad_days", APP),
        "FARU_DATABASE_OWNER": cluster.url("bad_days", OWNER),
    }
    moved = unit.faru("move-database", **addresses)
    assert moved.returncode == 0, moved.stderr
    with unit.served(**addresses) as desk:
        desk.wait()
        gone_and_back(
            desk, lambda: cluster.stop("immediate"), cluster.start, f"/cases/{unit.todo['case']}/notes/"
        )
        hassan: Browser = desk.enter("hassan")
        assert hassan.post(f"/cases/{unit.todo['case']}/dossiers/").done
        until(lambda: "The dossier is sealed." in hassan.get(f"/cases/{unit.todo['case']}/").text, 120)
