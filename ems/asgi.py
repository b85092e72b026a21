"""One root on one port: the streams by hand, everything else to Django in threads (libraries.md)."""

import gc
import os
from collections.abc import Awaitable, Callable
from typing import Any

from a2wsgi import WSGIMiddleware

from ems.intake import Intake, Message, Receive, Send, has_body, refuse, with_length
from ems.outflow import handing_over, pour
from ems.wsgi import application as django

# Only after Django is set up can the streams be imported: they use models.
from aianalyzer.stream import is_stream, stream_generation  # isort: skip
from notifications.stream import live  # isort: skip

# A piece of an answer may be a megabyte: the one that is sent, and no ten behind it.
ONE = 1
THREADS = int(os.environ.get("WEB_THREADS", "8"))
pages = WSGIMiddleware(handing_over(django), THREADS, ONE)  # type: ignore[arg-type]

# What is loaded by now stays: the collector need not look at it again and again.
gc.freeze()
gc.set_threshold(50_000, 1_000, 1_000)


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Route one connection."""
    if scope["type"] == "lifespan":
        await answer_lifespan(receive, send)
    elif scope["path"] == "/live":
        await live(scope, receive, send)
    elif is_stream(scope):
        await stream_generation(scope, receive, send)
    elif not has_body(scope):
        await pour(pages, scope, receive, send)
    else:
        await take_in(scope, receive, send)


async def take_in(scope: Message, receive: Receive, send: Send) -> None:
    """A request with a body gets its thread when the body is there."""
    intake = Intake(receive)
    if not await intake.begin():
        await refuse(send, 408)
    elif known := with_length(scope, intake):
        await pour(pages, known, intake, send)
    else:
        await refuse(send, 411)


async def answer_lifespan(
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Nothing to start or stop: say so."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
