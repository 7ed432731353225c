"""Intake: files are dropped, kept, and read in the background; what could not be read is said."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from faru.desk.journal.acting import deny
from faru.desk.referrals.models import ReceivedFile
from faru.desk.referrals.queries import intake as queries
from faru.desk.referrals.receiving import receive_file
from faru.desk.referrals.tasks import read_soon
from faru.desk.uploads import LARGEST
from faru.loaders.text import shown
from faru.vocabulary.permissions import Permission

MEGABYTE = 1024 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """Drop files; see what became of those that came before."""
    may_take_in(request)
    if request.method == "POST":
        return _take(request)
    job = queries.last_job(request.user)
    return render(
        request,
        "referrals/intake.html",
        {
            "files": queries.recent(request.user, _id(request.GET.get("before"))),
            "aside": queries.set_aside(request.user, _id(request.GET.get("aside"))),
            "job": job,
            "waiting": queries.waiting(request.user) is not None and (job is None or job.over),
            "largest_mb": LARGEST // MEGABYTE,
        },
    )


@require_POST
def read_waiting(request: HttpRequest) -> HttpResponse:
    """Read what was kept and never read, as after a fault."""
    may_take_in(request)
    file = queries.waiting(request.user)
    if file is not None:
        read_soon(file.id, request.user)
    return redirect("intake")


def may_take_in(request: HttpRequest) -> None:
    """Raises Denied for somebody whose roles take nothing in."""
    if not request.user.may(Permission.REFERRAL_INGEST):
        raise deny(request.user, "intake")


def too_large(request: HttpRequest) -> bool:
    """Whether the request was larger than uploads may be, so that its files were not looked at."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST


def too_large_sentence() -> str:
    """What to do about it."""
    return _(
        "Together these files are larger than %(size)s MB, so none was taken in: drop fewer at once, or take "
        "them in on the machine itself with “faru ingest”."
    ) % {"size": LARGEST // MEGABYTE}


def disk_sentence(name: str) -> str:
    """What to do where the disk takes nothing more."""
    return _(
        "%(name)s was not kept: the disk is full or can't be written. Nothing of it is stored. Ask the "
        "administrator to make room, then drop it again."
    ) % {"name": name}


def _take(request: HttpRequest) -> HttpResponse:
    if too_large(request):
        messages.error(request, too_large_sentence())
        return redirect("intake")
    uploads = request.FILES.getlist("files")
    if not uploads:
        messages.error(request, _("No file was chosen: drop one or more files first."))
        return redirect("intake")
    kept = [file for upload in uploads if (file := _keep(request, upload)) is not None]
    again = [file for file in kept if file.read_at is not None]
    fresh = [file for file in kept if file.read_at is None]
    if fresh:
        read_soon(fresh[-1].id, request.user)
        text = ngettext(
            "%(count)s file is kept and will be read now.",
            "%(count)s files are kept and will be read now.",
            len(fresh),
        )
        messages.success(request, text % {"count": len(fresh)})
    if again:
        text = ngettext(
            "%(count)s file was here already: its arrival is counted, it is not kept twice.",
            "%(count)s files were here already: their arrival is counted, they are not kept twice.",
            len(again),
        )
        messages.info(request, text % {"count": len(again)})
    return redirect("intake")


def _keep(request: HttpRequest, upload: UploadedFile) -> ReceivedFile | None:
    """One file; what is wrong with it costs the others nothing."""
    name = shown(upload.name or _("without a name"))[0]
    try:
        return receive_file(actor=request.user, name=name, data=upload.read())
    except OSError:
        messages.error(request, disk_sentence(name))
        return None


def _id(text: str | None) -> UUID | None:
    """A place in a list; anything else begins it anew."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
