"""A carrier's answer: dropped, read on trial, taken over, held against the lines."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from faru.desk.journal.acting import Refused
from faru.desk.posting import needs
from faru.desk.requests import answering, resolving
from faru.desk.requests.forms import AnswerForm
from faru.desk.requests.models import Answer, LegalRequest
from faru.desk.requests.views.common import act, found, show
from faru.desk.uploads import LARGEST
from faru.loaders.text import shown
from faru.vocabulary.permissions import Permission


@require_POST
@needs(Permission.REQUEST_ANSWER)
def receive(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a file, then read it on trial in the background."""
    one = found(request, number)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise Refused(
            _("The file is larger than 64 MB: take it in on the machine itself with “faru answer”.")
        )
    form, upload = AnswerForm(request.POST), request.FILES.get("file")
    if upload is None:
        form.add_error(None, _("No file was chosen: drop the carrier's file first."))
    if not form.is_valid() or upload is None:
        return show(request, one, "answer", form)
    try:
        answer = answering.receive_answer(
            actor=request.user,
            request=one,
            name=shown(upload.name or _("without a name"))[0],
            data=upload.read(),
            part=form.cleaned_data["part"],
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return show(request, one, "answer", form)
    except OSError:
        form.add_error(
            None, _("The file was not kept: the disk is full. Ask the administrator to make room.")
        )
        return show(request, one, "answer", form)
    if answer.kept:
        messages.success(request, _("The file is kept, sealed, and read on trial now."))
    else:
        messages.warning(request, _("Only the hash of this file was kept: see below."))
    return redirect("request", number=one.number)


@require_POST
@needs(Permission.REQUEST_ANSWER)
def dry_run(request: HttpRequest, number: str, answer_id: UUID) -> HttpResponse:
    """Read it on trial once more, after a fault."""
    one = found(request, number)
    answering.order_trial(actor=request.user, answer=_answer(one, answer_id))
    messages.success(request, _("It is read on trial again."))
    return redirect("request", number=one.number)


@require_POST
@needs(Permission.REQUEST_ANSWER)
def take_over(request: HttpRequest, number: str, answer_id: UUID) -> HttpResponse:
    """Take the records over, in the background."""
    one = found(request, number)
    answering.order_import(actor=request.user, answer=_answer(one, answer_id))
    messages.success(request, _("The records are being taken over."))
    return redirect("request", number=one.number)


@require_POST
@needs(Permission.REQUEST_ANSWER)
def coverage(request: HttpRequest, number: str) -> HttpResponse:
    """Key in what the carrier declares to cover."""
    return act(request, number, "coverage", answering.key_coverage, _("Noted."))


@require_POST
@needs(Permission.REQUEST_ANSWER)
def drop_coverage(request: HttpRequest, number: str, row_id: UUID) -> HttpResponse:
    """Take a declaration back that was keyed in wrongly."""
    one = found(request, number)
    answering.drop_coverage(actor=request.user, request=one, row_id=row_id)
    messages.success(request, _("Taken back."))
    return redirect("request", number=one.number)


@require_POST
@needs(Permission.REQUEST_ANSWER)
def resolve(request: HttpRequest, number: str) -> HttpResponse:
    """Reach verdicts, in the background."""
    one = found(request, number)
    resolving.order_verdicts(actor=request.user, request=one)
    messages.success(request, _("Each line is held against the records now."))
    return redirect("request", number=one.number)


def _answer(one: LegalRequest, answer_id: UUID) -> Answer:
    answer = one.answers.filter(pk=answer_id).first()
    if answer is None:
        raise Http404
    return answer
