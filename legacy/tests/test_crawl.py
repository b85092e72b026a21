"""Every page and every GET of the API over imported data: none crashes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.test import Client

from core.accounts.models import User
from engineering.views import changes
from legacy.models import LegacyRun
from legacy.services import Wanted, import_old
from legacy.tests.conftest import take_over
from legacy.tests.damage import damaged
from legacy.tests.old_database import usual
from legacy.world import Choices
from tests.crawl import Walked, broken, everything, links, walk
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]
FEW = 2


@pytest.fixture
def portal(cast: Cast, old_folder: Path, as_person: Callable[[User], Client]) -> Client:
    """The administrator's browser over the damaged database, taken over by the command's own verb."""
    old = damaged(old_folder)
    import_old(old.address, Wanted(Choices(), old.files), lambda _line: None)
    browser = as_person(cast.admin)
    browser.raise_request_exception = False
    return browser


def test_no_page_and_no_path_of_the_api_crashes(portal: Client) -> None:
    walked = Walked(FEW, longest=60)
    everything(portal, walked)
    assert walked.faults == []
    assert len(walked.asked) > 150, sorted(walked.asked)
    assert walked.statuses[200] > 200
    run = LegacyRun.objects.get()
    assert walked.asked["setup/switch/runs/<int:pk>/"] == 1
    assert run.state == LegacyRun.State.DONE


def test_a_page_that_crashes_is_named(
    cast: Cast,
    old_folder: Path,
    as_person: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_over(usual(old_folder))
    browser = as_person(cast.admin)
    browser.raise_request_exception = False
    monkeypatch.setattr(changes, "note_opening", broken)
    walked = Walked(1)
    walk(browser, walked, ["/changes/1/"])
    assert [fault.split()[:2] for fault in walked.faults] == [["500", "/changes/1/"]]


def test_what_takes_long_is_named(
    cast: Cast, as_person: Callable[[User], Client]
) -> None:
    walked = Walked(1, longest=0)
    walk(as_person(cast.admin), walked, ["/healthz"])
    assert "/healthz" in walked.faults[0]


def test_links_of_a_page() -> None:
    page = '<a href="/changes/1/">x</a><a href="?page=2&amp;size=25"><a href="#x"><img src="https://elsewhere/x">'
    assert links(page, "/changes/?q=a") == ["/changes/1/", "/changes/?page=2&size=25"]


class SentOn:
    """Sends every address to another house, as HTTPS alone does with plain HTTP."""

    def get(self, _url: str, **_how: object) -> HttpResponse:
        return HttpResponsePermanentRedirect("https://elsewhere.example/")


def test_a_walk_that_sees_no_page_is_a_fault(cast: Cast) -> None:
    walked = Walked(1)
    everything(SentOn(), walked)
    assert walked.statuses[301] > 100
    assert walked.faults == ["no address answered 200: nothing was looked at"]


def test_the_walk_goes_by_https(settings: Any, cast: Cast) -> None:
    settings.SECURE_SSL_REDIRECT = True
    walked = Walked(1)
    walk(Client(), walked, ["/healthz"])
    assert dict(walked.statuses) == {200: 1}
