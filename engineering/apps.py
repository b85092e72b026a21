"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngineeringConfig(AppConfig):
    """Changes, their decisions and the department's tables."""

    name = "engineering"
    verbose_name = _("Engineering changes")

    def ready(self) -> None:
        """Changes are decided by rounds, talked about, and worked many at once."""
        from core.approvals.subjects import register  # noqa: PLC0415
        from core.lists import subjects as rows  # noqa: PLC0415
        from core.talk import subjects as talk  # noqa: PLC0415
        from engineering.queries.talk import CHANGES as TALKED  # noqa: PLC0415
        from engineering.services.approval import CHANGES  # noqa: PLC0415
        from engineering.views.bulk import CHANGES as WORKED  # noqa: PLC0415

        register(CHANGES)
        talk.register(TALKED)
        rows.register(WORKED)
