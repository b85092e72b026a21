"""Names the app."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, their roles and their tokens."""

    name = "core.accounts"
    label = "accounts"
    verbose_name = _("People and roles")

    def ready(self) -> None:
        """A session's clocks start at the login, by whichever door."""
        user_logged_in.connect(_start_clocks)


def _start_clocks(request: Any, **_: Any) -> None:
    from core.accounts.sessions import begin  # noqa: PLC0415 - needs the models

    begin(request.session)
