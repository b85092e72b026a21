"""For ``run frontend dev``: the pages reload when a template or a static file changes.

A script is added to each page; it asks ``/__reload`` for the state of the files and reloads
the page when that has changed. Production never loads this module.
"""

import os
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ems.asgi import application as ems
from launcher.file_watcher import Watch
from launcher.places import BASE

# After ems.asgi: the templates are there only once Django is set up.
from django.template.autoreload import reset_loaders  # isort: skip

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
PATTERNS = ("*.html", "*.css", "*.js", "*.svg", "*.png")
PAUSE = 0.5
TAG = b'<script src="/__reload.js" defer></script></body>'
SCRIPT = b"""\
let known;
setInterval(async () => {
  try {
    const now = await (await fetch("/__reload")).text();
    if (known && now !== known) location.reload();
    known = now;
  } catch { /* the server is starting anew */ }
}, 700);
"""
# The process belongs to it: a server that was started anew has new pages as well.
state = {"token": f"{os.getpid()}.0"}


def watch() -> None:
    """Forget compiled templates and change the token whenever a file changes."""
    seen = Watch(BASE, PATTERNS)
    number = 0
    while True:
        time.sleep(PAUSE)
        if seen.has_changed():
            number += 1
            reset_loaders()
            state["token"] = f"{os.getpid()}.{number}"


threading.Thread(target=watch, daemon=True).start()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer our two addresses; pass on the rest, with the script in its pages."""
    path = scope.get("path", "")
    if path == "/__reload":
        await _answer(send, b"text/plain", state["token"].encode())
    elif path == "/__reload.js":
        await _answer(send, b"text/javascript", SCRIPT)
    elif scope["type"] == "http" and not is_live(path):
        page = _Page(send)
        await ems(scope, receive, page.send)
    else:
        await ems(scope, receive, send)


def is_live(path: str) -> bool:
    """Whether it is a stream, which must not be held back until it is whole."""
    return path == "/live" or path.rstrip("/").endswith("/stream")


async def _answer(send: Send, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"cache-control", b"no-store")]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Page:
    """Holds back a page until it is whole, then adds the script; else changes nothing."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            await self._gather(self._start, message)

    async def _gather(self, start: Message, message: Message) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = self._body.replace(b"</body>", TAG, 1)
        others = [
            row for row in start["headers"] if row[0].lower() != b"content-length"
        ]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**start, "headers": [*others, length]})
        await self._send({**message, "body": body})


def _is_page(message: Message) -> bool:
    headers = {bytes(name).lower(): bytes(value) for name, value in message["headers"]}
    is_packed = b"content-encoding" in headers
    return headers.get(b"content-type", b"").startswith(b"text/html") and not is_packed
