"""The desk of the day: Today, the handover."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def today(request: HttpRequest) -> HttpResponse:
    """What matters first."""
    return render(request, "duty/today.html")
