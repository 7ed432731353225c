"""Making a backup of a running unit, and looking a restored one over before it is used."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from faru.desk import boot, unit
from faru.desk.accounts.models import User
from faru.desk.accounts.system import system
from faru.desk.backup.archive import Backup, NotRestored, Tick, pack
from faru.desk.journal import checking
from faru.desk.journal.acting import Act, Refused, action, note
from faru.desk.journal.sealing import head, seal_now
from faru.desk.moving.move import NotMoved, carry
from faru.desk.moving.snapshot import write_file
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission

SCRATCH: Final = "backup.part"


@action(Permission.ADMIN_BACKUP, Action.BACKUP_MAKE)
def _say_backup(act: Act, *, name: str) -> None:
    act.say("A backup is made.", file=name)


def make(*, actor: User, path: Path, bar: Callable[[str], Tick]) -> Backup:
    """Write an encrypted backup to `path`; never over another file. Raises Refused, Denied, OSError."""
    here = unit.current()
    if path.exists():
        raise Refused(_("%(path)s is there already: a backup is never written over.") % {"path": path})
    if not here.recipients:
        raise Refused(_("This unit has no recipient for backups: name one in unit.json."))
    _say_backup(actor=actor, name=path.name)
    seal_now()
    scratch = here.data / SCRATCH
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _snapshot(scratch, bar("Copying rows"))
        return pack(here.data, scratch, path, here.recipients, bar("Sealing files"))
    finally:
        for part in (scratch, *here.data.glob(f"{SCRATCH}-*")):
            part.unlink(missing_ok=True)


def look_over(backup: Backup) -> list[str]:
    """Start a restored unit's database and ledger, compare the head, and tell the ledger.

    What must be said of the ledger that was restored. Raises NotRestored, LedgerError.
    """
    from django.db.migrations.loader import MigrationLoader

    known = set(MigrationLoader(None).disk_migrations)
    newer = [one for one in backup.migrations if one not in known]
    if newer:
        raise NotRestored(f"The backup is of a newer Faru ({' '.join(newer[0])}): install that one.")
    found = head()
    size, root = (0, "") if found is None else (found.size, found.root.hex())
    if (size, root) != (backup.ledger_size, backup.ledger_root):
        raise NotRestored(f"The ledger has {size} entries and the backup {backup.ledger_size}.")
    missing, out_of_line = boot.migrate(), checking.unplaced()
    note(
        system(),
        Action.BACKUP_RESTORE,
        sentence="The unit was restored from a backup.",
        file=backup.path.name,
        size=size,
        root=root,
    )
    seal_now()  # the ledger's files are written anew from the database
    return checking.sentences(missing, out_of_line)


def put_into_postgresql(data: Path, tick: Tick) -> None:
    """Carry a restored unit's rows from their file into the database that FARU_DATABASE names.

    Raises NotRestored; then that database is as empty as it was.
    """
    path = unit.read(data).database
    try:
        carry(path, tick)
    except NotMoved as fault:
        raise NotRestored(str(fault)) from None
    for part in (path, *path.parent.glob(f"{path.name}-*")):
        part.unlink()


def _snapshot(to: Path, tick: Tick) -> None:
    """A consistent copy of the database while others write, as one SQLite file whatever the database is."""
    to.unlink(missing_ok=True)
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if connection.vendor == "postgresql":
        write_file(to, tick)
        return
    connection.ensure_connection()
    copy = sqlite3.connect(to)
    try:
        connection.connection.backup(copy)
    finally:
        copy.close()
