"""``GET /api/generations/{id}/stream``: an analysis while it is made, as server-sent events.

``progress`` ``{state, step, progress}``; ``text`` ``{at, text}``: from character ``at`` on the answer
now reads ``text``; ``end``: the whole row, as ``GET /api/generations/{id}`` gives it. A late
listener gets all that was written so far; a reconnect begins anew. Bare ASGI: a waiting listener costs no
thread, only a small read of one row each half second.
"""

import asyncio
import re
from collections import Counter
from typing import Any

import orjson

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.wire import generation_rows, growing
from core.accounts.stream import user_of
from core.http.server_sent_events import (
    HEARTBEAT,
    SESSION_CHECK,
    Receive,
    Scope,
    Send,
    end,
    in_thread,
    refuse,
    send_piece,
    start,
    until_gone,
)

PATH = re.compile(r"/api/generations/(\d{1,18})/stream/?", re.ASCII)
OPEN = {InquiryAiGeneration.State.QUEUED, InquiryAiGeneration.State.RUNNING}
SECONDS = 0.5
PER_PERSON, PER_PROCESS = 4, 200
listening: Counter[int] = Counter()


def is_stream(scope: Scope) -> bool:
    """Whether this connection is ours."""
    return scope["type"] == "http" and bool(PATH.fullmatch(scope["path"]))


async def stream_generation(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one stream until the analysis ends or the listener goes."""
    found = PATH.fullmatch(scope["path"])
    assert found is not None  # noqa: S101 - is_stream said so
    user_id = await in_thread(user_of, scope)
    if scope["method"] != "GET":
        await refuse(send, 405)
    elif user_id is None:
        await refuse(send, 401)
    elif await in_thread(growing, int(found[1])) is None:
        await refuse(send, 404)
    elif listening[user_id] >= PER_PERSON or listening.total() >= PER_PROCESS:
        await refuse(send, 429)
    else:
        await _serve(scope, receive, send, user_id, int(found[1]))


async def _serve(
    scope: Scope, receive: Receive, send: Send, user_id: int, generation_id: int
) -> None:
    listening[user_id] += 1
    gone = asyncio.create_task(until_gone(receive))
    try:
        await start(send)
        await _follow(scope, send, gone, generation_id)
    finally:
        listening[user_id] -= 1
        gone.cancel()


async def _follow(
    scope: Scope, send: Send, gone: "asyncio.Task[None]", generation_id: int
) -> None:
    clock = asyncio.get_running_loop().time
    listener, spoke, checked = ListenerState(), clock(), clock()
    while not gone.done():
        row = await in_thread(growing, generation_id)
        if row is None:
            break
        if news := listener.events_since(row):
            await send_piece(send, news)
            spoke = clock()
        if row["state"] not in OPEN:
            rows = await in_thread(generation_rows, [generation_id])
            await send_piece(send, event("end", rows[0] if rows else {}))
            break
        if clock() - spoke > HEARTBEAT:
            await send_piece(send, b": \n\n")
            spoke = clock()
        if clock() - checked > SESSION_CHECK:
            checked = clock()
            if await in_thread(user_of, scope) is None:
                break
        await asyncio.wait({gone}, timeout=SECONDS)
    await end(send)


class ListenerState:
    """The state that a listener has."""

    def __init__(self) -> None:
        self.place: dict[str, Any] = {}
        self.content = ""

    def events_since(self, row: dict[str, Any]) -> bytes:
        """The events that bring this listener up to date; empty when nothing is new."""
        place = {name: row[name] for name in ("state", "step", "progress")}
        content, news = row["content"], b""
        if place != self.place:
            news += event("progress", place)
        if content != self.content:
            at = same_start(self.content, content)
            news += event("text", {"at": at, "text": content[at:]})
        self.place, self.content = place, content
        return news


def same_start(one: str, other: str) -> int:
    """Number of characters that both begin with."""
    if other.startswith(one):
        return len(one)
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def event(name: str, data: dict[str, Any]) -> bytes:
    """One event; JSON has no line ends of its own."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
