"""Names the app, so that its template tags are found."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The components of the portal."""

    name = "core.pages"
    label = "pages"
