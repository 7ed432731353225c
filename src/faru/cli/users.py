"""`faru user`: accounts from the machine itself, for the day nobody can sign in."""

from typing import Annotated

import typer

from faru.cli.output import stop
from faru.cli.unit import As, Data, actor, open_unit

Name = Annotated[str, typer.Argument(help="The user name.", metavar="NAME")]


def user_add(
    name: Name,
    as_: As,
    display_name: Annotated[str, typer.Option("--name", help="The name to be shown.")],
    role: Annotated[list[str], typer.Option(help="A role of the pack; may be repeated.")],
    data: Data = None,
) -> None:
    """Add a user. The first password is printed once and must be changed at the first sign-in.

    Example: faru user add aisha --name "Aisha Reef" --role intake --role triage --as sana
    """
    open_unit(data)
    from faru.desk.accounts.actions import add_user

    _user, password = _done(add_user, actor=actor(as_), username=name, display_name=display_name, roles=role)
    typer.echo(f"{name} was added. First password, printed once: {password}")


def user_disable(name: Name, as_: As, data: Data = None) -> None:
    """Close an account. Its sessions end at once."""
    open_unit(data)
    from faru.desk.accounts.actions import disable_user

    _done(disable_user, actor=actor(as_), user_id=actor(name).id)
    typer.echo(f"{name} is out.")


def user_reset_second_factor(name: Name, as_: As, data: Data = None) -> None:
    """Take away somebody's second factor, for a lost telephone. A new first password is printed once."""
    open_unit(data)
    from faru.desk.accounts.actions import reset_second_factor

    _user, password = _done(reset_second_factor, actor=actor(as_), user_id=actor(name).id)
    typer.echo(f"The second factor of {name} is gone. First password, printed once: {password}")


def _done(call, **given):  # type: ignore[no-untyped-def]  # whatever the action gives
    """The action's answer, sealed; a refusal stops with its sentence."""
    from faru.desk.journal.acting import Denied, Refused
    from faru.desk.journal.sealing import seal_now

    try:
        answer = call(**given)
    except (Denied, Refused) as fault:
        raise stop(str(fault)) from None
    seal_now()
    return answer
