"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """Activities and their tasks."""

    name = "activities"
    verbose_name = _("Activities")
