"""The one place where delivered bytes lie in clear for a moment.

The record readers take paths, because they read in bulk. A file is written for them into a folder of its
own below DATA/work that only the unit's own system account can enter, and the folder is removed when the
reading ends, however it ends. What a killed process left is removed when its task is taken up again: the
folder's name is the answer's id. Apart from this only the record store (Parquet) is in clear.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faru.desk import unit
from faru.desk.requests.models import Answer
from faru.desk.vault import chunks, files


def plain_name(answer: Answer) -> str:
    """The name under which its rows are cited: the delivered one may hold somebody's name."""
    return f"{answer.request.number}-{answer.position}.csv"


@contextmanager
def laid_open(answer: Answer) -> Iterator[Path]:
    """The delivered file at a path, inside a private folder that is gone afterwards. VaultFault, OSError."""
    folder = unit.current().data / "work" / answer.id.hex
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        path = folder / plain_name(answer)
        path.touch(mode=0o600)
        raw = unit.current().raw
        with files.open_stream(raw, answer.id, answer.subject_id) as sealed, path.open("wb") as out:
            shutil.copyfileobj(sealed, out, chunks.SIZE)
        yield path
    finally:
        shutil.rmtree(folder)


def without_place(sentence: str, path: Path) -> str:
    """A reader's sentence without the folder in which the file lay for a moment."""
    return sentence.replace(str(path), path.name).replace(f"{path.parent}/", "")
