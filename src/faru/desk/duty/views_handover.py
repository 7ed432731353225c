"""The handover: what stands open, signed by the outgoing officer and accepted by the incoming one."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from faru.desk.duty import actions, snapshot
from faru.desk.duty.forms import PromiseForm, SignForm
from faru.desk.duty.models import Handover, Promise
from faru.desk.journal.acting import Refused, deny
from faru.desk.posting import needs, posted
from faru.vocabulary.permissions import Permission

LAST = 10


@require_GET
def handover(request: HttpRequest) -> HttpResponse:
    """What stands open now, what waits to be accepted, and the last handovers."""
    return _page(request)


@require_GET
def one(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """A handover as it was signed."""
    _may_read(request)
    found = get_object_or_404(Handover.objects.select_related("outgoing", "incoming"), pk=handover_id)
    user = request.user
    counts = found.accepted_at is None and found.replaced_at is None
    context = {
        "signed": found,
        "standing": snapshot.thawed(user, found.snapshot),
        "may_accept": counts and found.outgoing_id != user.pk and user.may(Permission.HANDOVER_ACCEPT),
    }
    return render(request, "duty/handover_signed.html", context)


@posted("handover")
@needs(Permission.HANDOVER_SIGN)
def sign(request: HttpRequest) -> HttpResponse:
    """Freeze and sign."""
    form = SignForm(request.POST)
    if not form.is_valid():
        return _page(request, sign=form)
    made = actions.sign_handover(actor=request.user, words=form.cleaned_data["words"])
    messages.success(request, _("Signed. The next officer accepts it; until then you have the duty."))
    return redirect("handover_one", handover_id=made.id)


@posted("handover")
@needs(Permission.HANDOVER_ACCEPT)
def accept(request: HttpRequest) -> HttpResponse:
    """Take over."""
    try:
        wanted = UUID(request.POST.get("handover", ""))
    except ValueError:
        raise Http404 from None
    found = get_object_or_404(Handover.objects.select_related("outgoing"), pk=wanted)
    actions.accept_handover(actor=request.user, handover=found)
    messages.success(request, _("You have the duty now."))
    return redirect("today")


@posted("handover")
@needs(Permission.HANDOVER_SIGN)
def add_promise(request: HttpRequest) -> HttpResponse:
    """Note a call that was promised."""
    form = PromiseForm(request.POST, viewer=request.user)
    if form.is_valid():
        try:
            actions.make_promise(actor=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            messages.success(request, _("The call is noted: it goes into every handover until it is made."))
            return redirect("handover")
    return _page(request, promise=form)


@posted("handover")
@needs(Permission.HANDOVER_SIGN)
def keep_promise(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    """The call was made."""
    found = get_object_or_404(Promise.objects.visible_to(request.user).select_related("lead"), pk=promise_id)
    actions.keep_promise(actor=request.user, promise=found)
    messages.success(request, _("The call is made."))
    return redirect("handover")


def _may_read(request: HttpRequest) -> None:
    if not request.user.may(Permission.HANDOVER_READ):
        raise deny(request.user, "handover")


def _page(
    request: HttpRequest, sign: forms.Form | None = None, promise: forms.Form | None = None
) -> HttpResponse:
    _may_read(request)
    rows = Handover.objects.select_related("outgoing", "incoming").defer("snapshot")
    waiting = rows.filter(accepted_at=None, replaced_at=None).first()
    user = request.user
    own = waiting is not None and waiting.outgoing_id == user.pk
    context = {
        "standing": snapshot.now(user),
        "waiting": waiting,
        "own": own,
        "may_sign": user.may(Permission.HANDOVER_SIGN) and (waiting is None or own),
        "may_accept": user.may(Permission.HANDOVER_ACCEPT) and waiting is not None and not own,
        "may_promise": user.may(Permission.HANDOVER_SIGN),
        "sign_form": sign or SignForm(),
        "promise_form": promise or PromiseForm(viewer=user),
        "last": list(rows.exclude(accepted_at=None)[:LAST]),
    }
    return render(request, "duty/handover.html", context, status=422 if sign or promise else 200)
