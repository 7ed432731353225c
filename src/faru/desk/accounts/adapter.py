"""allauth, told how this unit works: nobody signs up, and each sign-in is an entry of the ledger."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Sign-in by user name; accounts are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """The session begins once its entry stands: after the second factor, where there is one."""
        from faru.desk.journal.acting import note
        from faru.ledger.tags import Action

        note(user, Action.USER_SIGN_IN, user.id, sentence="Signed in.")
        super().login(request, user)
        request.session["language_of"] = user.language

    def logout(self, request: HttpRequest) -> None:
        """The entry first."""
        from faru.desk.journal.acting import note
        from faru.ledger.tags import Action

        if not isinstance(request.user, AnonymousUser):
            note(request.user, Action.USER_SIGN_OUT, request.user.id, sentence="Signed out.")
        super().logout(request)
