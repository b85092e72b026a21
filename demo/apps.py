"""Names the app, so that its command is found."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo company."""

    name = "demo"
