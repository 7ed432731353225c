"""A small invented ledger, made quickly, and torn apart again."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from faru.ledger.clock import SimulatedClock
from faru.ledger.ids import IdSource
from faru.ledger.keys import Signer
from faru.ledger.log import Ledger
from faru.ledger.store import FileStore
from faru.ledger.tags import Action

ORIGIN = "unit.example/ledger"
START = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
ACTOR = "0a" * 8


class Bench:
    """What the tests of this room share."""

    signer = Signer.from_seed(ORIGIN, bytes(range(32)))
    stranger = Signer.from_seed(ORIGIN, bytes(32))
    actor = ACTOR
    start = START

    @staticmethod
    def open(folder: Path, *, signer: Signer | None = None, at: datetime = START) -> Ledger:
        return Ledger(FileStore(folder), signer or Bench.signer, SimulatedClock(at))

    @staticmethod
    def fill(folder: Path, batches: Sequence[int], *, signer: Signer | None = None) -> Ledger:
        """Seal batches of so many entries each; the ledger stays open."""
        clock = SimulatedClock(START)
        fixed = Random(7)  # so that a log of fewer batches is the beginning of one of more
        ids = IdSource(fixed.getrandbits)
        ledger = Ledger(FileStore(folder), signer or Bench.signer, clock, ids=ids, salts=fixed.randbytes)
        for count in batches:
            for number in range(count):
                clock.advance(timedelta(seconds=1))
                Bench.add(ledger, number)
            ledger.seal()
        return ledger

    @staticmethod
    def add(ledger: Ledger, number: int) -> str:
        return ledger.record(
            Action.CASE_OPEN, actor=ACTOR, role="investigator", payload={"number": number}
        ).id

    @staticmethod
    @cache
    def files(batches: tuple[int, ...]) -> dict[str, bytes]:
        """The files of such a ledger."""
        with TemporaryDirectory() as place:
            Bench.fill(Path(place) / "ledger", batches).store.close()  # type: ignore[attr-defined]
            return {
                path.name: path.read_bytes()
                for path in (Path(place) / "ledger").iterdir()
                if path.name != "writer.lock"
            }

    @staticmethod
    def lay(folder: Path, files: dict[str, bytes]) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return folder


@pytest.fixture(scope="session")
def bench() -> type[Bench]:
    return Bench


@pytest.fixture
def filled(tmp_path: Path) -> Callable[..., Path]:
    """A closed ledger folder with batches of so many entries each."""

    def make(*batches: int) -> Path:
        return Bench.lay(tmp_path / "data" / "ledger", Bench.files(batches))

    return make
