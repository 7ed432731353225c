"""What can be seen to be wrong with the ledger in the database: missing guards, entries out of line."""

from datetime import datetime

from django.db import connection

from faru.desk.accounts.system import system
from faru.desk.databases import as_owner
from faru.desk.journal.acting import note
from faru.desk.journal.guards import install_guards, missing_guards
from faru.desk.journal.models import Entry, Leaf, Pending
from faru.ledger.tags import Action


def put_up_guards() -> int:
    """Put up the guards of a ledger that has entries, and tell it how many were missing; how many."""
    if Entry._meta.db_table not in connection.introspection.table_names() or not Entry.objects.exists():
        return 0
    missing = missing_guards()
    if missing:
        with as_owner():
            install_guards()
        note(
            system(),
            Action.LEDGER_GUARD,
            sentence="Guards of the ledger were missing and were put up again.",
            missing=len(missing),
            names=missing,
        )
    return len(missing)


def guards_put_up_at() -> datetime | None:
    """When guards were last found missing at a start; None: never."""
    found = Entry.objects.filter(tag=Action.LEDGER_GUARD.value).order_by("-id")
    return found.values_list("at", flat=True).first()


def unplaced() -> int:
    """Entries that are neither sealed nor in line to be: somebody took them out of the line by hand."""
    in_line = Pending.objects.filter(entry__leaf=None).count()
    if Entry.objects.count() == Leaf.objects.count() + in_line:
        return 0
    return Entry.objects.filter(leaf=None, pending=None).count()  # slower, and exact while others write


def sentences(missing: int, out_of_line: int) -> list[str]:
    """What the person at the keyboard must be told."""
    said = []
    if missing:
        said.append(
            f"Guards of the ledger that were missing: {missing}. They are up again, and the ledger says so."
            " Somebody may have changed the database by hand: run `faru ledger verify`."
        )
    if out_of_line:
        said.append(
            f"Entries that are neither sealed nor waiting to be: {out_of_line}. Somebody took them out of the"
            " line by hand; no checkpoint holds them."
        )
    return said
