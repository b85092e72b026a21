"""Names the app and starts listening."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Connect the one file that listens."""
        from notifications import receivers  # noqa: PLC0415

        receivers.connect()
