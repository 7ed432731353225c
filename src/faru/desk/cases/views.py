"""Pages of cases. Thin: what may be seen is the queries' business, what may be done the actions'."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form, HiddenInput
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from faru.desk import clock
from faru.desk.accounts.queries import holders
from faru.desk.cases import actions, dossiers, forms, papers, people, queries, state, steps
from faru.desk.cases.contents import Upload
from faru.desk.cases.detail import detail_of
from faru.desk.cases.models import Case, DocumentVersion, Dossier, StepDone
from faru.desk.cases.page import page_of
from faru.desk.cases.roles import roles_in
from faru.desk.downloads import download
from faru.desk.journal.acting import Refused, deny, note
from faru.desk.journal.queries import entry_id
from faru.desk.look import printing
from faru.desk.referrals.models import Lead
from faru.ledger.tags import Action
from faru.policy import Policy, Step
from faru.vocabulary.permissions import Permission


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Mine, all that I may see, closed ones; for who may see deadlines only, the deadlines."""
    viewer = request.user
    if not queries.may_read_cases(viewer):
        if not viewer.may(Permission.DEADLINE_READ):
            raise deny(viewer, "cases")
        return render(request, "cases/deadlines.html", {"deadlines": queries.deadlines(viewer)})
    show = request.GET.get("show", "")
    if show not in ("mine", "all", "closed"):
        show = "mine" if viewer.may(Permission.CASE_READ) and queries.mine(viewer).exists() else "all"
    rows, more = queries.listed(
        viewer,
        closed=show == "closed",
        only_mine=show == "mine",
        before=request.GET.get("before", "")[:20],
    )
    return render(
        request,
        "cases/list.html",
        {
            "rows": rows,
            "more": more,
            "show": show,
            "sent_only": not viewer.may(Permission.CASE_READ) and not viewer.may(Permission.CASE_READ_ALL),
        },
    )


@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case. That it was read is in the ledger before the page goes out."""
    found = _seen(request, number)
    note(request.user, Action.CASE_READ, found.id)
    return render(request, "cases/case.html", _context(request, found))


@require_POST
def case_open(request: HttpRequest) -> HttpResponse:
    """Open a case on the lead with this number."""
    lead = Lead.objects.visible_to(request.user).filter(number=request.POST.get("lead", "")[:20]).first()
    if lead is None:
        raise Http404
    made = actions.open_case(actor=request.user, lead=lead, title=request.POST.get("title", ""))
    messages.success(request, _("Case %(number)s is open.") % {"number": made.number})
    return redirect("case", made.number)


def case_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Do a step."""
    found, policy, asked = _with_step(request, number, step)
    held = roles_in(found, request.user, clock.now(), policy)
    sealed = list(found.dossiers.filter(valid=True))
    form = forms.StepForm(
        *_posted(request),
        step=asked,
        roles=[role for role in asked.by if role in held],
        dossiers=sealed,
    )

    def act() -> None:
        chosen = {str(one.pk): one for one in sealed}.get(form.cleaned_data.get("dossier", ""))
        steps.do_step(
            actor=request.user,
            case=found,
            step=asked.id,
            fields=form.stated(),
            role=form.cleaned_data.get("role", ""),
            upload=form.upload(),
            dossier=chosen,
            occurred_at=form.cleaned_data["occurred_at"],
        )

    says = _("Record it as done")
    return _form(
        request,
        Permission.CASE_STEP,
        found,
        form,
        act,
        asked.sentence,
        says,
        _("Recorded: %s") % asked.sentence,
    )


@require_POST
def case_sign(request: HttpRequest, number: str, record: UUID) -> HttpResponse:
    """Sign what somebody else did."""
    found = _seen(request, number)
    done = StepDone.objects.filter(case=found, pk=record).first()
    if done is None:
        raise Http404
    steps.sign_step(actor=request.user, done=done)
    messages.success(request, _("Signed."))
    return redirect("case", number)


