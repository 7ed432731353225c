"""What leaves the house: the letter, its lines, the rows to be sent back. Each export is an entry first."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from faru.desk.downloads import download
from faru.desk.journal.acting import Refused, note
from faru.desk.requests import letters
from faru.desk.requests.answering import rejected_rows
from faru.desk.requests.models import LegalRequest, RequestLine
from faru.desk.requests.views.common import found
from faru.ledger.tags import Action
from faru.paper import PaperFault


@require_GET
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """The letter as PDF. A draft says on its first page that it is one."""
    one = found(request, number)
    try:
        pdf = letters.letter_pdf(one, _lines(one))
    except (LookupError, PaperFault) as fault:
        raise Refused(_("The letter can't be printed with the pack in force: %s") % fault) from fault
    _note(request, one, "Letter")
    return download(pdf.bytes, f"{one.number}.pdf", "application/pdf")


@require_GET
def table(request: HttpRequest, number: str) -> HttpResponse:
    """The lines as CSV."""
    one = found(request, number)
    try:
        content = letters.lines_csv(one, _lines(one))
    except LookupError as fault:
        raise Refused(_("The table can't be made with the pack in force: %s") % fault) from fault
    _note(request, one, "Table of lines")
    return download(content, f"{one.number}.csv", "text/csv; charset=utf-8")


@require_GET
def rejects(request: HttpRequest, number: str, answer_id: UUID) -> HttpResponse:
    """Rows of an answer that could not be read, to be sent back to the carrier."""
    one = found(request, number)
    answer = one.answers.filter(pk=answer_id).first()
    content = None if answer is None else rejected_rows(answer)
    if content is None:
        raise Http404
    _note(request, one, "Table of rows set aside")
    return download(content, f"{one.number}-set-aside.csv", "text/csv; charset=utf-8")


def _lines(one: LegalRequest) -> list[RequestLine]:
    return list(one.lines.select_related("observation__referral"))


def _note(request: HttpRequest, one: LegalRequest, what: str) -> None:
    note(
        request.user,
        Action.EXPORT_MAKE,
        one.id,
        sentence=f"{what} of request {one.number} taken out of the house.",
        what=what,
    )
