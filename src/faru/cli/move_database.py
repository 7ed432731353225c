"""`faru move-database`: from the embedded database to PostgreSQL."""

import os
from typing import Annotated

import typer

from faru.cli.output import bars, stop
from faru.cli.unit import Data, open_unit


def move_database(
    to: Annotated[
        str,
        typer.Option(
            help="The database, as the desk's own role. A password is better kept in PGPASSFILE.",
            metavar="postgresql://ROLE@HOST/NAME",
            envvar="FARU_DATABASE",
        ),
    ],
    data: Data = None,
) -> None:
    """Move the unit's rows from its folder to an empty PostgreSQL database, and compare them there.

    FARU_DATABASE_OWNER names the same database as the role that owns the tables. End `faru serve` and every
    other command first. The file in the folder stays as it is.

    Example: faru move-database --data /srv/faru --to postgresql://faru_app@localhost/faru
    """
    from faru.desk import env

    os.environ[env.DATABASE] = to
    open_unit(data, moving=True)
    from faru.desk import roles
    from faru.desk.moving.move import NotMoved, move

    try:
        with bars() as bar:
            moved = move(bar("Moving rows"))
    except NotMoved as fault:
        raise stop(str(fault)) from None
    rows = sum(moved.counts.values())
    typer.echo(f"{rows:,} rows in {len(moved.counts)} tables are in {moved.to}, counted and compared;")
    typer.echo(
        f"  the ledger has the same {moved.ledger_size:,} entries and head. The move is one more entry."
    )
    if roles.above_tables():
        typer.echo(roles.ONE_BARRIER)
    typer.echo(f"From now on set {env.DATABASE}={moved.url}")
    typer.echo("The old file stays in the folder and is used no more: keep it until the next backup is made.")
