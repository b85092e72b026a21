"""The live stream: who may listen, what is sent, and what a reconnect replays."""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from core.accounts.sessions import SEEN, SessionStore
from core.accounts.stream import session_key
from core.ledger.models import Event
from core.ledger.queries import last_event_id
from engineering.services import decide_change
from engineering.tests.conftest import a_change
from notifications import stream
from notifications.stream import Hub, Subscriber, last_seen, live
from notifications.watcher import Reader, hint_for, watch

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 5.0


def session_of(user: User) -> SessionStore:
    """A session as the login page makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session


class Browser:
    """An ASGI client that reads one stream."""

    def __init__(self, cookie: str = "", *, since: str = "") -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.scope = {
            "type": "http",
            "path": "/live",
            "query_string": b"",
            "headers": [
                (b"cookie", cookie.encode()),
                (b"last-event-id", since.encode()),
            ],
        }

    async def receive(self) -> dict[str, Any]:
        """Nothing comes until the browser goes."""
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def next_message(self) -> dict[str, Any]:
        """The next message with data."""
        while True:
            piece = await asyncio.wait_for(self.sent.get(), PATIENCE)
            for line in piece.get("body", b"").decode().splitlines():
                if line.startswith("data: "):
                    return dict(json.loads(line[6:]))

    async def status(self) -> int:
        """The status of the answer."""
        return int((await asyncio.wait_for(self.sent.get(), PATIENCE))["status"])


def cookie_of(session: SessionStore) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A hub of its own, whose watcher ends with the test."""
    fresh = Hub()
    monkeypatch.setattr(stream, "hub", fresh)
    yield fresh
    fresh.stop.set()
    if fresh.thread:
        fresh.thread.join(10)
        assert not fresh.thread.is_alive()


async def with_browser(
    browser: Browser, act: Callable[[Browser], Awaitable[None]]
) -> None:
    """Serve a stream while ``act`` looks at it."""
    serving = asyncio.create_task(
        live(browser.scope, browser.receive, browser.sent.put)
    )
    try:
        await act(browser)
    finally:
        browser.gone.set()
        await asyncio.wait_for(serving, PATIENCE)


def test_a_change_reaches_an_open_page(hub: Hub, agus: User, rina: User) -> None:
    a_change(agus)
    browser = Browser(cookie_of(session_of(rina)))

    async def act(page: Browser) -> None:
        assert await page.status() == 200
        await until(lambda: hub.thread is not None)
        await asyncio.sleep(0.3)  # the watcher takes its first look before the change
        await asyncio.to_thread(in_own_connection, lambda: a_change(agus))
        message = await page.next_message()
        assert {"changes", "home", "inbox", "bell"} <= set(message["topics"])
        assert message["id"] == await asyncio.to_thread(
            in_own_connection, last_event_id
        )

    asyncio.run(with_browser(browser, act))
    assert not hub.subscribers


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


def in_own_connection(call: Callable[[], Any]) -> Any:
    """Run in this thread and give its connection back."""
    from django.db import connection  # noqa: PLC0415

    try:
        return call()
    finally:
        connection.close()


def test_a_reconnect_replays_what_was_missed(hub: Hub, agus: User, rina: User) -> None:
    first = a_change(agus)
    seen = last_event_id()
    decide_change(change_id=first.pk, by=rina, status=1)
    browser = Browser(cookie_of(session_of(agus)), since=str(seen))

    async def act(page: Browser) -> None:
        message = await page.next_message()
        assert message["id"] == seen + 1
        assert "bell" in message["topics"]

    asyncio.run(with_browser(browser, act))


@pytest.mark.parametrize(
    "cookie", ["", "nonsense", f"{settings.SESSION_COOKIE_NAME}=forged"]
)
def test_a_stranger_is_refused(hub: Hub, cookie: str) -> None:
    async def act(page: Browser) -> None:
        assert await page.status() == 401

    asyncio.run(with_browser(Browser(cookie), act))


def test_a_closed_account_is_refused(hub: Hub, rina: User) -> None:
    session = session_of(rina)
    User.objects.update(is_active=False)

    async def act(page: Browser) -> None:
        assert await page.status() == 401

    asyncio.run(with_browser(Browser(cookie_of(session)), act))


def test_one_page_too_many_is_refused(hub: Hub, rina: User) -> None:
    hub.per_person[rina.pk] = stream.PER_PERSON

    async def act(page: Browser) -> None:
        assert await page.status() == 429

    asyncio.run(with_browser(Browser(cookie_of(session_of(rina))), act))


