"""The app that holds what every page of the desk looks like; it has no models."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """Templates, tags and static files."""

    name = "faru.desk.look"
    label = "look"
