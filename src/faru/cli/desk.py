"""`faru init`, `faru serve`, `faru worker`: a unit's folder made, and its desk running."""

from pathlib import Path
from typing import Annotated

import typer

from faru.cli.output import say, stop
from faru.cli.unit import Data, bring_up, open_unit


def init(
    data: Annotated[Path, typer.Option(help="The folder to make.", metavar="DIR")],
    name: Annotated[str, typer.Option(help="The unit's name, as it stands on paper.")],
    admin: Annotated[str, typer.Option(help="User name of the first administrator.")],
    admin_name: Annotated[str, typer.Option(help="The administrator's own name.")],
    pack: Annotated[str, typer.Option(help="The country's pack: a shipped one's name, or a folder.")],
    origin: Annotated[
        str, typer.Option(help="The ledger's name: a web address of the unit without its scheme.")
    ] = "unit.example/faru",
    recipient: Annotated[
        list[str] | None,
        typer.Option(help="An age recipient of backups (age1...); may be repeated.", metavar="AGE"),
    ] = None,
) -> None:
    """Make a unit's folder: keys, database, the first administrator, a recipient of backups.

    Without --recipient one is made, and its secret key is printed once: write it down, it is kept nowhere.

    Example: faru init --data /srv/faru --name "Our unit" --pack demo --admin sana --admin-name Sana
    """
    from faru.desk import env, unit
    from faru.packs.findings import PackFault

    recipients, secret = _recipients(recipient or [])
    try:
        env.hosts()  # a wrong setting would stop this half done
        env.origins()
        _refuse_a_unit_that_is_there()
        unit.create(data, name=name, pack_name=pack, origin=origin, recipients=recipients)
    except (unit.NoUnit, env.WrongSetting, PackFault) as fault:
        raise stop(str(fault)) from None
    except OSError as fault:
        raise stop(f"{fault.filename or data}: {fault.strerror or fault}.") from None
    open_unit(data)
    bring_up()
    from faru.desk import roles
    from faru.desk.accounts.first import first_administrator
    from faru.desk.journal.acting import Refused
    from faru.desk.journal.sealing import seal_now
    from faru.ledger.keys import fingerprint_words

    try:
        password = first_administrator(admin, admin_name)
    except Refused as refused:
        raise stop(refused.sentence) from None
    seal_now()
    typer.echo(f"The unit's folder is {data.resolve()}.")
    typer.echo(f"First administrator: {admin}, first password: {password}")
    typer.echo("  It must be changed at the first sign-in, and a second factor set up.")
    typer.echo(f"Ledger key in words: {' '.join(fingerprint_words(unit.current().signer().public))}")
    if secret is not None:
        typer.echo(f"Backups open with this key alone, printed once: {secret}")
    if roles.above_tables():
        typer.echo(roles.ONE_BARRIER)
    typer.echo(f"Start it with: faru serve --data {data}")


def _refuse_a_unit_that_is_there() -> None:
    """The database that FARU_DATABASE names answers and holds no unit. Raises WrongSetting."""
    from faru.desk import databases, env

    env.database_owner()
    address = env.database()
    if address is None:
        return
    databases.look_at(address)
    if databases.holds_a_unit(address):
        raise env.WrongSetting(
            f"{env.DATABASE}: {address.shown()} holds a unit already: name an empty database."
        )


def _recipients(given: list[str]) -> tuple[tuple[str, ...], str | None]:
    from pyrage import RecipientError, x25519

    if not given:
        identity = x25519.Identity.generate()
        return (str(identity.to_public()),), str(identity)
    for one in given:
        try:
            x25519.Recipient.from_str(one)
        except RecipientError:
            raise stop(f"{one!r} is no age recipient: it begins with age1.") from None
    return tuple(given), None


def serve(
    data: Data = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "localhost",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
) -> None:
    """Run the desk: web server, background worker and the ledger's sealer. Ends with Ctrl-C.

    Example: faru serve --data /srv/faru
    """
    open_unit(data)
    from faru.desk import env
    from faru.desk.serving import prepare
    from faru.desk.serving import serve as run
    from faru.ledger.entries import LedgerError

    try:
        said = prepare()
    except env.WrongSetting as fault:
        raise stop(str(fault)) from None
    for sentence in said:
        say(sentence)
    say(f"The desk is at http://{host}:{port} (Ctrl-C ends it).")
    try:
        run(host, port)
    except LedgerError as fault:
        raise stop(str(fault)) from None
    except OSError as fault:
        raise stop(f"http://{host}:{port} can't be served: {fault.strerror or fault}.") from None


def worker(
    data: Data = None,
    until_empty: Annotated[bool, typer.Option("--until-empty", help="End when nothing waits.")] = False,
    parent: Annotated[int | None, typer.Option(help="End when this process is gone.", hidden=True)] = None,
) -> None:
    """Work through what waits in the background. `faru serve` starts one by itself."""
    open_unit(data)
    from faru.desk.work.worker import AlreadyWorking, run

    try:
        run(until_empty=until_empty, parent=parent)
    except AlreadyWorking as fault:
        raise stop(str(fault)) from None
