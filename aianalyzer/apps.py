"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AiAnalyzerConfig(AppConfig):
    name = "aianalyzer"
    verbose_name = _("Document analyzer")

    def ready(self) -> None:
        """Analyses are talked about; a model without its client is said at the start."""
        from aianalyzer.queries import start_checks  # noqa: F401, PLC0415
        from aianalyzer.queries.talk import ANALYSES  # noqa: PLC0415
        from core.talk.subjects import register  # noqa: PLC0415

        register(ANALYSES)
