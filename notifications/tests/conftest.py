"""The cast of the changes' tests, and a mail server."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from engineering.tests.conftest import change

__all__ = ["change"]

MailServer: Any = importlib.import_module(
    "sandbox.mail"
).MailServer  # by string: arrows


@pytest.fixture
def post(settings: Any) -> Iterator[MailServer]:
    """A mail server that is set up."""
    with MailServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.DEFAULT_FROM_EMAIL = "EMS <ems@example.com>"
        settings.WHATSAPP_SOURCE = "EMS"
        settings.PUBLIC_BASE_URL = "https://ems.example.com"
        yield server
