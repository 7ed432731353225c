"""The list of requests, and the page of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from faru.desk.journal.acting import deny
from faru.desk.requests import queries
from faru.desk.requests.views.common import found, show
from faru.vocabulary.permissions import Permission


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, and what could be asked now."""
    if not request.user.may(Permission.REQUEST_READ):
        raise deny(request.user, "requests")
    context = {
        "board": queries.board(request.user, request.GET.get("before", "")[:20]),
        "may_draft": request.user.may(Permission.REQUEST_DRAFT),
    }
    return render(request, "requests/requests.html", context)


@require_GET
def request(request: HttpRequest, number: str) -> HttpResponse:
    """One request."""
    return show(request, found(request, number))
