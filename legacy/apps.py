"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LegacyConfig(AppConfig):
    """The switch from the old system."""

    name = "legacy"
    verbose_name = _("Switch from the old system")
