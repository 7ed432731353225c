"""Search. What was asked for is part of no address; that it was asked is an entry before the answer."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from faru.desk.accounts.models import User
from faru.desk.journal.acting import deny, note
from faru.desk.referrals.forms.search import SearchForm
from faru.desk.referrals.queries import search as queries
from faru.desk.referrals.searchable import asked, text
from faru.desk.vault.index import token
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission

EXAMPLES: Final = (
    (_("Address"), "192.0.2.17"),
    (_("Account"), "@blue.reef77"),
    (_("E-mail address"), "somebody@post.example"),
    (_("Phone number"), "+999 555 0100"),
    (_("Hash of a file"), "9e107d9d372bb6826bd81d3542a419d6"),
    (_("Sender's number"), "231000001"),
    (_("Name of an adult"), "Ali Reef"),
    (_("Lead, request or case"), "L-2026-0001"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The empty form, or what was found."""
    if not request.user.may(Permission.SEARCH_RUN):
        raise deny(request.user, "search")
    if request.method != "POST":
        return render(request, "referrals/search.html", {"form": SearchForm(), "examples": EXAMPLES})
    form = SearchForm(request.POST)
    if not form.is_valid():
        return render(request, "referrals/search.html", {"form": form, "examples": EXAMPLES})
    query = form.cleaned_data["q"]
    found = queries.find(request.user, query)
    there = queries.jump(request.user, query)
    _note(request.user, query, there is not None or found.count > 0)
    if there is not None:
        return redirect(there)
    return render(
        request,
        "referrals/search.html",
        {"form": form, "query": query, "found": found, "examples": EXAMPLES},
    )


def _note(viewer: User, query: str, was_found: bool) -> None:
    """Tell the ledger that something was asked: never the words, which may be a child's name.

    With the index's key the digest tells whether one given value was asked for, and nothing else.
    """
    digest = token("query", text(query)).hex()
    kinds = sorted({kind for kind, _normal in asked(query)})
    note(viewer, Action.SEARCH_RUN, query=digest, kinds=kinds, found=was_found)
