"""The page of one referral, and what of it opens with a reason."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from faru.desk import unit
from faru.desk.downloads import download
from faru.desk.journal.acting import Refused, note
from faru.desk.look import printing
from faru.desk.posting import posted
from faru.desk.referrals import opening
from faru.desk.referrals.models import Referral
from faru.desk.referrals.queries import referral as queries
from faru.desk.referrals.queries.places import lead_url
from faru.desk.referrals.queries.revealed import revealed
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission


@require_safe
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Everything reported. That it was read stands in the ledger before it is shown."""
    return _page(request, _visible(request, referral_id))


def _page(
    request: HttpRequest, row: Referral, form: str = "", refused: Refused | None = None
) -> HttpResponse:
    """The page; where one of its forms was refused with what was typed in it."""
    note(request.user, Action.REFERRAL_READ, row.id, row.lead_id)
    reasons = unit.pack().reasons
    back = None if refused is None else {"form": form, "fault": refused.sentence, **_stated(request)}
    return render(
        request,
        "referrals/referral.html",
        {
            "sight": queries.sight(request.user, row, _first(request)),
            "row": row,
            "lead_url": lead_url(row.lead),
            "may_reveal": request.user.may(Permission.CHILD_REVEAL),
            "may_open": request.user.may(Permission.RAW_OPEN),
            "reveal_reasons": [(one.id, one.sentence) for one in reasons["reveal_child"]],
            "raw_reasons": [(one.id, one.sentence) for one in reasons["open_raw"]],
            "back": back,
            "print_code": printing.code([row.tlp]),
        },
        status=200 if back is None else 422,
    )


def _first(request: HttpRequest) -> int:
    """The index of the first address that the page shows; 0 for whatever is no number."""
    asked = request.GET.get("seen", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0


def _stated(request: HttpRequest) -> dict[str, str]:
    """The reason that a form brought."""
    return {"reason": request.POST.get("reason", ""), "words": request.POST.get("words", "")[:2000]}


@posted("referral", "referral_id")
def reveal(request: HttpRequest, referral_id: UUID, child_id: UUID) -> HttpResponse:
    """A reported child's record, once, on a page that no browser keeps."""
    row = _visible(request, referral_id)
    child = row.children.filter(pk=child_id).first()
    if child is None:
        raise Http404
    child.referral = row  # with its lead and the lead's owner
    try:
        record = opening.reveal_child(actor=request.user, child=child, **_stated(request))
    except Refused as refused:
        return _page(request, row, slugify(f"child-{child.label}"), refused)
    owner = row.lead.owner
    response = render(
        request,
        "referrals/revealed.html",
        {
            "row": row,
            "child": child,
            "record": revealed(record),
            "told": None if owner is None or owner == request.user else owner,
            "own": owner == request.user,
        },
    )
    response["Cache-Control"] = "no-store"
    return response


@posted("referral", "referral_id")
def raw(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The referral's own bytes, as a file to keep elsewhere. Never shown by the desk."""
    row = _visible(request, referral_id)
    try:
        data = opening.open_raw(actor=request.user, referral=row, **_stated(request))
    except Refused as refused:
        return _page(request, row, "raw", refused)
    return download(data, f"referral-{row.sha256[:12]}.bin")


@posted("referral", "referral_id")
def attachment(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The letter that a keyed form stands for."""
    row = _visible(request, referral_id)
    try:
        data = opening.open_letter(actor=request.user, referral=row, **_stated(request))
    except Refused as refused:
        return _page(request, row, "letter", refused)
    return download(data, f"letter-{row.sha256[:12]}{'.pdf' if data.startswith(b'%PDF') else '.txt'}")


def _visible(request: HttpRequest, referral_id: UUID) -> Referral:
    row = queries.visible(request.user, referral_id)
    if row is None:
        raise Http404
    return row
