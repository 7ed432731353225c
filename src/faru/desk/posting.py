"""What stands before a view: whether somebody may at all, and where a form's own address leads as a page."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from faru.desk.journal.acting import deny
from faru.vocabulary.permissions import Permission

View = Callable[..., HttpResponse]


def needs(permission: Permission) -> Callable[[View], View]:
    """A view for those who may: asked before the address is looked up and the form is read.

    So whoever may not learns nothing from a form's sentences, nor whether the thing is there.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def inner(request: HttpRequest, **values: Any) -> HttpResponse:
            if not request.user.may(permission):
                raise deny(request.user, f"{view.__module__.removeprefix('faru.desk.')}.{view.__name__}")
            return view(request, **values)

        return inner

    return decorate


def posted(back: str, *kept: str) -> Callable[[View], View]:
    """A view of POST alone; anything else goes to the page `back` with these of the address's values.

    Somebody reloads a refused form, or changes the language on it: they come to where the form stands.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def inner(request: HttpRequest, **values: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(back, **{name: values[name] for name in kept})
            return view(request, **values)

        return inner

    return decorate
