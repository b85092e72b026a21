"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, their roles and their tokens."""

    name = "core.accounts"
    label = "accounts"
    verbose_name = _("People and roles")
