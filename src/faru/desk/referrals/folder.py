"""Files and folders of this machine taken in: what `faru ingest` and the demo do. Safe to run again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from faru.desk import faults
from faru.desk.accounts.models import User
from faru.desk.referrals.importing import importing
from faru.desk.referrals.models import ReceivedFile, SetAside
from faru.desk.referrals.reading import Taken, options, read_files
from faru.desk.referrals.receiving import receive_paths

AT_ONCE: Final = 200
"""Files that are received in one transaction, and then read."""
LARGE: Final = 16 << 20
"""Bytes of a file that is received by itself."""

Bar = Callable[[str], Callable[[int, int], None]]


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of the files."""

    files: int
    new: int  # referrals that were not here
    again: int  # that were here already
    set_aside: int  # parts that could not be read; each has its sentence on the intake page
    refused: tuple[str, ...]  # whole sentences about files that were not even received


@importing()
def take_in(*, actor: User, paths: Iterable[Path], bar: Bar) -> Intake:
    """Receive every file at or below `paths` raw first, and read it; a folder of any size in little memory.

    What was received and read before is not read again, unless something of it was set aside.
    """
    paths = list(paths)
    total = sum(1 for path in paths for _file in _files(path))
    tick, chosen = bar("Taking in"), options()
    refused: list[str] = []
    files, again, taken = 0, 0, Taken()
    walk = (file for path in paths for file in _files(path))
    while some := list(islice(walk, AT_ONCE)):
        received = [file for group in _groups(some) for file in _received(actor, group, refused)]
        wanted = _to_read(received)
        reading = set(wanted)
        again += sum(file.referrals_read for file in received if file not in reading)
        taken += read_files(wanted, actor, chosen, partial(_tell, tick, files, len(some), total))
        files += len(some)
        tick(files, total)
    refused += [f"{name}: its kept bytes can't be opened: restore them from a backup." for name in taken.shut]
    return Intake(files, taken.new, taken.again + again, taken.set_aside, tuple(refused))


def _tell(
    tick: Callable[[int, int], None], before: int, count: int, total: int, done: int, whole: int
) -> None:
    """Tell of `done` in `whole` within `count` files as files."""
    tick(before + count * done // max(whole, 1), total)


def _received(actor: User, paths: list[Path], refused: list[str]) -> list[ReceivedFile]:
    """These files received; where one can't be, the others by themselves."""
    try:
        return receive_paths(actor=actor, paths=paths)
    except OSError as fault:
        if fault.errno in faults.FULL:
            raise  # said once, and not of every file: there is room for none of them
        if len(paths) == 1:
            refused.append(f"{paths[0]}: {fault.strerror or fault}.")
            return []
    return [file for path in paths for file in _received(actor, [path], refused)]


def _to_read(received: list[ReceivedFile]) -> list[ReceivedFile]:
    """Those that were never read to their end, or of which something was set aside; each once."""
    open_ = SetAside.objects.filter(file__in=received, settled_at=None)
    aside = set(open_.values_list("file_id", flat=True))
    return list(dict.fromkeys(file for file in received if file.read_at is None or file.pk in aside))


def _groups(paths: list[Path]) -> Iterator[list[Path]]:
    """Small files together, each large one by itself."""
    small = []
    for path in paths:
        if _size(path) > LARGE:
            yield [path]
        else:
            small.append(path)
    if small:
        yield small


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # receiving it says what is wrong


def _files(path: Path) -> Iterator[Path]:
    """The files at or below a path, by name; what an operating system left lying about is not among them."""
    if path.is_file():
        yield path
        return
    for found in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
        if found.is_file() and not hidden and found.name not in ("Thumbs.db", "desktop.ini"):
            yield found
