"""Every change to data goes through here: permission, rule, change, entry in the ledger, one transaction.

    @action(Permission.LEAD_CLAIM, Action.LEAD_CLAIM)
    def claim_lead(act: Act, *, lead: Lead) -> Lead:
        ...
        act.about(lead.id).say("Lead claimed.", lead=lead.number)

is called as `claim_lead(actor=user, lead=...)`. A refused permission, a refused rule or a fault leaves
nothing behind but an entry that says so, written after the rollback.

Two people in the same moment: an action takes hold of the row that it is about (`select_for_update`; SQLite
needs none: there one transaction writes at a time), so whoever comes second reads what the first one did, and
is told. Where they meet all the same (a unique value, a deadlock) the database lets one of them go on and
undoes the other, who looks once more.
"""

import functools
import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, models, transaction

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.accounts.scope import viewer_scope
from faru.desk.journal.recording import Said, write
from faru.desk.vault import files
from faru.desk.vault.models import UNIT_SUBJECT
from faru.ledger.entries import LedgerError
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission

Result = TypeVar("Result")

LOOKS: Final = 3
"""How often an act that met another one is tried."""
_MET: Final = ("23505", "40001", "40P01")
"""PostgreSQL's codes: a unique value that is there already, a serialization failure, a deadlock."""


class Refused(Exception):
    """A rule says no. The sentence is for the person: what is in the way, and what to do about it.

    `field` names the form's field at fault, where there is one.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Denied(PermissionDenied):
    """Somebody may not do this."""


@dataclass
class Act:
    """What an action knows of who acts, and what it tells the ledger."""

    actor: User
    role: str
    at: datetime
    tag: Action
    _about: list[UUID] = field(default_factory=list)
    _subject: UUID = UNIT_SUBJECT
    _payload: dict[str, Any] | None = None
    _also: list[Said] = field(default_factory=list)

    def about(self, *things: UUID) -> "Act":
        """The ids of what it is done to."""
        self._about += things
        return self

    def under(self, subject: UUID) -> "Act":
        """Seal the payload under this subject: where it holds anything of a person it must be."""
        self._subject = subject
        return self

    def say(self, sentence: str = "", **payload: Any) -> "Act":
        """What is to be remembered. A sentence stands in timelines and in the dossier's chronology."""
        self._payload = ({"sentence": sentence} if sentence else {}) | payload
        return self

    def also(self, tag: Action, *about: UUID, subject: UUID = UNIT_SUBJECT, **payload: Any) -> None:
        """One more entry of the same transaction."""
        self._also.append(Said(tag, about, payload, subject))

    def entries(self) -> list[Said]:
        """All of it. An action that said nothing is a fault of the code."""
        if self._payload is None:
            raise RuntimeError(f"The action {self.tag} told the ledger nothing.")
        return [Said(self.tag, tuple(self._about), self._payload, self._subject), *self._also]


@dataclass(frozen=True, slots=True)
class Registered:
    """One action, for the tests that walk them all."""

    name: str
    call: Callable[..., Any]
    permission: Permission | None
    tag: Action
    parameters: tuple[str, ...]


ACTIONS: Final[dict[str, Registered]] = {}
"""Every action of the desk by its dotted name."""


def action(
    permission: Permission | None, tag: Action
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Make a function an action. `permission` None: everybody who is signed in may do it to themselves."""

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        name = f"{function.__module__.removeprefix('faru.desk.')}.{function.__name__}"

        @functools.wraps(function)
        def call(*, actor: User, **given: Any) -> Result:
            def once() -> Result:
                with files.gone_if_undone(), transaction.atomic(durable=True):
                    now = _held(actor)
                    _check(now, permission)
                    act = Act(now, now.role_for(permission), clock.now(), tag)
                    result = function(act, **given)
                    write(now.id, act.role, act.entries())
                return result

            try:
                with viewer_scope(actor):
                    _check(actor, permission)  # whoever may not waits for nobody
                    return _again_where_met(once)
            except Denied:
                _after(actor, Action.ACT_DENY, given, action=name, permission=permission or "")
                raise
            except Refused as refused:
                _after(actor, Action.ACT_REFUSE, given, action=name, why=refused.sentence)
                raise
            except Exception as fault:
                # Where the fault is the ledger's or the database's own, this entry can't be written either.
                with suppress(LedgerError, DatabaseError):
                    _after(actor, Action.ACT_FAIL, given, action=name, fault=type(fault).__name__)
                raise

        parameters = tuple(inspect.signature(function).parameters)[1:]
        ACTIONS[name] = Registered(name, call, permission, tag, parameters)
        return call

    return decorate


def _check(actor: User, permission: Permission | None) -> None:
    if not actor.is_active or (permission is not None and not actor.may(permission)):
        raise Denied(f"{actor.display_name} may not do this ({permission}).")


def _held(actor: User) -> User:
    """The account and its roles as they are now, until the transaction ends.

    Somebody who is sent away or loses a role in this moment has acted before it, or does not act.
    """
    if actor.is_system:
        return actor
    return User.objects.select_for_update(no_key=True).get(pk=actor.pk)


def _again_where_met(once: Callable[[], Result]) -> Result:
    """Do it, and once more where the database undid it for the sake of another act at the same moment."""
    for _look in range(LOOKS - 1):
        try:
            return once()
        except DatabaseError as fault:
            if getattr(fault.__cause__, "sqlstate", None) not in _MET:
                raise
    return once()


def _after(actor: User, tag: Action, given: dict[str, Any], **payload: Any) -> None:
    """The entry about what did not happen, in a transaction of its own. Nothing of what was given is told."""
    about = [one.pk for one in given.values() if isinstance(one, models.Model) and isinstance(one.pk, UUID)]
    about += [one for one in given.values() if isinstance(one, UUID)]
    note(actor, tag, *about, **payload)


def deny(actor: User, what: str, *about: UUID) -> Denied:
    """Note that somebody asked to read what they may not, and give the exception to raise."""
    note(actor, Action.ACT_DENY, *about, action=what)
    return Denied(what)


def note(actor: User, tag: Action, *about: UUID, subject: UUID = UNIT_SUBJECT, **payload: Any) -> None:
    """A read, a search, an export or a sign-in: an entry of its own before the answer goes out."""
    with viewer_scope(actor), transaction.atomic():
        write(actor.id, actor.role_for(None), [Said(tag, about, payload, subject)])
