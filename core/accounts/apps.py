"""Names the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, their roles and their tokens."""

    name = "core.accounts"
    label = "accounts"
    verbose_name = "Accounts"
