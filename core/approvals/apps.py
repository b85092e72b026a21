"""Names the app."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Approval rules."""

    name = "core.approvals"
    label = "approvals"
    verbose_name = "Approvals"
