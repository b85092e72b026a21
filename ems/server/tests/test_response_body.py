"""A thread comes free again, however the client takes its answer."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware
from django.http import FileResponse

from ems import asgi
from ems.server import response_body

pytestmark = pytest.mark.once
SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/x",
    "query_string": b"",
    "http_version": "1.1",
    "headers": [],
}


def pieces(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
    """An answer that does not fit into what a server keeps ready for a client, or a file."""
    start("200 OK", [])
    if environ["PATH_INFO"] == "/file":
        return FileResponse(STORE.read())
    return [b"piece"] * 20


async def receive() -> dict[str, Any]:
    await asyncio.sleep(3600)
    return {}


async def standing_still(message: dict[str, Any]) -> None:
    """A client that takes nothing any more; the server waits for it, as gunicorn does."""
    if message.get("body"):
        await asyncio.sleep(3600)


async def answered(path: str = "/x", method: str = "GET") -> int:
    """What another client gets from the only thread: how many pieces."""
    messages: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    async with asyncio.timeout(20):
        await asgi.application(asked(path, method), receive, send)
    assert not messages[-1].get("more_body")
    assert sum("status" in message for message in messages) == 1
    return b"".join(message.get("body", b"") for message in messages).count(b"piece")


def asked(path: str, method: str = "GET") -> dict[str, Any]:
    """A request, which each server describes anew."""
    return SCOPE | {"path": path, "method": method}


class Store:
    """Files of 20 pieces that were opened, how many are open, and what breaks."""

    def __init__(self) -> None:
        self.opened = self.open = 0
        self.is_broken = False

    def read(self) -> Any:
        self.opened += 1
        self.open += 1
        try:
            for _piece in range(20):
                if self.is_broken:
                    raise OSError("the disk is gone")
                yield b"piece" * 20_000
        finally:
            self.open -= 1


STORE = Store()
IN_A_FILE = 20 * 20_000


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    app = response_body.leave_files(pieces)
    pages = WSGIMiddleware(app, workers=1, send_queue_size=1)  # type: ignore[arg-type]
    monkeypatch.setattr(asgi, "pages", pages)
    STORE.__init__()  # type: ignore[misc]


def test_a_client_that_leaves_sets_its_thread_free() -> None:
    async def story() -> int:
        request = asyncio.create_task(
            asgi.application(asked("/x"), receive, standing_still)
        )
        await asyncio.wait({request}, timeout=0.2)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        return await answered()

    assert asyncio.run(story()) == 20
    assert not response_body.finishing


def test_a_client_that_stands_still_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(response_body, "PATIENCE", 0.05)

    async def story() -> int:
        await asgi.application(asked("/x"), receive, standing_still)
        return await answered()

    assert asyncio.run(story()) == 20


def test_whoever_reads_a_file_slowly_holds_no_thread() -> None:
    async def story() -> list[int]:
        slow = [
            asyncio.create_task(
                asgi.application(asked("/file"), receive, standing_still)
            )
            for _reader in range(5)
        ]
        while STORE.open < len(slow):
            await asyncio.sleep(0.01)
        found = [STORE.open, await answered(), await answered("/file")]
        for request in slow:
            request.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        while response_body.handed:
            await asyncio.sleep(0.01)
        return [*found, STORE.open]

    async def in_time() -> list[int]:
        async with asyncio.timeout(20):
            return await story()

    assert asyncio.run(in_time()) == [5, 20, IN_A_FILE, 0]


def test_too_many_files_hold_their_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_body, "MOST", 0)
    assert asyncio.run(answered("/file")) == IN_A_FILE
    assert not response_body.handed


def test_files_beyond_many_wait_for_their_turn_without_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(response_body, "MANY", 1)
    monkeypatch.setattr(response_body, "LOOK_EVERY", 0.01)

    async def story() -> list[int]:
        slow = [
            asyncio.create_task(
                asgi.application(asked("/file"), receive, standing_still)
            )
            for _reader in range(5)
        ]
        while len(response_body.handed) < len(slow):
            await asyncio.sleep(0.01)
        # One is sent, four wait, the only thread is free.
        found = [STORE.opened, await answered()]
        # A waiting one that leaves is put away; when the first leaves, the next has its turn.
        for request in slow:
            request.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        found.append(await answered("/file"))
        while response_body.handed:
            await asyncio.sleep(0.01)
        return [*found, STORE.open, len(response_body.sending)]

    async def in_time() -> list[int]:
        async with asyncio.timeout(20):
            return await story()

    assert asyncio.run(in_time()) == [1, 20, IN_A_FILE, 0, 0]


def test_of_a_file_only_the_head() -> None:
    assert asyncio.run(answered("/file", "HEAD")) == 0
    assert (STORE.opened, response_body.handed) == (0, set())


def test_a_file_that_breaks_ends_the_answer() -> None:
    STORE.is_broken = True
    with pytest.raises(OSError, match="the disk"):
        asyncio.run(answered("/file"))
    assert (STORE.open, response_body.handed) == (0, set())


@pytest.mark.parametrize("path", ["/x", "/file"])
def test_a_server_that_refuses_a_piece_is_heard_when_all_is_put_away(path: str) -> None:
    async def refusing(message: dict[str, Any]) -> None:
        if message.get("body"):
            raise ConnectionResetError("gone")

    async def story() -> int:
        async with asyncio.timeout(20):
            with pytest.raises(ConnectionResetError):
                await asgi.application(asked(path), receive, refusing)
        return await answered()

    assert asyncio.run(story()) == 20
    assert (STORE.open, response_body.handed) == (0, set())
