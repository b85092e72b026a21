"""Names the app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Events, remembered answers, deliveries."""

    name = "core.ledger"
    label = "ledger"
    verbose_name = _("History and deliveries")

    def ready(self) -> None:
        """Let each app register its kinds of event."""
        autodiscover_modules("signals")
