"""The app's name for Django."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """A case under the agreed policy, from its opening to the prosecutor's outcome."""

    name = "faru.desk.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
