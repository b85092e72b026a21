"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    """Saved views, columns and density of lists."""

    name = "core.lists"
    label = "lists"
    verbose_name = _("Lists")

    def ready(self) -> None:
        """Each list page shows what its reader keeps of it."""
        from core.lists.queries import kept_of  # noqa: PLC0415
        from core.pages.list_page import KEEPERS  # noqa: PLC0415

        KEEPERS.append(kept_of)
