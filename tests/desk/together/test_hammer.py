"""Officers, the importer, the worker and the ticker at once over one database, as real processes."""

import hashlib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.cluster import APP, OWNER
from tests.faults.browser import Answer, Browser
from tests.faults.harness import Unit, make

SECONDS = 15.0
OFFICERS = ("hassan", "ibrahim", "aisha", "nadia")


class Officer:
    """Claims, lets go, notes and drops files as fast as the desk answers."""

    def __init__(self, browser: Browser, unit: Unit, number: int) -> None:
        self._browser, self._unit, self._number = browser, unit, number
        self.statuses: Counter[int] = Counter()
        self.acknowledged: list[tuple[str, str]] = []

    def work(self, until: float) -> None:
        """Round and round until the time is over."""
        turn = 0
        while time.monotonic() < until:
            turn += 1
            lead = self._unit.todo["leads"][turn % len(self._unit.todo["leads"])]
            claimed = self._count(self._browser.post(f"/leads/{lead}/claim/"))
            if claimed.location == f"/leads/{lead}/":
                self.acknowledged.append(("claim", lead))
                self._count(self._browser.post(f"/leads/{lead}/let-go/"))
            text = f"Note {turn} of officer {self._number}."
            address = f"/cases/{self._unit.todo['case']}/notes/"
            noted = self._count(self._browser.post(address, text=text))
            if noted.done and self._browser.username == "hassan":
                self.acknowledged.append(("note", text))
            data = f"who,when\nofficer {self._number},{turn}\n".encode()
            dropped = self._count(self._browser.upload("/intake/", "files", f"{turn}.csv", data))
            if dropped.done and self._browser.username == "aisha":
                self.acknowledged.append(("upload", hashlib.sha256(data).hexdigest()))
            for page in ("/leads/", "/today/"):
                self._count(self._browser.get(page))

    def _count(self, answer: Answer) -> Answer:
        self.statuses[answer.status] += 1
        return answer


@pytest.fixture(params=["sqlite", "postgresql"])
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Unit:
    """A unit with something to do at every place, on each database."""
    made = make(tmp_path / "unit", tmp_path / "world")
    if request.param == "postgresql":
        cluster = request.getfixturevalue("cluster")
        cluster.create("hammer")
        made.words = {
            "FARU_DATABASE": cluster.url("hammer", APP),
            "FARU_DATABASE_OWNER": cluster.url("hammer", OWNER),
        }
        moved = made.faru("move-database")
        assert moved.returncode == 0, moved.stderr
    return made


def test_nobody_waits_for_ever_and_nothing_that_was_said_is_missing(unit: Unit) -> None:
    with unit.served() as desk:
        desk.wait()
        officers = [Officer(desk.enter(OFFICERS[place % len(OFFICERS)]), unit, place) for place in range(8)]
        until = time.monotonic() + SECONDS
        importer = unit.command("ingest", *unit.todo["files"], "--as", "laila")
        with ThreadPoolExecutor(len(officers)) as pool:
            list(pool.map(lambda one: one.work(until), officers))
        assert importer.process.wait(60) in (0, 1)  # 1: parts of the world can't be read, on purpose
        assert desk.running.alive
    statuses = sum((one.statuses for one in officers), Counter())
    assert set(statuses) <= {200, 302, 403, 404, 422}, statuses
    assert statuses[302] > 20
    assert {kind for one in officers for kind, _thing in one.acknowledged} == {"claim", "note", "upload"}
    unit.acknowledged = [pair for one in officers for pair in one.acknowledged]
    said = unit.log.read_text()
    assert "locked" not in said
    assert "deadlock" not in said
    assert "Traceback" not in said
    assert unit.faru("worker", "--until-empty").returncode == 0
    assert unit.audit() == {"lost": [], "half": []}
