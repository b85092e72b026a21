"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BomConfig(AppConfig):
    name = "bom"
    verbose_name = _("BOM approvals")

    def ready(self) -> None:
        """BOMs are decided by rounds, talked about, and worked many at once."""
        from bom.queries.talk import BOMS as TALKED  # noqa: PLC0415
        from bom.services.approval import BOMS  # noqa: PLC0415
        from bom.views.bulk import BOMS as WORKED  # noqa: PLC0415
        from core.approvals.subjects import register  # noqa: PLC0415
        from core.lists import subjects as rows  # noqa: PLC0415
        from core.talk import subjects as talk  # noqa: PLC0415

        register(BOMS)
        talk.register(TALKED)
        rows.register(WORKED)
