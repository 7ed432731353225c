"""Progress of long work."""

from django.urls import path

from faru.desk.work import views

urlpatterns = [path("work/<uuid:job_id>/", views.progress, name="job")]
