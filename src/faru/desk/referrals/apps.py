"""The app's name for Django."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Alerts as received, and the leads they join to."""

    name = "faru.desk.referrals"
    label = "referrals"
    default_auto_field = "django.db.models.BigAutoField"
