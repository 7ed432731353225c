"""Addresses that only take what is sent to them. Asked for as a page they lead back to where the form stands:
somebody reloads a refused form, or changes the language on it.
"""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

View = Callable[..., HttpResponse]


def posted(back: str, *kept: str) -> Callable[[View], View]:
    """A view of POST alone; anything else goes to the page `back` with these of the address's values."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def inner(request: HttpRequest, **values: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(back, **{name: values[name] for name in kept})
            return view(request, **values)

        return inner

    return decorate
