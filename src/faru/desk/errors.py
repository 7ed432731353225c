"""Error pages: what happened in plain words, and what to do. Nothing of the system shows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


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
    """500. Without the request: what is broken may be what every page needs."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was too old, or not ours."""
    return render(request, "403_csrf.html", status=403)
