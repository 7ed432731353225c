"""One lead: its page, and every act that officers do on it. A refused form comes back as it was typed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from faru.desk import unit
from faru.desk.cases.queries import case_of
from faru.desk.journal.acting import Refused, deny
from faru.desk.journal.queries import entry_id
from faru.desk.look import printing
from faru.desk.posting import needs, posted
from faru.desk.referrals import actions, interrupts
from faru.desk.referrals.forms import lead as lead_forms
from faru.desk.referrals.models import Interrupt, Lead, LeadState
from faru.desk.referrals.queries import lead as queries
from faru.desk.requests.models import LIVE, LegalRequest
from faru.desk.requests.queries import requests_for_lead, verdicts_of
from faru.packs.model import Purpose
from faru.vocabulary.permissions import Permission

Form = Callable[..., forms.Form]


@require_GET
def lead(request: HttpRequest, number: str) -> HttpResponse:
    """The page of a lead; of one that was joined to another, that other's."""
    found = _found(request, number)
    if found.state == LeadState.GONE:
        if found.joined_to is not None:
            messages.info(
                request,
                _("%(old)s was joined to this lead.") % {"old": found.number},
            )
            return redirect("lead", number=found.joined_to.number)
        messages.info(
            request, _("%(old)s is gone: its referrals are in other leads.") % {"old": found.number}
        )
        return redirect("leads")
    return _page(request, found)


@posted("lead", "number")
@needs(Permission.LEAD_CLAIM)
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """Take it."""
    found = _found(request, number)
    actions.claim_lead(actor=request.user, lead=found)
    return _done(request, found, _("You have this lead now."))


@posted("lead", "number")
@needs(Permission.LEAD_CLAIM)
def let_go(request: HttpRequest, number: str) -> HttpResponse:
    """Give it back to the queue."""
    return _act(request, number, "let_go", actions.let_go, _("The lead is back in the queue."))


@posted("lead", "number")
@needs(Permission.LEAD_CLAIM)
def wait(request: HttpRequest, number: str) -> HttpResponse:
    """Put it aside until a day."""
    return _act(request, number, "wait", actions.wait_lead, _("The lead waits, and comes back by itself."))


@posted("lead", "number")
@needs(Permission.LEAD_CLOSE)
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Close it with a reason."""
    return _act(request, number, "close", actions.close_lead, _("The lead is closed."))


@posted("lead", "number")
@needs(Permission.LEAD_CLOSE)
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Open a closed one again."""
    return _act(request, number, "reopen", actions.reopen_lead, _("The lead is open again."))


@posted("lead", "number")
@needs(Permission.LEAD_RANK)
def override(request: HttpRequest, number: str) -> HttpResponse:
    """Put it in another band."""
    return _act(request, number, "override", actions.override_band, _("The lead stands in its new band."))


@posted("lead", "number")
@needs(Permission.LEAD_JOIN)
def join(request: HttpRequest, number: str) -> HttpResponse:
    """Say that another lead is the same one."""
    return _act(request, number, "join", actions.join_leads, _("The two leads are one now."))


@posted("lead", "number")
@needs(Permission.LEAD_JOIN)
def part(request: HttpRequest, number: str) -> HttpResponse:
    """Switch off what links two of its referrals."""
    return _act(
        request,
        number,
        "part",
        lambda *, lead, **given: actions.part_referrals(**given),
        _("The links between the two are switched off."),
    )


@posted("lead", "number")
@needs(Permission.LEAD_CLAIM)
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Undo one's own last act on it."""
    found = _found(request, number)
    actions.undo(actor=request.user, lead=found)
    return _done(request, found, _("Undone."))


@posted("lead", "number")
@needs(Permission.INTERRUPT_RAISE)
def raise_interrupt(request: HttpRequest, number: str) -> HttpResponse:
    """Raise an interrupt by hand."""
    return _act(request, number, "raise", interrupts.raise_interrupt, _("The interrupt is raised."))


@posted("today")
@needs(Permission.INTERRUPT_TAKE)
def take_interrupt(request: HttpRequest, interrupt_id: UUID) -> HttpResponse:
    """Say that one has it in hand."""
    found = _interrupt(request, interrupt_id)
    interrupts.take_interrupt(actor=request.user, interrupt=found)
    return _done(request, found.lead, _("You have this in hand: say on the lead what is decided."))


@posted("today")
@needs(Permission.INTERRUPT_CLEAR)
def clear_interrupt(request: HttpRequest, interrupt_id: UUID) -> HttpResponse:
    """Clear it as the policy says."""
    found = _interrupt(request, interrupt_id)
    rule = interrupts.defined(found.kind)
    form = lead_forms.ClearForm(request.POST, rule=rule)
    if not request.user.may(Permission.INTERRUPT_CLEAR):
        raise deny(request.user, "interrupts.clear_interrupt", found.id)
    if form.is_valid():
        try:
            interrupts.clear_interrupt(actor=request.user, interrupt=found, stated=form.cleaned_data)
        except Refused as refused:
            _at_field(form, refused)
        else:
            return _done(request, found.lead, _("The interrupt is cleared."))
    return _page(request, found.lead, clear=(found.pk, form))


def _act(request: HttpRequest, number: str, name: str, act: Callable[..., Any], done: str) -> HttpResponse:
    """Check a form, do its act, say so. A refusal stands at its field."""
    found = _found(request, number)
    form = _forms(request, found, name)[name]
    if form.is_valid():
        try:
            act(actor=request.user, lead=found, **form.cleaned_data)
        except Refused as refused:
            _at_field(form, refused)
        else:
            return _done(request, found, done)
    return _page(request, found, name, form)


