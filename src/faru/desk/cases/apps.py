"""The app's name for Django."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """A case under the agreed policy, from its opening to the prosecutor's outcome."""

    name = "faru.desk.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What of this app the one search box finds."""
        from faru.desk.cases import search
        from faru.desk.referrals.queries.search import JUMPS, PROVIDERS

        PROVIDERS.append(search.hits)
        JUMPS.append(search.jump)
