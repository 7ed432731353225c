"""The app's name for Django."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Subjects, their keys, sealed fields and files, and the blind index."""

    name = "faru.desk.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"