def _forms(request: HttpRequest, found: Lead, bound: str = "") -> dict[str, forms.Form]:
    """The forms of the page, one of them filled with what was sent."""
    made: dict[str, Form] = {
        "let_go": lead_forms.LetGoForm,
        "wait": lead_forms.WaitForm,
        "close": lead_forms.CloseForm,
        "reopen": lead_forms.ReopenForm,
        "override": lead_forms.OverrideForm,
        "join": lambda *given: lead_forms.JoinForm(*given, viewer=request.user),
        "part": lambda *given: lead_forms.PartForm(*given, lead=found),
        "raise": lead_forms.RaiseForm,
    }
    return {name: make(request.POST) if name == bound else make() for name, make in made.items()}


def _page(
    request: HttpRequest,
    found: Lead,
    bound: str = "",
    form: forms.Form | None = None,
    clear: tuple[UUID, forms.Form] | None = None,
) -> HttpResponse:
    """The whole page, with the form that was refused where there is one: it was read either way."""
    queries.note_read(request.user, found)
    page = queries.of(request.user, found, entry_id(request.GET.get("told", "")))
    page = page.with_verdicts(verdicts_of(request.user, [one.row.pk for one in page.seen]))
    shown = _forms(request, found)
    asks, requests = _asks(request, page), requests_for_lead(request.user, found)
    if form is not None:
        shown[bound] = form
    clearing = [
        (one, clear[1] if clear and clear[0] == one.row.pk else lead_forms.ClearForm(rule=one.rule))
        for one in page.interrupts
        if one.may_clear and one.rule is not None
    ]
    context = {
        "page": page,
        "lead": page.lead,
        "forms": shown,
        "open": bound or ("clear" if clear else ""),
        "clearing": clearing,
        "mine": found.owner_id == request.user.pk,
        "may": _may(request, page) | ({bound: True} if bound else {}),  # a form that came back is shown
        "asks": asks,
        "asked": _asked(asks, requests),
        "requests": requests,
        "case": case_of(request.user, found.case_id),
        "closed_because": _closed_because(page.lead),
        "print_code": f"{found.number} · {printing.code(queries.codes(found))}",
    }
    status = 422 if form is not None or clear else 200
    return render(request, "referrals/lead.html", context, status=status)


def _asks(request: HttpRequest, page: queries.LeadPage) -> dict[str, Any] | None:
    """Which carrier to ask first, and where: whose record goes next, of those that can be asked for."""
    if not _may(request, page)["ask"]:
        return None
    for seen in page.seen:  # the most urgent first
        if seen.hours_left and seen.carrier is not None and seen.row.at is not None and not seen.row.of_child:
            return {"url": reverse("request_new"), "carrier": seen.carrier}
    return None


def _asked(asks: dict[str, Any] | None, requests: list[LegalRequest]) -> LegalRequest | None:
    """The live request by which this carrier was asked about the lead already."""
    if asks is None:
        return None
    live = [one for one in requests if one.carrier == asks["carrier"].id and one.state in LIVE]
    return live[0] if live else None


def _closed_because(lead: Lead) -> str:
    reasons = {one.id: one.sentence for one in unit.pack().reasons[Purpose.CLOSE_LEAD]}
    return reasons.get(lead.closed_reason, "")


def _may(request: HttpRequest, page: queries.LeadPage) -> dict[str, bool]:
    """What this viewer can do with this lead now."""
    lead, user = page.lead, request.user
    mine = lead.owner_id == user.pk
    held = lead.state in (LeadState.CLAIMED, LeadState.WAITING)
    claims = user.may(Permission.LEAD_CLAIM)
    senior = user.may(Permission.LEAD_RANK)
    settled = lead.state in (LeadState.CLOSED, LeadState.IN_CASE)
    joins = user.may(Permission.LEAD_JOIN) and lead.state != LeadState.CLOSED
    return {
        "claim": claims and lead.state == LeadState.NEW and lead.owner_id is None,
        "let_go": claims and held and (mine or senior),
        "wait": claims and held and mine,
        "close": user.may(Permission.LEAD_CLOSE)
        and not settled
        and not page.interrupts
        and (mine or lead.owner_id is None or senior),
        "reopen": user.may(Permission.LEAD_CLOSE) and lead.state == LeadState.CLOSED,
        "override": senior and not settled,
        "join": joins,
        "part": joins and lead.referral_count > 1,
        "raise": user.may(Permission.INTERRUPT_RAISE) and not settled,
        "take": user.may(Permission.INTERRUPT_TAKE),
        "ask": user.may(Permission.REQUEST_DRAFT) and lead.state != LeadState.CLOSED,
        "open_case": user.may(Permission.CASE_OPEN) and not settled and (mine or lead.owner_id is None),
    }


def _found(request: HttpRequest, number: str) -> Lead:
    """The lead, or nothing: whoever may not see it does not learn that it is there."""
    found = queries.find(request.user, number)
    if found is None:
        raise Http404
    return found


def _interrupt(request: HttpRequest, interrupt_id: UUID) -> Interrupt:
    visible = Lead.objects.visible_to(request.user)
    return get_object_or_404(
        Interrupt.objects.select_related("lead__owner"), pk=interrupt_id, lead__in=visible
    )


def _at_field(form: forms.Form, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)


def _done(request: HttpRequest, found: Lead | None, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("today") if found is None else redirect("lead", number=found.number)
