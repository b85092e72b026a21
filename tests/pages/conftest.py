"""Logged-in browsers without a screen, and a department with something in it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from core.accounts.models import User
from engineering.tests.conftest import a_change, change

__all__ = ["a_change", "change"]
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@pytest.fixture
def as_person() -> Callable[[User], Client]:
    """A client in whose session somebody is logged in."""

    def log_in(user: User) -> Client:
        client = Client(headers={"Accept": "text/html"})
        client.force_login(user, BACKEND)
        return client

    return log_in


def text_of(answer: Any) -> str:
    """The page, also when it is streamed."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode(errors="replace"))
