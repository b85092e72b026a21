"""The frame that shows a PDF, and the signed address by which its file comes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from supportdocs.models import SupportTable
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


@pytest.fixture
def agus_browser(agus: User, as_person: Log) -> Client:
    return as_person(agus)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return text_of(answer)


def test_the_viewer_is_an_origin_of_its_own(
    document: SupportTable, agus_browser: Client
) -> None:
    answer = agus_browser.get(f"/documents/{document.pk}/1/view/")
    policy = answer["Content-Security-Policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert 'sandbox="allow-scripts"' in page(agus_browser, f"/documents/{document.pk}/")


def preview_of(document: SupportTable, browser: Client) -> str:
    """The signed address that the viewer's frame is given."""
    text = page(browser, f"/documents/{document.pk}/1/view/")
    found = re.search(r"/documents/preview/[^\"]+/", text)
    assert found
    return found[0]


def test_its_signed_address_gives_the_file_without_a_cookie(
    document: SupportTable, agus_browser: Client
) -> None:
    path = preview_of(document, agus_browser)
    answer = Client().get(path, headers={"Range": "bytes=0-3"})
    assert (answer.status_code, text_of(answer)) == (206, "%PDF")
    assert answer["Access-Control-Allow-Origin"] == "null"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert Client().options(path).status_code == 204
    assert Client().get(path.replace("preview/", "preview/x")).status_code == 404
    document.deleted_at = document.created_at
    document.save()
    assert Client().get(path).status_code == 404


def test_it_ends_with_the_session(document: SupportTable, agus_browser: Client) -> None:
    path = preview_of(document, agus_browser)
    agus_browser.post("/accounts/logout/")
    for call in (Client().get, Client().options):
        assert call(path).status_code == 404
    assert Client().get(f"{path}?renew=1").status_code == 404


def test_it_ends_after_ten_minutes_unless_the_page_renews_it(
    document: SupportTable, agus_browser: Client
) -> None:
    start = timezone.now()
    with time_machine.travel(start):
        path = preview_of(document, agus_browser)
    with time_machine.travel(start + timedelta(minutes=9)):
        answer = Client().get(f"{path}?renew=1")
        assert answer["Access-Control-Allow-Origin"] == "null"
        renewed = text_of(answer)
    with time_machine.travel(start + timedelta(minutes=11)):
        assert Client().get(path).status_code == 404
        assert text_of(Client().get(renewed)).startswith("%PDF")
    with time_machine.travel(start + timedelta(minutes=62)):
        assert Client().get(f"{renewed}?renew=1").status_code == 404


def test_an_address_without_a_session_opens_nothing(document: SupportTable) -> None:
    assert document.current is not None
    for more in ({}, {"session": ""}, {"session": "x" * 40}):
        said = {"version": document.current.pk, **more}
        key = signing.dumps(said, salt="supportdocs.preview")
        assert Client().get(f"/documents/preview/{key}/").status_code == 404
