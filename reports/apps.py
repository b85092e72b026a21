"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Reports over changes and planned work."""

    name = "reports"
    verbose_name = _("Reports")
