"""Names the app, so that its template tags are found."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "core.common"
    label = "common"
