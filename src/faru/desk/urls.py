"""Every address of the desk. A test knows each of them, and who may open it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView


def health(request: HttpRequest) -> HttpResponse:
    """That the server answers; nothing else."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="today"), name="home"),
    path("health/", health, name="health"),
    path("", include("faru.desk.accounts.urls")),
    path("", include("faru.desk.work.urls")),
    path("", include("faru.desk.referrals.urls")),
    path("", include("faru.desk.requests.urls")),
    path("", include("faru.desk.cases.urls")),
    path("", include("faru.desk.duty.urls")),
]

handler400 = "faru.desk.errors.bad_request"
handler403 = "faru.desk.errors.forbidden"
handler404 = "faru.desk.errors.not_found"
handler500 = "faru.desk.errors.fault"
