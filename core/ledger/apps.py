"""Names the app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Events, remembered answers, deliveries."""

    name = "core.ledger"
    label = "ledger"
    verbose_name = "Ledger"
