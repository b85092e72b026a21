"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceAccountsConfig(AppConfig):
    """Accounts of machines and their tokens."""

    name = "core.service_accounts"
    label = "service_accounts"
    verbose_name = _("Service accounts")
