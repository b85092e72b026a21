"""Names the app and starts listening."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Connect the one file that listens; messages get their links when they go out."""
        from core.ledger.services.deliveries import COMPLETIONS  # noqa: PLC0415
        from notifications import receivers  # noqa: PLC0415
        from notifications.services.channels import with_link  # noqa: PLC0415

        receivers.connect()
        COMPLETIONS.update({"notice.mail": with_link, "notice.whatsapp": with_link})
