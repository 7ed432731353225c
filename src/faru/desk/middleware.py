"""Around every request: the unit's zone, and what becomes of a rule's refusal."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from faru.desk import clock
from faru.desk.journal.acting import Refused


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
        if not isinstance(exception, Refused):
            return None
        messages.error(request, exception.sentence)
        back = request.headers.get("Referer", "")
        allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return redirect(back if allowed else "/")
