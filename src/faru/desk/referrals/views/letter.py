"""The letter page: an officer keys what a letter says; the letter itself lies sealed beside the form."""

import hashlib
from typing import Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from faru.desk.referrals import scans
from faru.desk.referrals.forms.letter import Keyed
from faru.desk.referrals.keying import key_letter
from faru.desk.referrals.reading import options
from faru.desk.referrals.tasks import read_soon
from faru.desk.referrals.views.intake import disk_sentence, may_take_in, too_large, too_large_sentence
from faru.formats.letter import check_letter
from faru.formats.letter_form import Attachment, LetterKind
from faru.loaders.media import HEAD, is_media
from faru.loaders.text import shown

AS_STATED: Final = "which a person stated"
"""In a remark that only repeats what the officer has just said of the letter's zone or dates."""


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest) -> HttpResponse:
    """The form; what is wrong at its field; then to the intake, where it is read."""
    may_take_in(request)
    if request.method != "POST":
        return _page(request, Keyed())
    if too_large(request):
        messages.error(request, too_large_sentence())
        return redirect("letter")
    if "add" in request.POST:
        return _page(request, Keyed(typed=request.POST))
    keyed = Keyed(request.POST, request.FILES)
    if not keyed.is_valid():
        return _page(request, keyed, bound=True)
    return _keep(request, keyed)


def _keep(request: HttpRequest, keyed: Keyed) -> HttpResponse:
    upload: UploadedFile | None = keyed.form.cleaned_data["file"]
    data = upload.read() if upload is not None else b""
    attachment, beside, fault = _attachment(keyed.form.cleaned_data["kind"], upload, data)
    if fault:
        keyed.form.add_error("file", fault)
        return _page(request, keyed, bound=True)
    letter = keyed.letter(attachment)
    problems = [one for one in check_letter(letter, options()) if AS_STATED not in one.sentence]
    fatal = [one for one in problems if one.fatal]
    if fatal or (problems and "as_typed" not in request.POST):
        keyed.show(fatal or problems)
        return _page(request, keyed, bound=True, remarks=not fatal)
    try:
        file = key_letter(actor=request.user, letter=letter, beside=beside)
    except OSError:
        messages.error(request, disk_sentence(_("The letter")))
        return _page(request, keyed, bound=True)
    if file.read_at is None:
        read_soon(file.pk, request.user)
        messages.success(request, _("The letter is kept and will be read now."))
    else:
        messages.info(request, _("This very letter was here already: its arrival is counted."))
    return redirect("intake")


def _attachment(kind: str, upload: UploadedFile | None, data: bytes) -> tuple[Attachment, bytes | None, str]:
    """What lies beside the form, its bytes where they may be kept, and what is wrong with it."""
    if kind == LetterKind.PAPER:
        fault = _("Paper has no file: say above what the letter is, or take the file away.") if data else ""
        return Attachment(kind=kind), None, fault
    if upload is None or not data:
        return Attachment(kind=kind), None, _("Choose the letter's file, or say above that it is paper.")
    name = shown(upload.name or "")[0]
    attachment = Attachment(kind=kind, name=name, sha256=hashlib.sha256(data).hexdigest())
    if kind == LetterKind.PICTURE_ONLY:
        return attachment, None, ""
    fault = _fault(kind, name, data)
    return attachment, None if fault else data, fault


def _fault(kind: str, name: str, data: bytes) -> str:
    """Why the bytes may not be kept as what they are said to be; "" where they may."""
    picture = _("Say above that it is a scan without text: then only its hash is kept.")
    if is_media(name, data[:HEAD]):
        return _("This file is a picture, a film or a sound.") + " " + picture
    if kind == LetterKind.PDF and not data.startswith(scans.MAGIC):
        return _("This file is no PDF: say above what it is, or choose another one.")
    if kind == LetterKind.PDF and not scans.has_text(data):
        return _("No text can be seen in this PDF.") + " " + picture
    if kind == LetterKind.TEXT and not _is_text(data):
        return _("This file is no text in UTF-8: say above what it is, or save it as a text.")
    return ""


def _is_text(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _page(request: HttpRequest, keyed: Keyed, *, bound: bool = False, remarks: bool = False) -> HttpResponse:
    context = {"keyed": keyed, "errors": keyed.errors() if bound else [], "remarks": remarks}
    return render(request, "referrals/letter.html", context)
