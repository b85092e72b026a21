"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BomConfig(AppConfig):
    name = "bom"
    verbose_name = _("BOM approvals")

    def ready(self) -> None:
        """BOMs are decided by rounds."""
        from bom.services.approval import BOMS  # noqa: PLC0415
        from core.approvals.subjects import register  # noqa: PLC0415

        register(BOMS)
