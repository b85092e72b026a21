"""Event streams over bare ASGI: what goes out, and when a connection is given back."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from core.http import server_sent_events as stream


class Line:
    """Keeps what is sent, and gives the messages of a browser one after the other."""

    def __init__(self, *messages: str) -> None:
        self.sent: list[dict[str, Any]] = []
        self.coming = [{"type": kind} for kind in messages]

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def receive(self) -> dict[str, Any]:
        return self.coming.pop(0)

    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


def test_a_stream_has_a_head_its_pieces_and_an_end() -> None:
    line = Line()

    async def talk() -> None:
        await stream.start(line.send)
        await stream.send_piece(line.send, b"data: 1\n\n")
        await stream.send_piece(line.send, b"data: 2\n\n")
        await stream.end(line.send)

    asyncio.run(talk())
    head, *pieces = line.sent
    assert (head["type"], head["status"]) == ("http.response.start", 200)
    sent = dict(head["headers"])
    assert sent[b"content-type"] == b"text/event-stream"
    assert sent[b"cache-control"] == b"no-store"
    assert sent[b"x-accel-buffering"] == b"no", (
        "or nginx keeps events until it has many"
    )
    assert [piece.get("more_body", False) for piece in pieces] == [True, True, False]
    assert line.body() == b"data: 1\n\ndata: 2\n\n"


@pytest.mark.parametrize("status", [401, 403, 503])
def test_a_refused_stream_is_one_empty_answer_that_asks_for_patience(
    status: int,
) -> None:
    line = Line()
    asyncio.run(stream.refuse(line.send, status))
    head, last = line.sent
    assert head["status"] == status
    assert dict(head["headers"])[b"retry-after"] == b"30"
    assert not last.get("more_body")
    assert line.body() == b""


def test_only_a_closed_connection_ends_the_wait() -> None:
    line = Line("http.request", "http.request", "http.disconnect", "http.request")
    asyncio.run(stream.until_gone(line.receive))
    assert [message["type"] for message in line.coming] == ["http.request"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"cookie", "ems=1"),
        (b"last-event-id", "gr\xf6\xdfe"),
        (b"authorization", ""),
        (b"Cookie", ""),
    ],
)
def test_a_header_is_found_by_its_name(name: bytes, value: str) -> None:
    headers = [
        (b"cookie", b"ems=1"),
        (b"cookie", b"ems=2"),
        (b"last-event-id", b"gr\xf6\xdfe"),
    ]
    assert stream.header({"headers": headers}, name) == value


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One more for each time that a thread gave its connection back."""
    found: list[int] = []
    kind = type(connections["default"])
    monkeypatch.setattr(kind, "close", lambda _line: found.append(1))
    return found


def answer(*given: int) -> int:
    return sum(given)


def fail(*given: int) -> int:
    raise LookupError("gone")


@pytest.mark.parametrize("call", [answer, fail])
def test_a_read_gives_its_connection_back_whatever_comes_of_it(
    closed: list[int], call: Callable[..., int]
) -> None:
    found: object
    try:
        found = asyncio.run(stream.in_thread(call, 1, 2))
    except LookupError as error:
        found = str(error)
    assert found == (3 if call is answer else "gone")
    assert len(closed) == 1
