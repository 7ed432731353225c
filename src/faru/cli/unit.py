"""What commands about a unit's folder share: find it, start Django, find who acts."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from faru.cli.output import stop

if TYPE_CHECKING:
    from faru.desk.accounts.models import User

Data = Annotated[
    Path | None,
    typer.Option(
        "--data", help="The unit's folder; else FARU_DATA names it.", metavar="DIR", envvar="FARU_DATA"
    ),
]
As = Annotated[
    str, typer.Option("--as", help="Who does it: a user name. It stands in the ledger.", metavar="USER")
]

SCOPES = ExitStack()
"""Whose eyes the database is read with, from where a command knows its user to its end."""


def open_unit(data: Path | None, *, moving: bool = False) -> None:
    """Django over this unit's folder; stops with a sentence where there is none or a setting is wrong.

    `moving`: see `boot.setup`.
    """
    from faru.desk import boot, env, unit
    from faru.packs.findings import PackFault

    try:
        boot.setup(data, moving=moving)
    except (unit.NoUnit, env.WrongSetting, PackFault) as fault:
        raise stop(str(fault)) from None


def bring_up() -> None:
    """The database at this version, its tables the owner's where one is given; stops where that can't be."""
    from faru.desk import boot, env

    try:
        boot.migrate()
    except env.WrongSetting as fault:
        raise stop(str(fault)) from None


def actor(name: str) -> "User":
    """The user who acts; stops with a sentence where there is none. Nobody acts as the desk itself."""
    from faru.desk import unit
    from faru.desk.accounts.scope import viewer_scope

    found = named(name)
    if found is None or (found.is_system and not unit.current().demo):
        raise stop(f"There is no active user {name!r}: name one with --as.")
    SCOPES.enter_context(viewer_scope(found))
    return found


def named(name: str, *, active: bool = True) -> "User | None":
    """The user of this name, whatever its case; None where there is none."""
    from faru.desk.accounts.models import User

    found: User | None = User.objects.filter(username=name.strip().casefold(), is_active=active).first()
    return found
