"""One root on one port: streams are served here, everything else goes to Django in threads.

A stream lasts for hours and costs a queue here; in Django it would hold one of few threads.
"""

import asyncio
import gc
import os
from collections.abc import Awaitable, Callable
from typing import Any

from a2wsgi import WSGIMiddleware

from ems.server.request_body import (
    PATIENCE,
    Message,
    Receive,
    RequestBody,
    Send,
    declares_length,
    has_body,
    refuse,
    refuse_unread,
    with_length,
)
from ems.server.response_body import leave_files, send_body
from ems.wsgi import application as django

# Only after Django is set up can the streams be imported: they use models.
from aianalyzer.stream import is_stream, stream_generation  # isort: skip
from core.http.server_sent_events import in_thread  # isort: skip
from ems.server.request_gate import count_against_day, declared_length, refusal_status  # isort: skip
from notifications.stream import live  # isort: skip

# A piece of an answer may be a megabyte: the one that is sent, and no ten behind it.
ONE = 1
THREADS = int(os.environ.get("WEB_THREADS", "8"))
# So many of them may read a body that is still on its way.
uploads = asyncio.Semaphore(max(THREADS // 2, 1))
pages = WSGIMiddleware(leave_files(django), THREADS, ONE)  # type: ignore[arg-type]

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
        await send_body(pages, scope, receive, send)
    else:
        await take_in(scope, receive, send)


async def take_in(scope: Message, receive: Receive, send: Send) -> None:
    """A request with a body gets its thread when the body is there."""
    if refusal := await refusal_status(scope, declared_length(scope)):
        await refuse_unread(scope, receive, send, refusal)
        return
    body = RequestBody(receive)
    if not await body.begin():
        await refuse(send, 408)
    elif not declares_length(scope) and (
        refusal := await refusal_status(scope, body.size)
    ):
        await refuse_unread(scope, receive, send, refusal)
    elif not (known := with_length(scope, body)):
        await refuse(send, 411)
    elif body.is_whole:
        await send_body(pages, known, body, send)
    else:
        await take_upload(known, body, send)


async def take_upload(scope: Message, body: RequestBody, send: Send) -> None:
    """It holds a thread while its sender sends: only some of the threads are for that."""
    try:
        async with asyncio.timeout(PATIENCE):
            await uploads.acquire()
    except TimeoutError:
        await refuse_unread(scope, body, send, 503)
        return
    try:
        body.restart_clock()
        await send_body(pages, scope, body, send)
    finally:
        uploads.release()
        # REST framework ties request, data and answer in a circle, which the collector, seldom as
        # it comes (below), would leave lying: 36 MiB for each photo.
        gc.collect()
        if body.size < declared_length(scope):
            await in_thread(count_against_day, scope, body.size)


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
