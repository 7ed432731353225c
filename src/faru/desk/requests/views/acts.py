"""A request's life: drafted, changed, approved, refused, withdrawn, served, closed."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from faru.desk.journal.acting import Refused
from faru.desk.posting import needs
from faru.desk.referrals.models import Lead
from faru.desk.requests import actions, choosing
from faru.desk.requests.forms import DraftForm
from faru.desk.requests.views.common import act, found
from faru.vocabulary.permissions import Permission


@require_POST
@needs(Permission.REQUEST_DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """Draft a request: about one lead, or about everything of a carrier that is going."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose a carrier to ask."))
    given = form.cleaned_data
    if given["lead"]:
        lead = _lead(request, given["lead"])
        made = actions.draft_for_lead(actor=request.user, lead=lead, carrier=given["carrier"])
    else:
        made = actions.draft_dying(actor=request.user, carrier=given["carrier"], within=given["within"])
    messages.success(request, _("Drafted. A second person has to approve it before it is served."))
    return redirect("request", number=made.number)


def _lead(request: HttpRequest, named: str) -> Lead:
    """The lead of this number or id, or nothing: whoever may not see it does not learn that it is there."""
    which = Q(number=named)
    with suppress(ValueError):
        which |= Q(pk=UUID(named))
    lead = Lead.objects.visible_to(request.user).filter(which).first()
    if lead is None:
        raise Http404
    return lead


@require_POST
@needs(Permission.REQUEST_DRAFT)
def lines(request: HttpRequest, number: str) -> HttpResponse:
    """Take a line out, or add what else of this carrier is going."""
    one = found(request, number)
    line_id = request.POST.get("remove", "")
    if line_id:
        actions.remove_line(actor=request.user, request=one, line_id=line_id)
        messages.success(request, _("The line is out; it can be asked again."))
    else:
        dying = choosing.about_to_die(request.user, one.carrier, choosing.SOON, kind=one.kind)
        actions.add_lines(actor=request.user, request=one, observations=dying[: choosing.MOST])
        messages.success(request, _("Lines added. What was approved before is void."))
    return redirect("request", number=one.number)


@require_POST
@needs(Permission.REQUEST_APPROVE)
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """A second person agrees to exactly the lines they read."""
    return act(request, number, "approve", actions.approve_request, _("Approved. It can be served now."))


@require_POST
@needs(Permission.REQUEST_APPROVE)
def refuse(request: HttpRequest, number: str) -> HttpResponse:
    """A second person says no."""
    done = _("Refused. What it asked about can be asked again.")
    return act(request, number, "refuse", actions.refuse_request, done)


@require_POST
@needs(Permission.REQUEST_DRAFT)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take it back."""
    done = _("Withdrawn. What it asked about can be asked again.")
    return act(request, number, "withdraw", actions.withdraw_request, done)


@require_POST
@needs(Permission.REQUEST_SERVE)
def serve(request: HttpRequest, number: str) -> HttpResponse:
    """It went to the carrier."""
    return act(request, number, "serve", actions.serve_request, _("Served. The answer is awaited."))


@require_POST
@needs(Permission.REQUEST_ANSWER)
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Nothing more comes of it."""
    return act(request, number, "close", actions.close_request, _("The request is closed."))
