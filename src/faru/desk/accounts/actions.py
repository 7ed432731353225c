"""Who works here: added, changed, sent away; a second factor taken back."""

import secrets
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from faru.desk import unit
from faru.desk.accounts.models import Holding, User
from faru.desk.journal.acting import Act, Refused, action
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission

HELD = ("claimed", "waiting")
"""States of leads that somebody has, and that a supervisor can let go (leads stand above this app)."""
WORDS = 5
"""Words of a first password: 40 bits, for one use."""


def first_password() -> str:
    """A password for one use, easy to read out: it must be changed at the first sign-in."""
    from faru.ledger.keys import wordlist

    return "-".join(secrets.choice(wordlist()) for _ in range(WORDS))


@action(Permission.ADMIN_USERS, Action.USER_ADD)
def add_user(
    act: Act, *, username: str, display_name: str, roles: Iterable[str], password: str | None = None
) -> tuple[User, str]:
    """A new user and the first password, which must be changed at once."""
    name = username.strip().casefold()
    if not name or not display_name.strip():
        raise Refused(_("A user needs a user name and a name to be shown."), "username")
    if User.objects.filter(username=name).exists():
        raise Refused(_("There is a user of this name already: choose another one."), "username")
    given = password or first_password()
    user = User(username=name, display_name=display_name.strip(), must_change_password=password is None)
    user.set_password(given)
    user.save(force_insert=True)
    held = _hold(user, roles)
    act.about(user.id).say(_sentence("User added."), roles=held)
    return user, given


@action(Permission.ADMIN_USERS, Action.USER_CHANGE)
def change_roles(act: Act, *, user_id: object, roles: Iterable[str]) -> User:
    """Give exactly these roles. Nobody changes their own."""
    user = _other(act, user_id)
    before = list(user.roles)
    user.holdings.all().delete()
    user.forget_cached()
    act.about(user.id).say(_sentence("Roles changed."), before=before, after=_hold(user, roles))
    return user


@action(Permission.ADMIN_USERS, Action.USER_DISABLE)
def disable_user(act: Act, *, user_id: object) -> tuple[User, int]:
    """A leaver is out at once: the account is closed, its sessions ended. How many leads are still theirs."""
    user = _other(act, user_id)
    if not user.is_active:
        raise Refused(_("This account is closed already."))
    user.is_active = False
    user.disabled_at = act.at
    user.save(update_fields=["is_active", "disabled_at"])
    end_sessions(user)
    leads = user.leads.filter(state__in=HELD).count()
    act.about(user.id).say(_sentence("User disabled."), leads=leads)
    return user, leads


@action(Permission.ADMIN_USERS, Action.USER_ENABLE)
def enable_user(act: Act, *, user_id: object) -> User:
    """Open a closed account again; its roles, password and second factor are what they were."""
    user = _other(act, user_id)
    if user.is_active:
        raise Refused(_("This account is open."))
    user.is_active = True
    user.disabled_at = None
    user.save(update_fields=["is_active", "disabled_at"])
    act.about(user.id).say(_sentence("User enabled."), roles=list(user.roles))
    return user


@action(Permission.ADMIN_USERS, Action.USER_RESET)
def reset_second_factor(act: Act, *, user_id: object) -> tuple[User, str]:
    """For somebody who lost their telephone: factors are taken away, sessions ended, a new first password."""
    user = _other(act, user_id)
    count, _rows = Authenticator.objects.filter(user=user).delete()
    given = first_password()
    user.set_password(given)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user)
    act.about(user.id).say(_sentence("Second factor reset."), factors=count)
    return user, given


@action(None, Action.USER_CHANGE)
def change_own_password(act: Act, *, password: str, present: str = "") -> User:
    """Choose a new password for oneself. Who found an open session does not know the present one.

    One that was given by an administrator must go at once, and was typed a moment ago: it is not asked for.
    """
    user = User.objects.get(pk=act.actor.pk)
    if not user.must_change_password and not user.check_password(present):
        raise Refused(_("This is not your present password."), "present")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "password") from error
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    act.about(user.id).say(_sentence("Password changed."))
    return user


def end_sessions(user: User) -> None:
    """End every session of a user."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def _hold(user: User, roles: Iterable[str]) -> list[str]:
    known = {role.id for role in unit.pack().roles}
    wanted = list(dict.fromkeys(roles))
    strange = [role for role in wanted if role not in known]
    if strange:
        raise Refused(_("The pack has no role “%(role)s”.") % {"role": strange[0]}, "roles")
    Holding.objects.bulk_create(Holding(user=user, role=role) for role in wanted)
    user.forget_cached()
    return wanted


def _other(act: Act, user_id: object) -> User:
    """Somebody else's account, and the actor's until the act is over: what they do meanwhile waits."""
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id, is_system=False).first()
    if user is None:
        raise Refused(_("There is no such user."))
    if user.pk == act.actor.pk:
        raise Refused(_("Nobody changes their own account: ask another administrator."))
    return user


def _sentence(text: str) -> str:
    """Sentences of the ledger are English, whatever the language of the page."""
    return text
