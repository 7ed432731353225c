"""Tries at the door that failed, in the ledger. What was typed, a name included, is never told."""

from typing import Any

from faru.desk.accounts.models import User
from faru.desk.journal.acting import note
from faru.ledger.tags import Action


def note_refused(step: str, account: User | None) -> None:
    """One wrong `step` ("password", "second factor"): about the account, where there is one of that name.

    Nobody has signed in, so the unit's own system actor tells it.
    """
    things = [] if account is None else [account.id]
    note(User.objects.get(is_system=True), Action.USER_REFUSE, *things, step=step)


def wrong_code(*, user: User, **_signal: Any) -> None:
    """A wrong code of a second factor, after the right password."""
    note_refused("second factor", user)
