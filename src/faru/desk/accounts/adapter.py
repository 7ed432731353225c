"""allauth, told how this unit works: nobody signs up; each sign-in and each wrong try is an entry."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Sign-in by user name; accounts are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The user, or None. A closed account is answered as a wrong password is: the door tells nothing."""
        user = super().authenticate(request, **credentials)
        if user is not None and not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password is an entry, about the account where there is one of this name."""
        from faru.desk.accounts.models import User
        from faru.desk.accounts.refused import note_refused

        name = credentials.get("username", "")
        note_refused("password", User.objects.filter(username__iexact=name).first())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong tries are counted by name and address together: nobody is locked out from elsewhere."""
        return (
            f"{super()._get_login_attempts_cache_key(request, **credentials)} {self.get_client_ip(request)}"
        )

    def login(self, request: HttpRequest, user: Any) -> None:
        """The session begins once its entry stands: after the second factor, where there is one."""
        from faru.desk.journal.acting import note
        from faru.ledger.tags import Action

        note(user, Action.USER_SIGN_IN, user.id, sentence="Signed in.")
        super().login(request, user)

    def logout(self, request: HttpRequest) -> None:
        """The entry first."""
        from faru.desk.journal.acting import note
        from faru.ledger.tags import Action

        if not isinstance(request.user, AnonymousUser):
            note(request.user, Action.USER_SIGN_OUT, request.user.id, sentence="Signed out.")
        super().logout(request)
