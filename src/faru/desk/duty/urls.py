"""The desk of the day."""

from django.urls import path

from faru.desk.duty import views

urlpatterns = [path("today/", views.today, name="today")]
