"""Around every request: who looks, the unit's zone, what becomes of a refusal or of what is not there."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from faru.desk import clock
from faru.desk.accounts.scope import viewer_scope
from faru.desk.journal.acting import Refused, deny
from faru.desk.vault.crypto import VaultFault

_log = logging.getLogger("faru.desk")


class WholeText:
    """A NUL in an address is read as the sign for what can't be read: PostgreSQL can't even be asked for one.

    Forms refuse it by themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """So such an address is answered as any other that leads nowhere, on both databases."""
        request.path_info = request.path_info.replace("\0", "\ufffd")
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "%EF%BF%BD")
        return self.get_response(request)


class Viewer:
    """A request reads with the eyes of whoever is signed in (`viewer_scope`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """For the length of this request. Whoever signs in during it is named from the next one on."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        with viewer_scope(request.user):
            return self.get_response(request)


class UnitZone:
    """Times are typed and shown in the unit's zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """For the length of this request."""
        with timezone.override(clock.zone()):
            return self.get_response(request)


class Refusals:
    """Shows the sentence of a `Refused` where the person was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pages about people are not kept by browsers."""
        response = self.get_response(request)
        if "Cache-Control" not in response and not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Back to where the form stood, with the sentence."""
        if isinstance(exception, VaultFault):  # a destroyed key, a lost file: said, never a fault page
            _log.error("A sealed value did not open: %s", exception)
            return render(request, "410.html", status=410)
        if not isinstance(exception, Refused):
            return None
        messages.error(request, exception.sentence)
        back = request.headers.get("Referer", "")
        allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return redirect(back if allowed else "/")


class NotThere:
    """Tells the ledger that somebody signed in was answered "not there".

    What the viewer may not see is not there for them; what they typed goes no further. So the entry is the
    same whether the thing exists or not. Paths that are none of our addresses are not told.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One entry, before the answer goes out."""
        response = self.get_response(request)
        address = request.resolver_match
        if response.status_code == HTTPStatus.NOT_FOUND and address and request.user.is_authenticated:
            deny(request.user, address.url_name or address.view_name)
        return response
