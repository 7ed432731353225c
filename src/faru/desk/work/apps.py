"""The app's name for Django."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Long work in the background, with its progress."""

    name = "faru.desk.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"
