"""Makes the roof an app, so that its commands and translations are found."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class EmsConfig(AppConfig):
    """The project package itself."""

    name = "ems"
    verbose_name = "EMS"
    default = True


class AdministrationConfig(admin.AdminConfig):
    """Django's admin with our site."""

    default = False
    default_site = "ems.administration.Administration"
