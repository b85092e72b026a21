"""A thread comes free again, however the client takes its answer."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware

from ems import asgi, outflow

pytestmark = pytest.mark.once
SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/x",
    "query_string": b"",
    "http_version": "1.1",
    "headers": [],
}


def pieces(_environ: dict[str, Any], start: Callable[..., Any]) -> Any:
    """An answer that does not fit into what a server keeps ready for a client."""
    start("200 OK", [])
    return [b"piece"] * 20


async def receive() -> dict[str, Any]:
    await asyncio.sleep(3600)
    return {}


async def standing_still(message: dict[str, Any]) -> None:
    """A client that takes nothing any more; the server waits for it, as gunicorn does."""
    if message.get("body"):
        await asyncio.sleep(3600)


async def answered() -> int:
    """What another client gets from the only thread: how many pieces."""
    messages: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    async with asyncio.timeout(20):
        await asgi.application(SCOPE, receive, send)
    return sum(message.get("body") == b"piece" for message in messages)


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = WSGIMiddleware(pieces, workers=1, send_queue_size=1)  # type: ignore[arg-type]
    monkeypatch.setattr(asgi, "pages", pages)


def test_a_client_that_leaves_sets_its_thread_free() -> None:
    async def story() -> int:
        request = asyncio.create_task(asgi.application(SCOPE, receive, standing_still))
        await asyncio.wait({request}, timeout=0.2)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        return await answered()

    assert asyncio.run(story()) == 20
    assert not outflow.finishing


def test_a_client_that_stands_still_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outflow, "PATIENCE", 0.05)

    async def story() -> int:
        await asgi.application(SCOPE, receive, standing_still)
        return await answered()

    assert asyncio.run(story()) == 20
