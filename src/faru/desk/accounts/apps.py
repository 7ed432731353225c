"""The app's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who works here, in which roles, and what these roles may do."""

    name = "faru.desk.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