def case_skip(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Leave out a step."""
    found, policy, asked = _with_step(request, number, step)
    if policy.skip is None:
        raise Http404
    form = forms.SkipForm(*_posted(request), step=asked, rule=policy.skip)

    def act() -> None:
        steps.skip_step(actor=request.user, case=found, step=asked.id, fields=form.cleaned_data)

    return _form(
        request, Permission.CASE_STEP, found, form, act, asked.sentence, _("Leave it out"), _("Left out.")
    )


@require_POST
def case_move(request: HttpRequest, number: str) -> HttpResponse:
    """Take the case to another stage."""
    found = _inside(request, number)
    actions.move_case(actor=request.user, case=found, to=request.POST.get("to", "")[:60])
    messages.success(request, _("The case is in its next stage."))
    return redirect("case", number)


@require_POST
def case_referrals(request: HttpRequest, number: str) -> HttpResponse:
    """Take the referrals that came later into the case."""
    actions.take_referrals(actor=request.user, case=_inside(request, number))
    messages.success(request, _("The referrals are in the case."))
    return redirect("case", number)


def case_fact(request: HttpRequest, number: str) -> HttpResponse:
    """State a fact that the policy reads."""
    found = _inside(request, number)
    form = forms.FactForm(*_posted(request), facts=state.policy_of(found).facts)

    def act() -> None:
        actions.state_fact(actor=request.user, case=found, **form.cleaned_data)

    return _form(
        request, Permission.CASE_STEP, found, form, act, _("State a fact"), _("State it"), _("Stated.")
    )


def case_event(request: HttpRequest, number: str) -> HttpResponse:
    """Record that something happened."""
    found = _inside(request, number)
    form = forms.EventForm(*_posted(request), policy=state.policy_of(found))

    def act() -> None:
        actions.record_event(actor=request.user, case=found, **form.cleaned_data)

    return _form(
        request, Permission.CASE_STEP, found, form, act, _("Record an event"), _("Record it"), _("Recorded.")
    )


def case_person(request: HttpRequest, number: str) -> HttpResponse:
    """Add somebody, or say anew what is known of them."""
    found = _inside(request, number)
    given = _hidden(request, "person")
    person = found.people.filter(pk=given).first() if given else None
    if given and person is None:
        raise Http404
    form = forms.PersonForm(*_posted(request), amends=person is not None)

    def act() -> None:
        if person is not None:
            people.amend_person(actor=request.user, person=person, details=form.details())
        else:
            kind = form.cleaned_data["kind"]
            people.add_person(actor=request.user, case=found, kind=kind, details=form.details())

    heading = _("Amend what is known") if person else _("Add somebody")
    return _form(request, Permission.CASE_NOTE, found, form, act, heading, _("Keep it"), _("Kept."))


def case_document_add(request: HttpRequest, number: str) -> HttpResponse:
    """Add a document, or another version of one."""
    found = _inside(request, number)
    given = _hidden(request, "of")
    document = found.documents.filter(pk=given).first() if given else None
    if given and document is None:
        raise Http404
    form = forms.DocumentForm(*_posted(request))

    def act() -> None:
        upload = forms.uploaded(form.cleaned_data["document"]) or Upload("", b"")
        papers.add_document(actor=request.user, case=found, upload=upload, document=document)

    return _form(
        request,
        Permission.DOCUMENT_ADD,
        found,
        form,
        act,
        _("Add a document"),
        _("Add it"),
        _("The document is kept."),
    )


@require_GET
def case_document(request: HttpRequest, number: str, version: UUID) -> HttpResponse:
    """A document as a download under a name of our own; never shown."""
    found = _inside(request, number)
    kept = (
        DocumentVersion.objects.filter(document__case=found, pk=version)
        .select_related("document__case")
        .first()
    )
    if kept is None:
        raise Http404
    data = papers.open_document(viewer=request.user, version=kept)
    return download(data, f"{found.number}-document-{kept.document.number}-v{kept.number}.{kept.kind}")


def case_note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a note, or correct one."""
    found = _inside(request, number)
    given = _hidden(request, "note")
    corrected = found.notes.filter(pk=given).select_related("case").first() if given else None
    if given and corrected is None:
        raise Http404
    form = forms.NoteForm(*_posted(request), corrects=corrected is not None)

    def act() -> None:
        text = form.cleaned_data["text"]
        if corrected is not None:
            reason = form.cleaned_data["reason"]
            papers.correct_note(actor=request.user, note=corrected, text=text, reason=reason)
        else:
            papers.add_note(actor=request.user, case=found, text=text)

    heading = _("Correct a note") if corrected else _("Write a note")
    return _form(
        request, Permission.CASE_NOTE, found, form, act, heading, _("Keep it"), _("The note is kept.")
    )


def case_staff(request: HttpRequest, number: str) -> HttpResponse:
    """Put somebody on the case, or take them off."""
    found = _inside(request, number)
    gone = _hidden(request, "remove")
    if gone:
        member = found.members.filter(pk=gone).select_related("case").first()
        if member is None:
            raise Http404
        actions.remove_member(actor=request.user, member=member)
        messages.success(request, _("They are off the case."))
        return redirect("case", number)
    roles = [role.id for role in state.policy_of(found).roles]
    form = forms.StaffForm(*_posted(request), users=holders(*roles), roles=roles)

    def act() -> None:
        user = form.users[form.cleaned_data["user"]]
        role, until = form.cleaned_data["role"], form.cleaned_data["until"]
        actions.add_member(actor=request.user, case=found, user=user, as_role=role, until=until)

    return _form(
        request,
        Permission.CASE_STAFF,
        found,
        form,
        act,
        _("Who works on this case"),
        _("Add"),
        _("They are on the case."),
    )


def case_outcome(request: HttpRequest, number: str) -> HttpResponse:
    """Record what the prosecutor decided."""
    found = _seen(request, number)
    policy = state.policy_of(found)
    step = policy.step(policy.outcome_step or "")
    if step is None:
        raise Http404
    form = forms.OutcomeForm(*_posted(request), policy=policy, step=step)

    def act() -> None:
        steps.record_outcome(
            actor=request.user,
            case=found,
            outcome=form.cleaned_data["outcome"],
            fields=form.stated(),
            occurred_at=form.cleaned_data["occurred_at"],
        )

    said = _("The outcome is recorded. The child is told first, before anybody else.")
    return _form(
        request, Permission.OUTCOME_RECORD, found, form, act, step.sentence, _("Record the outcome"), said
    )


@require_POST
def case_dossier_build(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a dossier; the page shows how far it is."""
    found = _inside(request, number)
    dossiers.build_dossier(actor=request.user, case=found)
    messages.success(request, _("The dossier is being built."))
    return redirect("case", number)


@require_GET
def case_dossier(request: HttpRequest, number: str, dossier: UUID) -> HttpResponse:
    """A sealed dossier as a download."""
    found = _seen(request, number)
    wanted = next((one for one in _dossiers(request, found) if one.pk == dossier), None)
    if wanted is None:
        raise Http404
    data = dossiers.open_dossier(viewer=request.user, dossier=wanted)
    return download(data, f"{found.number}-dossier-{wanted.number}.zip")


@require_POST
def case_dossier_send(request: HttpRequest, number: str, dossier: UUID) -> HttpResponse:
    """Give a dossier to the prosecutor."""
    found = _inside(request, number)
    wanted = found.dossiers.filter(pk=dossier).select_related("case").first()
    if wanted is None:
        raise Http404
    dossiers.send_dossier(actor=request.user, dossier=wanted)
    messages.success(request, _("The dossier is with the prosecutor."))
    return redirect("case", number)


@require_POST
def case_close(request: HttpRequest, number: str) -> HttpResponse:
    """Close a case that the policy calls finished."""
    found = _inside(request, number)
    actions.close_case(actor=request.user, case=found)
    messages.success(request, _("The case is closed."))
    return redirect("case", number)


def _context(request: HttpRequest, found: Case) -> dict[str, Any]:
    inside = queries.is_inside(request.user, found)
    now = clock.now()
    return {
        "case": found,
        "page": page_of(found, request.user, now),
        "print_code": f"{found.number} · {printing.code(queries.codes(found))}",
        "inside": inside,
        "detail": detail_of(
            found,
            request.user,
            now,
            _number(request),
            _hidden(request, "notes"),
            entry_id(request.GET.get("told", "")),
        )
        if inside
        else None,
        "dossiers": _dossiers(request, found),
        "job": dossiers.last_job(found) if inside else None,
        "may_build": inside and request.user.may(Permission.DOSSIER_BUILD),
    }


def _dossiers(request: HttpRequest, found: Case) -> list[Dossier]:
    """The dossiers that the viewer may have: all of a case they work in, else those that were sent."""
    if not request.user.may(Permission.DOSSIER_READ):
        return []
    rows = found.dossiers.select_related("built_by", "sent_by", "case")
    return list(rows if queries.is_inside(request.user, found) else rows.filter(sent_at__isnull=False))


def _seen(request: HttpRequest, number: str) -> Case:
    found = queries.case_numbered(request.user, number)
    if found is None:
        raise Http404
    return found


def _inside(request: HttpRequest, number: str) -> Case:
    """The case for somebody who works in it; for the prosecutor its papers are not there."""
    found = _seen(request, number)
    if not queries.is_inside(request.user, found):
        raise Http404
    return found


def _with_step(request: HttpRequest, number: str, step: str) -> tuple[Case, Policy, Step]:
    found = _seen(request, number)
    policy = state.policy_of(found)
    asked = policy.step(step)
    if asked is None:
        raise Http404
    return found, policy, asked


def _posted(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _hidden(request: HttpRequest, name: str) -> UUID | None:
    """A row's id from the form or the address. What is no id is not there."""
    given = request.POST.get(name) or request.GET.get(name)
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise Http404 from None


def _number(request: HttpRequest) -> int | None:
    """The number of the document before which the list goes on."""
    given = request.GET.get("papers", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None


def _form(
    request: HttpRequest,
    permission: Permission,
    found: Case,
    form: Form,
    act: Callable[[], None],
    heading: str,
    says: str,
    done: str,
) -> HttpResponse:
    """Do it where the form is sound; otherwise the form by itself, with what is wrong at its fields."""
    if not request.user.may(permission):
        raise deny(request.user, permission, found.id)
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("case", found.number)
    if request.method != "POST":
        for name, field in form.fields.items():
            if isinstance(field.widget, HiddenInput) and name in request.GET:
                form.initial[name] = request.GET[name][:40]
    context = {"case": found, "form": form, "act_heading": heading, "says": says}
    return render(request, "cases/act.html", context)
