"""The desk of the day."""

from django.urls import path

from faru.desk.duty import views, views_handover

urlpatterns = [
    path("today/", views.today, name="today"),
    path("handover/", views_handover.handover, name="handover"),
    path("handover/sign/", views_handover.sign, name="handover_sign"),
    path("handover/accept/", views_handover.accept, name="handover_accept"),
    path("handover/promises/", views_handover.add_promise, name="promise_add"),
    path("handover/promises/<uuid:promise_id>/kept/", views_handover.keep_promise, name="promise_keep"),
    path("handover/<uuid:handover_id>/", views_handover.one, name="handover_one"),
]
