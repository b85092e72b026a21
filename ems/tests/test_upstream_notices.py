"""A page speaks of an outside system only when it needed it and could not read it just now."""

import importlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from core.integrations import cache, upstreams
from core.integrations.tests.conftest import until
from engineering.models import ChangeNotice
from engineering.tests.conftest import change
from tests.people import text_of

__all__ = ["change"]
pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
BAR = '<div class="callout wait"'
NEEDS_JOBS = "/documents/jobs/"
NEEDS_PEOPLE = "/activities/workload/"
NEEDS_NOTHING = ("/notifications/", "/help/login/", "/inbox/", "/search/?q=a")


@pytest.fixture
def clock() -> Iterator[Any]:
    """The time, which the test sets."""
    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield traveller


def settle() -> None:
    """Wait until no refresh is under way."""
    until(lambda: all(each._flight is None for each in cache._watched.values()))


def rest() -> None:
    """The seconds after a failure in which nobody asks are over."""
    for each in cache._watched.values():
        each._rest_until = 0


def bars(browser: Client, path: str, language: str = "id") -> list[str]:
    """The notices above a page."""
    browser.cookies["django_language"] = language
    main = text_of(browser.get(path)).partition('id="main"')[2]
    head = main[: main.index("<h1")]
    return [part.partition("</div>")[0] for part in head.split(BAR)[1:]]


def test_only_the_page_that_needs_it_speaks_of_it(
    rina: User, as_person: Log, sandbox: Any
) -> None:
    sandbox.ppic.faults.set("/", "status", 500)
    browser = as_person(rina)
    (bar,) = bars(browser, NEEDS_JOBS)
    assert "PPIC" in bar
    for path in NEEDS_NOTHING:
        assert bars(browser, path) == [], path


def test_of_two_systems_there_is_one_notice_with_names_that_people_know(
    rina: User, as_person: Log, sandbox: Any
) -> None:
    for server in (sandbox.meeting, sandbox.ppic):
        server.faults.set("/", "status", 500)
    browser = as_person(rina)
    (bar,) = bars(browser, "/activities/new/")
    assert "PPIC dan server rapat" in bar
    (bar,) = bars(browser, "/activities/new/", "en")
    assert "PPIC and the meeting server" in bar


def test_the_login_server_is_named_as_people_know_it(
    rina: User, as_person: Log, sandbox: Any, settings: Any
) -> None:
    settings.MEETING_URL = ""
    upstreams.reset()
    sandbox.auth.faults.set("/", "status", 500)
    (bar,) = bars(as_person(rina), NEEDS_PEOPLE)
    assert "server login perusahaan" in bar


def test_it_is_gone_with_the_first_success(
    rina: User, as_person: Log, sandbox: Any, clock: Any
) -> None:
    browser = as_person(rina)
    assert bars(browser, NEEDS_JOBS) == []
    sandbox.ppic.faults.set("/", "refuse")
    clock.shift(timedelta(minutes=50))
    bars(browser, NEEDS_JOBS)  # sets the attempt off, and need not wait for it
    settle()
    assert len(bars(browser, NEEDS_JOBS)) == 1
    sandbox.ppic.faults.clear()
    rest()
    upstreams.ppic().jobs()
    settle()
    assert bars(browser, NEEDS_JOBS) == []


def test_who_comes_after_the_recovery_sees_none(
    rina: User, as_person: Log, sandbox: Any
) -> None:
    browser = as_person(rina)
    sandbox.ppic.faults.set("/", "refuse")
    assert len(bars(browser, NEEDS_JOBS)) == 1
    sandbox.ppic.faults.clear()
    rest()
    assert bars(browser, NEEDS_JOBS) == []


def test_what_another_process_has_fetched_ends_it_here(
    rina: User, as_person: Log, sandbox: Any
) -> None:
    browser = as_person(rina)
    sandbox.ppic.faults.set("/", "refuse")
    assert len(bars(browser, NEEDS_JOBS)) == 1
    sandbox.ppic.faults.clear()
    other = upstreams.ppic.__wrapped__()  # as a second process would have it
    assert other.jobs().value
    for client in other.clients:
        client.close()
    assert bars(browser, NEEDS_JOBS) == []


def test_age_alone_is_no_fault(
    change: ChangeNotice, rina: User, as_person: Log, sandbox: Any, clock: Any
) -> None:
    browser = as_person(rina)
    paths = ("/", NEEDS_JOBS, NEEDS_PEOPLE, f"/changes/{change.pk}/", *NEEDS_NOTHING)
    for path in paths:
        bars(browser, path)
    clock.shift(timedelta(minutes=50))
    # The hour was quiet; the session was not left alone for as long.
    browser.force_login(rina, django_settings.AUTHENTICATION_BACKENDS[0])
    for path in paths:
        assert bars(browser, path) == [], path


def test_an_old_failure_is_no_news(
    rina: User, as_person: Log, sandbox: Any, clock: Any
) -> None:
    browser = as_person(rina)
    bars(browser, NEEDS_JOBS)
    sandbox.ppic.faults.set("/", "refuse")
    clock.shift(timedelta(minutes=15))
    bars(browser, NEEDS_JOBS)
    settle()
    assert len(bars(browser, NEEDS_JOBS)) == 1
    sandbox.ppic.faults.clear()
    sandbox.ppic.faults.set("/", "latency", 2)
    clock.shift(timedelta(minutes=30))
    assert bars(browser, NEEDS_JOBS) == []


def test_readiness_calls_nobody_stale_for_being_left_alone(
    client: Client, sandbox: Any, clock: Any
) -> None:
    upstreams.ppic().jobs()
    clock.shift(timedelta(hours=3))
    assert "stale" not in client.get("/readyz").content.decode()


def test_every_client_has_a_name_for_people(sandbox: Any) -> None:
    known = importlib.import_module("ems.upstream_notices").KNOWN_AS
    upstreams.meeting(), upstreams.auth(), upstreams.crm(), upstreams.ppic()
    assert {each._source.client.name for each in cache._watched.values()} <= set(known)
