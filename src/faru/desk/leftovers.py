"""Files that a killed process left behind.

An action writes a file, then the file's row, and both are there or neither: but a kill between the two leaves
the file, whole or in part, without a row. Nobody was told that it is kept and nothing will ever ask for it.
A part is taken away. A whole one is put aside, into DATA/left: should the wrong database ever be looked at,
no byte is gone.
"""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db.models import Model

from faru.desk import unit
from faru.desk.cases.models import DocumentVersion, Dossier
from faru.desk.referrals.models import RawPart
from faru.desk.requests.models import Answer

LEFT_S: Final = 15 * 60.0
"""Whatever was last written this long ago has its row, or never gets one: a row follows within moments."""
ASIDE: Final = "left"
"""The folder in DATA for whole files without a row."""
AT_ONCE: Final = 500
"""Ids of one question to the database."""
_log = logging.getLogger("faru.desk")


def sweep() -> int:
    """Put away files that no row speaks of; how many. The ticker calls it, with the eyes of the system."""
    here, gone = unit.current(), 0
    rows: dict[Path, tuple[tuple[type[Model], str], ...]] = {
        here.raw: ((RawPart, "id"), (Answer, "id"), (Answer, "rejects")),
        here.documents: ((DocumentVersion, "id"),),
        here.dossiers: ((Dossier, "id"),),
    }
    for folder, columns in rows.items():
        for shelf in sorted(folder.iterdir()) if folder.exists() else ():
            gone += _sweep_shelf(shelf, columns)
    if gone:
        _log.warning("Files that a killed process had left without a row, put aside now: %d.", gone)
    return gone


def _sweep_shelf(shelf: Path, columns: tuple[tuple[type[Model], str], ...]) -> int:
    old = {path: UUID(path.stem) for path in _old(shelf)}
    ids = list(old.values())
    known = {
        found
        for model, name in columns
        for start in range(0, len(ids), AT_ONCE)
        for found in model.objects.filter(**{f"{name}__in": ids[start : start + AT_ONCE]}).values_list(
            name, flat=True
        )
    }
    left = [path for path, file_id in old.items() if path.suffix == ".part" or file_id not in known]
    for path in left:
        if path.suffix == ".part":
            path.unlink(missing_ok=True)
        else:
            aside = unit.current().data / ASIDE
            aside.mkdir(mode=0o700, exist_ok=True)
            path.replace(aside / path.name)
    return len(left)


def _old(shelf: Path) -> Iterator[Path]:
    """Our own files of this folder that nobody has written to for a while."""
    before = time.time() - LEFT_S
    for path in shelf.iterdir():
        if path.suffix in (".sealed", ".part") and path.stat().st_mtime < before:
            yield path
