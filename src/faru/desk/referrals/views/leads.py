"""The list of leads, page by page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from faru.desk.journal.acting import deny
from faru.desk.referrals.queries.leads import Choice, by_number, page
from faru.vocabulary.permissions import Permission

CHOICES = {
    Choice.OPEN: _("All open"),
    Choice.MINE: _("Mine"),
    Choice.WAITING: _("Waiting"),
    Choice.IN_CASE: _("In a case"),
    Choice.CLOSED: _("Closed"),
}


@require_GET
def leads(request: HttpRequest) -> HttpResponse:
    """Leads of one kind in the order of the queue; a number opens its lead."""
    if not request.user.may(Permission.LEAD_READ):
        raise deny(request.user, "leads")
    number = request.GET.get("number", "").strip()
    if number:
        found = by_number(request.user, number)
        if found is not None:
            return redirect("lead", number=found.number)
    try:
        choice = Choice(request.GET.get("show", Choice.OPEN))
    except ValueError:
        raise Http404 from None
    context = {
        "page": page(request.user, choice, request.GET.get("after", "")),
        "choice": choice.value,
        "choices": [(one.value, words) for one, words in CHOICES.items()],
        "number": number[:40],
        "first": not request.GET.get("after"),
    }
    return render(request, "referrals/leads.html", context)
