"""Files and folders of this machine taken in: what `faru ingest` and the demo do. Safe to run again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from faru.desk.accounts.models import User
from faru.desk.referrals import ranking
from faru.desk.referrals.reading import options, read_received
from faru.desk.referrals.receiving import receive_path

Bar = Callable[[str], Callable[[int, int], None]]


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of the files."""

    files: int
    new: int  # referrals that were not here
    again: int  # that were here already
    set_aside: int  # parts that could not be read; each has its sentence on the intake page
    refused: tuple[str, ...]  # whole sentences about files that were not even received


def take_in(*, actor: User, paths: Iterable[Path], bar: Bar) -> Intake:
    """Receive every file at or below `paths` raw first, read it, and rank once at the end.

    What was received and read before is not read again, unless something of it was set aside.
    """
    found = [file for path in paths for file in _files(path)]
    refused, received = [], []
    tick = bar("Receiving")
    for count, path in enumerate(found, 1):
        try:
            received.append(receive_path(actor=actor, path=path))
        except OSError as fault:
            refused.append(f"{path}: {fault.strerror or fault}.")
        tick(count, len(found))
    tick, chosen = bar("Reading"), options()
    new = again = aside = 0
    for count, file in enumerate(received, 1):
        if file.read_at is None or file.set_aside.filter(settled_at=None).exists():
            taken = read_received(file, actor, chosen)
            new, again, aside = new + taken.new, again + taken.again, aside + taken.set_aside
        else:
            again += file.referrals_read
        tick(count, len(received))
    if new or ranking.unranked():
        ranking.rerank(actor)
    return Intake(len(found), new, again, aside, tuple(refused))


def _files(path: Path) -> Iterator[Path]:
    """The files at or below a path, by name; what an operating system left lying about is not among them."""
    if path.is_file():
        yield path
        return
    for found in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
        if found.is_file() and not hidden and found.name not in ("Thumbs.db", "desktop.ini"):
            yield found
