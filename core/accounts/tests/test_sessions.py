"""One answer to "does this session hold": for pages, streams and the gate before a body."""

import time
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from core.accounts.sessions import (
    BEGAN,
    SEEN,
    SessionStore,
    stored_key,
    user_of_session,
)
from core.accounts.stream import user_of
from tests.people import Cast

AGES = {
    "fresh": ({}, True),
    "used an hour ago": ({SEEN: -3599}, True),
    "idle": ({SEEN: -3605}, False),
    "older than a day's work": ({BEGAN: -12 * 3600 - 5}, False),
}


def session_of(cast: Cast) -> SessionStore:
    """The session of a browser that has just logged in."""
    return SessionStore(cast.browser("agus").cookies["ems"].value)


def scope_of(key: str) -> Any:
    """A connection with its cookie, before Django sees it."""
    cookie = f"{settings.SESSION_COOKIE_NAME}={key}"
    return {"type": "http", "headers": [(b"cookie", cookie.encode())]}


@pytest.mark.parametrize("age", AGES)
def test_streams_and_pages_are_of_one_mind(cast: Cast, age: str) -> None:
    clocks, holds = AGES[age]
    session = session_of(cast)
    for clock, seconds in clocks.items():
        session[clock] = int(time.time()) + seconds
    session.save()
    key = str(session.session_key)
    browser = cast.browser()
    browser.cookies[settings.SESSION_COOKIE_NAME] = key
    assert (user_of_session(key) == cast.agus) is holds
    assert (user_of(scope_of(key)) == cast.agus.pk) is holds
    assert (browser.get("/inbox/").status_code == 200) is holds


def test_both_clocks_start_at_the_login(cast: Cast) -> None:
    session = session_of(cast)
    assert session[BEGAN] == session[SEEN]


def test_looking_keeps_no_session_alive(cast: Cast) -> None:
    session = session_of(cast)
    session[SEEN] = before = int(time.time()) - 1000
    session.save()
    user_of_session(str(session.session_key))
    assert SessionStore(session.session_key)[SEEN] == before


def test_the_database_holds_no_key_that_opens_a_session(cast: Cast) -> None:
    key = cast.browser("agus").cookies["ems"].value
    row = Session.objects.get()
    assert row.session_key == stored_key(key) != key
    assert user_of_session(key) == cast.agus
    assert user_of_session(row.session_key) is None


@pytest.mark.parametrize("key", ["", "x", "forged" * 6, "\udce9" * 32, "ü" * 40])
@pytest.mark.django_db
def test_nonsense_is_nobody(key: str) -> None:
    assert user_of_session(key) is None
