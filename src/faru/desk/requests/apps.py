"""The app's name for Django."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Questions to carriers, their answers, and what these prove."""

    name = "faru.desk.requests"
    label = "requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What of this app the one search box finds."""
        from faru.desk.referrals.queries.search import JUMPS
        from faru.desk.requests import search

        JUMPS.append(search.jump)
