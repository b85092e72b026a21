"""Makes the roof an app, so that its commands and translations are found."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin

from ems.fieldnames import name_fields


class EmsConfig(AppConfig):
    """The project package itself."""

    name = "ems"
    verbose_name = "EMS"
    default = True

    def ready(self) -> None:
        """The models of all apps are there."""
        name_fields()


class AdministrationConfig(admin.AdminConfig):
    """Django's admin with our site."""

    default = False
    default_site = "ems.administration.Administration"
