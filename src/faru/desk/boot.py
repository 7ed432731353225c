"""Start Django for a command or a notebook: name the unit's folder, set up, say what is missing."""

import os
from pathlib import Path

from faru.desk import env, unit


def setup(data: Path | None = None, *, moving: bool = False) -> unit.Unit:
    """Django, ready to use, over this unit's folder (or FARU_DATA's).

    `moving`: the unit's rows are not where FARU_DATABASE says, but are about to be.
    Raises NoUnit, PackFault, WrongSetting.
    """
    if data is not None:
        os.environ[unit.VARIABLE] = str(data)
        unit.current.cache_clear()
    here = unit.current()
    address = env.database()
    if not moving:
        _same_database(here, address)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faru.desk.settings")
    import django

    django.setup()
    if address is not None:
        from faru.desk import databases

        databases.look_at(address)
    return here


def _same_database(here: unit.Unit, address: env.Address | None) -> None:
    """A unit is never started over an empty database, or over the one it was moved away from."""
    if here.postgresql and address is None:
        raise env.WrongSetting(f"{env.DATABASE} is not set, and this unit's rows lie in PostgreSQL: set it.")
    if address is not None and not here.postgresql:
        raise env.WrongSetting(
            f"{env.DATABASE} is set, and the rows of this unit lie in {here.database}: unset it, or move them"
            " there with `faru move-database`."
        )


def migrate() -> int:
    """Bring the database to this version; how many of the ledger's guards were missing before.

    A migration may drop guards and puts them up again, so they are looked for first. On PostgreSQL it is the
    owner who does it. Raises WrongSetting where there is something to do and no owner is given.
    """
    from django.db import DatabaseError

    from faru.desk.journal.checking import put_up_guards
    from faru.desk.vault.keys import ensure_unit_subject

    try:
        missing = put_up_guards()
        migrate_as_owner()
    except DatabaseError as fault:
        if not _not_allowed(fault):
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


def _not_allowed(fault: BaseException | None) -> bool:
    """Whether the database said that this role may not; Django's own sentence lies around that one."""
    from psycopg.errors import InsufficientPrivilege

    while fault is not None and not isinstance(fault, InsufficientPrivilege):
        fault = fault.__cause__ or fault.__context__
    return fault is not None
