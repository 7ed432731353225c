"""The app's name for Django."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Questions to carriers, their answers, and what these prove."""

    name = "faru.desk.requests"
    label = "requests"
    default_auto_field = "django.db.models.BigAutoField"
