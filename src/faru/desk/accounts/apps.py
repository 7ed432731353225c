"""The app's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who works here, in which roles, and what these roles may do."""

    name = "faru.desk.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A wrong second factor is told to the ledger."""
        from allauth.mfa.signals import authentication_failed

        from faru.desk.accounts.refused import wrong_code

        authentication_failed.connect(wrong_code)
