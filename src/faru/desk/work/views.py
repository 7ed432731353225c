"""How far a job is: a fragment that the page asks for again until it is over."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from faru.desk.work.models import Job


@require_GET
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One's own job; somebody else's is not there."""
    job = Job.objects.filter(pk=job_id, started_by=request.user).first()
    if job is None:
        raise Http404
    response = render(request, "look/progress.html", {"job": job})
    if job.over:
        response["HX-Refresh"] = "true"  # the page shows what came of it
    return response
