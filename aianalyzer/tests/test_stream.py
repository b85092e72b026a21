"""The stream of an analysis over the API: who may listen, and that it tells all of it."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from aianalyzer import stream
from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services import cancel_analysis, run_analysis
from aianalyzer.stream import ListenerState
from aianalyzer.tests.conftest import Start
from core.accounts.models import ApiToken, User
from core.http import server_sent_events
from ems.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)
Event = tuple[str, dict[str, Any]]


def token_for(user: User) -> str:
    token = f"token-of-{user.pk}"
    ApiToken.objects.create(
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        user=user,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    return token


class Listener:
    """A client of one stream, through the root of the server."""

    def __init__(self, generation_id: int, token: str, method: str = "GET") -> None:
        self.sent: list[dict[str, Any]] = []
        self.gone = asyncio.Event()
        self.scope = {
            "type": "http",
            "method": method,
            "path": f"/api/generations/{generation_id}/stream",
            "headers": [(b"authorization", f"Bearer {token}".encode())],
        }

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def listen(self, act: Callable[[], Awaitable[None]] | None = None) -> None:
        serving = asyncio.create_task(application(self.scope, self.receive, self.send))
        if act:
            await act()
        await asyncio.wait_for(serving, 20)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def events(self) -> list[Event]:
        text = b"".join(each.get("body", b"") for each in self.sent).decode()
        blocks = [block for block in text.split("\n\n") if block.startswith("event: ")]
        pairs = (block.split("\ndata: ", 1) for block in blocks)
        return [
            (name.removeprefix("event: "), json.loads(data)) for name, data in pairs
        ]


def told_by(events: list[Event]) -> str:
    """The answer as a listener has it in the end."""
    text = ""
    for name, data in events:
        if name == "text":
            text = text[: data["at"]] + data["text"]
    return text


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SECONDS", 0.01)


def test_it_follows_an_analysis_from_the_queue_to_its_end(
    start: Start, agus: User, rina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aianalyzer.services.run_state.NOTE_SECONDS", 0)
    row, listener = start(), None
    listener = Listener(row.pk, token_for(rina))

    async def act() -> None:
        while not listener.events:
            await asyncio.sleep(0.01)
        await server_sent_events.in_thread(lambda: run_analysis(generation_id=row.pk))

    asyncio.run(listener.listen(act))
    row.refresh_from_db()
    names = [name for name, _data in listener.events]
    assert listener.status == 200
    assert listener.events[0] == (
        "progress",
        {"state": "queued", "step": "", "progress": 0},
    )
    assert names[-1] == "end"
    assert listener.events[-1][1]["id"] == row.pk
    assert listener.events[-1][1]["content"] == row.content
    assert told_by(listener.events) == row.content
    assert names.count("progress") >= 3
    assert not +stream.listening


def test_one_that_is_over_is_told_at_once(start: Start, agus: User) -> None:
    row = start()
    cancel_analysis(generation_id=row.pk, by=agus)
    listener = Listener(row.pk, token_for(agus))
    asyncio.run(listener.listen())
    assert [name for name, _data in listener.events] == ["progress", "end"]
    assert listener.events[-1][1]["state"] == "cancelled"


def test_who_goes_frees_the_place(start: Start, agus: User) -> None:
    listener = Listener(start().pk, token_for(agus))

    async def act() -> None:
        while not listener.events:
            await asyncio.sleep(0.01)
        assert stream.listening[agus.pk] == 1
        listener.gone.set()

    asyncio.run(listener.listen(act))
    assert not +stream.listening


@pytest.mark.parametrize(
    ("case", "status"),
    [("forged", 401), ("unknown", 404), ("post", 405), ("crowded", 429)],
)
def test_who_may_not_listen_is_told_why(
    case: str, status: int, start: Start, agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, token = start(), token_for(agus)
    if case == "crowded":
        monkeypatch.setattr(stream, "PER_PERSON", 0)
    listener = Listener(
        10**17 if case == "unknown" else row.pk,
        "forged" if case == "forged" else token,
        "POST" if case == "post" else "GET",
    )
    asyncio.run(listener.listen())
    assert listener.status == status


def test_a_session_that_ends_ends_the_stream(
    start: Start, agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "SESSION_CHECK", 0.05)
    monkeypatch.setattr(stream, "HEARTBEAT", 0.02)
    listener = Listener(start().pk, token_for(agus))

    async def act() -> None:
        while not listener.events:
            await asyncio.sleep(0.01)
        await server_sent_events.in_thread(ApiToken.objects.all().delete)

    asyncio.run(listener.listen(act))
    assert [name for name, _data in listener.events] == ["progress"]
    assert any(each.get("body") == b": \n\n" for each in listener.sent)


def test_an_analysis_that_vanishes_ends_the_stream(start: Start, agus: User) -> None:
    listener = Listener(start().pk, token_for(agus))

    async def act() -> None:
        while not listener.events:
            await asyncio.sleep(0.01)
        await server_sent_events.in_thread(
            lambda: InquiryAiGeneration.objects.all()._raw_delete("default")
        )

    asyncio.run(listener.listen(act))
    assert listener.events[-1][0] == "progress"


def test_text_that_was_changed_is_told_from_where_it_differs() -> None:
    told, row = (
        ListenerState(),
        {"state": "running", "step": "", "progress": 1, "content": "a b"},
    )
    assert b'"at":0,"text":"a b"' in told.events_since(row)
    assert told.events_since(row) == b""
    assert told.events_since(row | {"content": "a c d"}).endswith(
        b'{"at":2,"text":"c d"}\n\n'
    )
