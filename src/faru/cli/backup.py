"""`faru backup` and `faru restore`: the whole unit in one encrypted file, and back."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from faru.cli.output import bars, say, stop
from faru.cli.unit import As, Data, actor, open_unit


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; never over another.", metavar="FILE")],
    as_: As,
    data: Data = None,
) -> None:
    """Write an encrypted backup of the whole unit, its keys among it.

    Example: faru backup /media/stick/faru-2026-03-10.age --as sana
    """
    open_unit(data)
    from faru.desk.backup.making import make
    from faru.desk.journal.acting import Denied, Refused

    try:
        with bars() as bar:
            made = make(actor=actor(as_), path=file, bar=bar)
    except (Denied, Refused) as fault:
        raise stop(str(fault)) from None
    except OSError as fault:
        raise stop(f"{fault.filename or file}: {fault.strerror or fault}.") from None
    typer.echo(f"{made.path}: {sum(made.counts.values()):,} rows, ledger of {made.ledger_size:,} entries,")
    typer.echo(f"  head {made.ledger_root}")


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.", metavar="FILE")],
    data: Annotated[Path, typer.Option(help="A new folder for the unit.", metavar="DIR")],
    identity: Annotated[
        Path, typer.Option(help="A file with the age identity (AGE-SECRET-KEY-1...).", metavar="FILE")
    ],
) -> None:
    """Restore a backup into a new folder and compare it: rows, files, the ledger's head.

    Where FARU_DATABASE names an empty PostgreSQL database the rows go there, else into the folder.

    Example: faru restore faru-2026-03-10.age --data /srv/faru --identity recovery.txt
    """
    from faru.desk.backup.archive import NotRestored, unpack

    try:
        secret = next(
            line for line in identity.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")
        )
    except (OSError, ValueError, StopIteration):
        raise stop(f"{identity}: holds no age identity that can be read.") from None
    try:
        with bars() as bar:
            made = unpack(file, data, secret, bar("Restoring"))
    except NotRestored as fault:
        raise stop(str(fault)) from None
    from faru.desk import env, unit

    unit.say_database(data, postgresql=env.database() is not None)
    open_unit(data)
    from faru.desk.backup.making import look_over, put_into_postgresql
    from faru.ledger.entries import LedgerError

    try:
        if unit.current().postgresql:
            with bars() as bar:
                put_into_postgresql(data, bar("Copying rows"))
        for sentence in look_over(made):
            say(sentence)
    except (NotRestored, LedgerError, env.WrongSetting) as fault:
        shutil.rmtree(data, ignore_errors=True)
        raise stop(str(fault)) from None
    typer.echo(f"Restored to {data}: {sum(made.counts.values()):,} rows, the same ledger head,")
    typer.echo(f"  {made.ledger_size:,} entries, {made.ledger_root}")
    typer.echo("The restoring is an entry of its own, under a new head.")
