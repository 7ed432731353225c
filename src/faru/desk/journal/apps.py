"""The app's name for Django. The guards are put up again after every migrate: the one signal of the desk."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def _after_migrate(using: str = "default", **_: Any) -> None:
    from faru.desk.journal.guards import install_guards

    install_guards(connections[using])


class JournalConfig(AppConfig):
    """The ledger in the database."""

    name = "faru.desk.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """SQLite drops triggers when a table is rebuilt, so every migrate ends with putting them up."""
        post_migrate.connect(_after_migrate, dispatch_uid="faru-guards")
