"""The map page: what the columns of a new table mean, tried on the table itself before it is saved."""

import hashlib
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from faru.desk.journal.acting import note
from faru.desk.referrals.forms.maps import MapForm
from faru.desk.referrals.mapping import save_map
from faru.desk.referrals.models import ReceivedFile
from faru.desk.referrals.queries import intake, maps
from faru.desk.referrals.tasks import read_soon
from faru.desk.referrals.views.intake import may_take_in
from faru.formats.column_map import ColumnMap
from faru.ledger.tags import Action
from faru.loaders import refusals


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Choose, try, save. That rows of the table were shown stands in the ledger."""
    may_take_in(request)
    file = intake.visible_to(request.user).filter(pk=file_id).first()
    if file is None or not intake.wants_map(file):
        raise Http404
    try:
        table = maps.table_of(file)
    except refusals.Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("intake")
    if table is None:
        raise Http404
    form, tried = MapForm(table.header, table.known, request.POST or None), None
    if form.is_bound and form.is_valid():
        chosen = form.column_map(_name(form, table))
        if "save" in request.POST:
            return _save(request, file, chosen)
        tried = maps.try_out(table, chosen)
    note(request.user, Action.RAW_OPEN, file.id, subject=file.subject_id, rows=maps.SAMPLES, why="column map")
    return render(
        request,
        "referrals/map.html",
        {
            "form": form,
            "file": file,
            "columns": list(zip(form.columns(), table.samples, strict=True)),
            "tried": tried,
            "saved": table.saved,
        },
    )


def _save(request: HttpRequest, file: ReceivedFile, chosen: ColumnMap) -> HttpResponse:
    save_map(actor=request.user, column_map=chosen)
    read_soon(file.pk, request.user)
    messages.success(request, _("The map is saved. The table is read by it now, and so is every later one."))
    return redirect("intake")


def _name(form: MapForm, table: maps.Table) -> str:
    """The map's own name: the sender, and a mark of the header: a sender may send several tables."""
    if table.saved is not None:
        return table.saved.name
    mark = hashlib.sha256("\x1f".join(table.header).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{form.cleaned_data['sender']}, {mark}"
