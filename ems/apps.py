"""Makes the roof an app, so that its commands and translations are found."""

from django.apps import AppConfig


class EmsConfig(AppConfig):
    """The project package itself."""

    name = "ems"
    verbose_name = "EMS"
