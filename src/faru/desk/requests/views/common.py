"""What the views share: finding a request, doing an act from its form, showing the page again."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from faru.desk.journal.acting import Refused, note
from faru.desk.journal.queries import entry_id
from faru.desk.look import printing
from faru.desk.requests import forms as own
from faru.desk.requests import page as pages
from faru.desk.requests.models import LegalRequest
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission

FORMS = {
    "approve": own.ApproveForm,
    "refuse": own.RefuseForm,
    "withdraw": own.WithdrawForm,
    "serve": own.ServeForm,
    "answer": own.AnswerForm,
    "coverage": own.CoverageForm,
    "close": own.CloseForm,
}
"""The forms of a request's page."""
_STANDS_WITH = {"withdraw": "change", "coverage": "answer", "close": "answer"}
"""Which permission shows a form, where it is not called like the form."""


def found(request: HttpRequest, number: str) -> LegalRequest:
    """The request, or nothing: whoever may not see it does not learn that it is there."""
    visible = LegalRequest.objects.visible_to(request.user).select_related(
        "drafted_by", "approved_by", "served_by", "ended_by", "changed_by"
    )
    return get_object_or_404(visible, number=number)


def act(
    request: HttpRequest,
    number: str,
    name: str,
    does: Callable[..., Any],
    done: str,
) -> HttpResponse:
    """Check a form, do its act, say so. A refusal stands at its field."""
    one = found(request, number)
    form = FORMS[name](request.POST)
    if form.is_valid():
        try:
            does(actor=request.user, request=one, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
        else:
            messages.success(request, done)
            return redirect("request", number=one.number)
    return show(request, one, name, form)


def show(
    request: HttpRequest, one: LegalRequest, bound: str = "", form: forms.Form | None = None
) -> HttpResponse:
    """The page of a request, with the form that was refused as it was typed.

    Once it has verdicts it names subscriptions: reading it is an entry, after a refused form too.
    """
    note(request.user, Action.REQUEST_READ, one.id)
    told_before = entry_id(request.GET.get("told", ""))
    page = pages.of(request.user, one, request.GET.get("verdict", "")[:80], told_before)
    shown = {name: make() for name, make in FORMS.items()}
    shown["approve"].initial["seen"] = page.digest
    if form is not None:
        shown[bound] = form
    may = request.user.may
    shows = {
        "change": one.changeable and may(Permission.REQUEST_DRAFT),
        "approve": page.step is pages.Step.APPROVE,
        "refuse": one.changeable and may(Permission.REQUEST_APPROVE),
        "serve": page.step is pages.Step.SERVE,
        "answer": one.out and may(Permission.REQUEST_ANSWER),
    }
    if form is not None and not shows[_STANDS_WITH.get(bound, bound)]:
        for sentence in form.non_field_errors():  # somebody was faster: the form is not there any more
            messages.error(request, sentence)
    context = {
        "page": page,
        "one": one,
        "forms": shown,
        "open": bound,
        "stages": pages.stages(one),
        "may": shows,
        "print_code": f"{one.number} · {printing.code(pages.codes(page))}",
    }
    return render(request, "requests/request.html", context, status=200 if form is None else 422)
