"""Pages of other applications may call the API where a setting names them, with a token only."""

from typing import Any

import pytest
from django.conf import settings as present
from django.test import Client

from tests.people import Cast

pytestmark = pytest.mark.django_db
PPIC = "https://ppic.example.com"
PATH = "/engineeringDetailProblems"


@pytest.fixture
def open_to_ppic(settings: Any) -> None:
    """As with CORS_ORIGINS in the environment."""
    settings.CORS_ALLOWED_ORIGINS = [PPIC]
    settings.INSTALLED_APPS = [*present.INSTALLED_APPS, "corsheaders"]
    settings.MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", *present.MIDDLEWARE]


def preflight(origin: str) -> Any:
    """What a browser asks before it sends a page's request."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }
    return Client().options(PATH, headers=headers)


def test_nobody_is_named_by_default() -> None:
    answer = preflight(PPIC)
    assert answer.status_code == 401
    assert not any(name.startswith("Access-Control") for name in answer.headers)


@pytest.mark.usefixtures("open_to_ppic")
def test_a_preflight_is_answered_before_anybody_asks_for_a_login() -> None:
    answer = preflight(PPIC)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == PPIC
    assert "idempotency-key" in answer["Access-Control-Allow-Headers"]
    assert not answer.has_header("Access-Control-Allow-Credentials")


@pytest.mark.usefixtures("open_to_ppic")
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", f"{PPIC}.evil.example"]
)
def test_another_origin_is_told_nothing(origin: str) -> None:
    assert not preflight(origin).has_header("Access-Control-Allow-Origin")


@pytest.mark.usefixtures("open_to_ppic")
def test_the_answer_shows_its_headers_to_the_page(cast: Cast) -> None:
    answer = cast.api("agus").call("GET", f"{PATH}?limit=1", headers={"Origin": PPIC})
    assert answer["Access-Control-Allow-Origin"] == PPIC
    assert "X-Total-Count" in answer["Access-Control-Expose-Headers"]
    assert Client().get(PATH, headers={"Origin": PPIC}).status_code == 401
