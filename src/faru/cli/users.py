"""`faru user`: accounts from the machine itself, for the day nobody can sign in."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import typer

from faru.cli.output import stop
from faru.cli.unit import As, Data, actor, named, open_unit

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

    _user, leads = _done(disable_user, actor=actor(as_), user_id=_id(name))
    typer.echo(f"{name} is out.")
    if leads:
        typer.echo(f"Leads that are still theirs: {leads}. A supervisor can let them go.")


def user_enable(name: Name, as_: As, data: Data = None) -> None:
    """Open a closed account again. Its roles, password and second factor are what they were."""
    open_unit(data)
    from faru.desk.accounts.actions import enable_user

    _done(enable_user, actor=actor(as_), user_id=_id(name, active=False))
    typer.echo(f"{name} may sign in again.")


def user_reset_second_factor(name: Name, as_: As, data: Data = None) -> None:
    """Take away somebody's second factor, for a lost telephone. A new first password is printed once."""
    open_unit(data)
    from faru.desk.accounts.actions import reset_second_factor

    _user, password = _done(reset_second_factor, actor=actor(as_), user_id=_id(name))
    typer.echo(f"The second factor of {name} is gone. First password, printed once: {password}")


def _id(name: str, *, active: bool = True) -> UUID:
    """Whose account is meant; stops with a sentence where there is none."""
    found = named(name, active=active)
    if found is None:
        raise stop(f"There is no {'active' if active else 'disabled'} user {name!r}.")
    return UUID(str(found.id))


def _done(call: Callable[..., Any], **given: Any) -> Any:
    """The action's answer, sealed; a refusal stops with its sentence."""
    from faru.desk.journal.acting import Denied, Refused
    from faru.desk.journal.sealing import seal_now

    try:
        answer = call(**given)
    except (Denied, Refused) as fault:
        raise stop(str(fault)) from None
    seal_now()
    return answer
