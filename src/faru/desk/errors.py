"""Error pages: what happened in plain words, and what to do. Nothing of the system shows."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from faru.desk import faults


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page(request, 404)


def fault(request: HttpRequest) -> HttpResponse:
    """500; 503 or 507 where it is the machine's. Without the request: what every page needs may be gone."""
    known = faults.of(sys.exc_info()[1])
    if known is None:
        return HttpResponse(render_to_string("500.html"), status=500)
    page = render_to_string(f"{known.value}.html", {"sentence": known.sentence})
    return HttpResponse(page, status=known.value, headers={"Retry-After": "10"})


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was too old, or not ours."""
    return render(request, "403_csrf.html", status=403)
