"""Makes the roof an app, so that its commands and translations are found."""

from django.apps import AppConfig

from ems.fieldnames import name_fields


class EmsConfig(AppConfig):
    """The project package itself."""

    name = "ems"
    verbose_name = "EMS"

    def ready(self) -> None:
        """The models of all apps are there."""
        name_fields()
