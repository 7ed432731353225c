"""Start Django for a command or a notebook: name the unit's folder, set up, say what is missing."""

import os
from pathlib import Path

from faru.desk import unit


def setup(data: Path | None = None) -> unit.Unit:
    """Django, ready to use, over this unit's folder (or FARU_DATA's). Raises NoUnit, PackFault."""
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

    A migration may drop guards and puts them up again, so they are looked for first.
    """
    from django.core.management import call_command

    from faru.desk.journal.checking import put_up_guards
    from faru.desk.vault.keys import ensure_unit_subject

    missing = put_up_guards()
    call_command("migrate", verbosity=0, interactive=False)
    ensure_unit_subject()
    return missing
