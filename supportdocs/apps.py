"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportdocsConfig(AppConfig):
    """Support documents and the jobs that have them."""

    name = "supportdocs"
    verbose_name = _("Documents")

    def ready(self) -> None:
        """Documents are talked about, and exported many at once."""
        from core.lists import subjects as rows  # noqa: PLC0415
        from core.talk.subjects import register  # noqa: PLC0415
        from supportdocs.queries.talk import DOCUMENTS  # noqa: PLC0415
        from supportdocs.views.bulk import DOCUMENTS as WORKED  # noqa: PLC0415

        register(DOCUMENTS)
        rows.register(WORKED)
