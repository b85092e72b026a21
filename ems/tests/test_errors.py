"""What people and programs see when something is not there."""

from typing import Any

import pytest

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