def test_a_session_that_ends_closes_the_stream(
    hub: Hub, rina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)
    monkeypatch.setattr(stream, "SESSION_CHECK", 0.0)
    session = session_of(rina)
    browser = Browser(cookie_of(session))

    async def serve() -> None:
        serving = asyncio.create_task(
            live(browser.scope, browser.receive, browser.sent.put)
        )
        assert await browser.status() == 200
        await asyncio.to_thread(in_own_connection, session.delete)
        await asyncio.wait_for(serving, PATIENCE)

    asyncio.run(serve())


def left_idle(session: SessionStore) -> None:
    """Its last use is longer ago than a session may lie idle."""
    session[SEEN] = int(time.time()) - settings.SESSION_IDLE_SECONDS - 1
    session.save()


def test_an_idle_session_opens_no_stream(hub: Hub, rina: User) -> None:
    session = session_of(rina)
    left_idle(session)

    async def act(page: Browser) -> None:
        assert await page.status() == 401

    asyncio.run(with_browser(Browser(cookie_of(session)), act))


def test_a_session_left_idle_closes_the_stream(
    hub: Hub, rina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)
    monkeypatch.setattr(stream, "SESSION_CHECK", 0.0)
    session = session_of(rina)
    browser = Browser(cookie_of(session))

    async def serve() -> None:
        serving = asyncio.create_task(
            live(browser.scope, browser.receive, browser.sent.put)
        )
        assert await browser.status() == 200
        await asyncio.to_thread(in_own_connection, lambda: left_idle(session))
        await asyncio.wait_for(serving, PATIENCE)

    asyncio.run(serve())


def test_hints_that_pile_up_are_merged() -> None:
    async def merge() -> bytes:
        page = Subscriber(user_id=1)
        page.put((5, frozenset({"changes"}), frozenset()))
        page.put((4, frozenset({"home"}), frozenset({1})))
        return page.take()

    text = asyncio.run(merge()).decode()
    assert text.startswith("id: 5\n")
    assert json.loads(text.split("data: ")[1])["topics"] == ["bell", "changes", "home"]


def test_too_much_to_replay_means_refresh_everything(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.watcher.MAX_EVENTS", 1)
    for _ in range(3):
        a_change(agus)
    hint = hint_for(0)
    assert hint is not None
    assert hint[1] == {"all"}


def test_a_watcher_outlives_an_error(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    stop = threading.Event()

    def fail_once(_stop: threading.Event) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("gone")
        stop.set()
        return iter(())

    monkeypatch.setattr("notifications.watcher.pulses", fail_once)
    monkeypatch.setattr("notifications.watcher.RETRY_SECONDS", 0.01)
    watch(lambda _hint: None, stop)
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("header", "query", "expected"),
    [
        (b"7", b"", 7),
        (b"", b"since=9", 9),
        (b"x", b"", 2**62),
        (b"", b"since=" + b"9" * 30, 2**62),
    ],
)
def test_it_reads_where_a_page_stopped(
    header: bytes, query: bytes, expected: int
) -> None:
    scope = {"headers": [(b"last-event-id", header)], "query_string": query}
    assert last_seen(scope) == expected


def test_a_broken_cookie_is_no_session() -> None:
    assert session_key({"headers": [(b"cookie", b"a\x00=;;;=b")]}) == ""


def test_polling_says_the_same(client: Client, agus: User, rina: User) -> None:
    client.force_login(rina, settings.AUTHENTICATION_BACKENDS[0])
    before = last_event_id()
    a_change(agus)
    answer = client.get(f"/live/poll?since={before}").json()
    assert answer["id"] == last_event_id()
    assert "changes" in answer["topics"]
    assert client.get(f"/live/poll?since={answer['id']}").json()["topics"] == []
    assert client.get("/live/poll?since=abc").json() == {"id": 0, "topics": []}


def an_event(pk: int) -> None:
    """An event with that id, as its transaction would commit it."""
    Event.objects.create(
        pk=pk,
        record_type="bom.BomApproval",
        record_id=pk,
        seq=1,
        kind="x",
        at=timezone.now(),
    )


def test_an_event_that_commits_after_a_later_one_is_told_too() -> None:
    """Ids are given when a row is written, and not when it is committed."""
    first = last_event_id() + 1
    reader = Reader(first - 1)
    an_event(first + 1)
    assert (reader.news() or (0,))[0] == first + 1
    assert reader.news() is None
    an_event(first)
    late = reader.news()
    assert late is not None
    assert late[1] >= {"boms"}
    assert late[0] == first + 1
    assert reader.news() is None
    # The twin without looking back would have heard nothing.
    assert hint_for(first + 1) is None
