"""The app's name for Django."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    """The desk of the day: what matters first, and the handover from shift to shift."""

    name = "faru.desk.duty"
    label = "duty"
    default_auto_field = "django.db.models.BigAutoField"
