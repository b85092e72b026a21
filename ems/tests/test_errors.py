"""What people and programs see when something is not there."""

from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.people import Cast

pytestmark = pytest.mark.django_db


def test_an_unknown_record_is_our_page_with_debug_too(
    cast: Cast, settings: Any
) -> None:
    settings.DEBUG = True
    answer = cast.browser("agus").get("/changes/424242/")
    assert answer.status_code == 404
    assert b"URLconf" not in answer.content
    assert b"changes/<int" not in answer.content


@pytest.mark.parametrize(
    ("opened", "above"),
    [
        ("/changes/7/decide/", "/changes/7/"),
        ("/documents/upload/", "/documents/"),
        ("/activities/tasks/7/sign/", "/activities/tasks/7/"),
        ("/accounts/logout/", "/"),
    ],
)
def test_a_buttons_address_leads_to_its_page_and_says_that_nothing_was_saved(
    cast: Cast, opened: str, above: str
) -> None:
    browser = cast.browser("agus")
    answer = browser.get(opened, headers={"accept": "text/html"})
    assert (answer.status_code, answer["Location"]) == (302, above)
    assert b"Itu belum tersimpan." in browser.get("/").content


def test_a_program_at_a_buttons_address_is_told_the_method(cast: Cast) -> None:
    answer = cast.browser("agus").get("/changes/7/decide/", headers={"accept": "*/*"})
    assert answer.status_code == 405


@pytest.mark.parametrize(
    ("path", "accept", "expected"),
    [
        ("/changes/", "text/html", b"<!doctype html"),
        ("/api/inbox", "application/json", b'"unavailable"'),
    ],
)
def test_a_database_that_is_away_is_503_also_before_a_view_is_reached(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    accept: str,
    expected: bytes,
) -> None:
    browser = cast.browser("agus")
    browser.raise_request_exception = False

    def away(*_args: Any, **_more: Any) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr(connection, "cursor", away)
    answer = browser.get(path, headers={"accept": accept})
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert expected in answer.content.lower()
