"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AiAnalyzerConfig(AppConfig):
    name = "aianalyzer"
    verbose_name = _("Document analyzer")
