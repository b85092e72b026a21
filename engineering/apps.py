"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngineeringConfig(AppConfig):
    """Changes, their decisions and the department's tables."""

    name = "engineering"
    verbose_name = _("Engineering changes")
