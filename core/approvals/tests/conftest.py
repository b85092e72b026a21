"""A link to decide on a change, and what a browser does with it."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from core.accounts.models import LoginFailures, Pin, User
from core.approvals.models import Assignment, Decision, DecisionLink
from core.approvals.queries.links import token_of
from core.approvals.services import make_links
from core.ledger.models import Event
from engineering.tests.conftest import a_change
from notifications.models import Notification

PIN, WRONG = "270391", "905172"
BROWSER = {"Accept": "text/html"}


@pytest.fixture
def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True


def with_pin(user: User) -> User:
    Pin.objects.create(user=user, hashed=make_password(PIN), set_at=timezone.now())
    return user


def a_link(record: Any, user: User) -> DecisionLink:
    return make_links(record._meta.label, record.pk, [user.pk])[user.pk]


def address(link: DecisionLink) -> str:
    return f"/decide/{token_of(link)}/"


def press(link: DecisionLink | str, **given: str) -> Any:
    url = link if isinstance(link, str) else address(link)
    return Client(headers=BROWSER).post(url, {"status": "1", "pin": PIN, **given})


def look(link: DecisionLink | str, client: Client | None = None) -> Any:
    url = link if isinstance(link, str) else address(link)
    return (client or Client(headers=BROWSER)).get(url + "?language=en")


def tables() -> list[Any]:
    """All that a look must leave as it is."""
    models = (DecisionLink, Decision, Event, Notification, LoginFailures, Pin)
    rows = [list(model.objects.order_by("pk").values()) for model in models]
    return [*rows, list(Assignment.objects.order_by("pk").values())]


@pytest.fixture
def link(quick_hashes: None, agus: User, rina: User) -> DecisionLink:
    """To Rina, who has a PIN, about a change that Agus raised."""
    return a_link(a_change(agus), with_pin(rina))


def refused(answer: Any, status: int, words: str = "") -> None:
    """The status, a sentence, no cookie, and nothing of the record."""
    page = answer.content.decode()
    assert answer.status_code == status, page
    assert not answer.cookies
    assert words in page
    for secret in ("MCCB", "Arus", "ECN", "6.990.000", "4.170.000"):
        assert secret not in page
