"""Server-sent events over bare ASGI: what the endpoints that are no Django views have in common."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from django.db import connection

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

HEARTBEAT = 15.0
SESSION_CHECK = 60.0
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def start(send: Send) -> None:
    """Send the head of an event stream."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})


async def send_piece(send: Send, body: bytes) -> None:
    """A part of the answer."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def end(send: Send) -> None:
    """Close the stream: nothing more is sent."""
    await send({"type": "http.response.body", "body": b""})


async def refuse(send: Send, status: int) -> None:
    """An empty answer with a status."""
    headers = [(b"retry-after", b"30"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await end(send)


async def until_gone(receive: Receive) -> None:
    """Return when the browser has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def in_thread(call: Callable[..., Any], *args: Any) -> Any:
    """Run a database read off the event loop and give its connection back."""

    def run() -> Any:
        try:
            return call(*args)
        finally:
            connection.close()

    return await asyncio.to_thread(run)


def header(scope: Scope, name: bytes) -> str:
    """A request header, or the empty string."""
    return next(
        (value.decode("latin-1") for key, value in scope["headers"] if key == name), ""
    )
