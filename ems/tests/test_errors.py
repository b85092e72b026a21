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
