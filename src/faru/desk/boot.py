"""Start Django for a command or a notebook: name the unit's folder, set up, say what is missing."""

import os
from pathlib import Path

from faru.desk import env, unit


def setup(data: Path | None = None) -> unit.Unit:
    """Django, ready to use, over this unit's folder (or FARU_DATA's).

    Raises NoUnit, PackFault, WrongSetting.
    """
    if data is not None:
        os.environ[unit.VARIABLE] = str(data)
        unit.current.cache_clear()
    here = unit.current()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faru.desk.settings")
    import django

    django.setup()
    return here


def migrate() -> int:
    """Bring the database to this version; how many of the ledger's guards were missing before.

    A migration may drop guards and puts them up again, so they are looked for first. On PostgreSQL it is the
    owner who does it. Raises WrongSetting where there is something to do and no owner is given.
    """
    from django.db import ProgrammingError

    from faru.desk.journal.checking import put_up_guards
    from faru.desk.vault.keys import ensure_unit_subject

    try:
        missing = put_up_guards()
        migrate_as_owner()
    except ProgrammingError as fault:
        if not _refused(fault):
            raise
        raise env.WrongSetting(
            f"{env.OWNER} is not set, and this version changes tables, which the desk's own role may not:"
            " start once with the address of the role that owns them."
        ) from None
    ensure_unit_subject()
    return missing


def migrate_as_owner() -> None:
    """Bring the tables to this version, and give the desk's role what it needs of them."""
    from django.core.management import call_command

    from faru.desk import roles
    from faru.desk.databases import as_owner

    desk = roles.current()
    with as_owner():
        call_command("migrate", verbosity=0, interactive=False)
        if roles.current() != desk:
            roles.grant(desk)


def _refused(fault: Exception) -> bool:
    """Whether the database said that this role may not."""
    from psycopg.errors import InsufficientPrivilege

    return isinstance(fault.__cause__, InsufficientPrivilege)
