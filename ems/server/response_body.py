"""Sends an answer, and gives up a client that takes no more of it.

A page holds its thread until it is sent. A file does not: readers may be slow, and threads are few.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import close_old_connections
from django.http import FileResponse

from ems.server.request_body import Message, Receive, Send

# Seconds for one piece, a megabyte at most: a slower client holds a thread for nothing, or a file
# for very long.
PATIENCE, FILE_PATIENCE = 30.0, 120.0
# So many files at once; further ones wait for their turn, without a thread and without memory.
MANY = 64
# So many are open, sent or waiting, each with its connection; a further one keeps its thread.
MOST = 256
LOOK_EVERY = 0.5  # seconds
LEAST = 64 * 1024
BODY = "http.response.body"
HANDED = "ems.file"
App = Callable[[Any, Any, Any], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

finishing: set["asyncio.Future[None]"] = set()
handed: set[FileResponse] = set()
sending: set[FileResponse] = set()
readers = ThreadPoolExecutor(4, thread_name_prefix="files")


class ResponseBody:
    """The way out of one answer.

    is_gone: whether nobody takes it, so that it goes nowhere. error: what the server said to it.
    """

    def __init__(self, send: Send) -> None:
        self.is_gone = False
        self.error: Exception | None = None
        self.patience = PATIENCE
        self._send = send
        self._waiting: asyncio.Task[Any] | None = None

    async def __call__(self, message: Message) -> None:
        """Send a piece; returns without it where the client is gone or stands still.

        Raises nothing: the thread would wait for ever for its next piece to be taken.
        """
        if self.is_gone:
            return
        try:
            await self._send_in_time(message)
        except Exception as error:  # noqa: BLE001 - the server's, raised when all is put away
            self.error, self.is_gone = error, True

    async def _send_in_time(self, message: Message) -> None:
        if not message.get("body"):
            await self._send(message)
            return
        task = self._waiting = asyncio.current_task()
        # One timer a piece: a client that stands still holds a thread, or a place for files.
        limit = asyncio.get_running_loop().call_later(self.patience, self.leave)
        try:
            await self._send(message)
        except asyncio.CancelledError:
            if task is None or not self._was_left() or task.uncancel():
                raise
        finally:
            limit.cancel()
            self._waiting = None

    def _was_left(self) -> bool:
        return self.is_gone

    def leave(self) -> None:
        """The client is gone, or as good as gone: wake the code that waits for it."""
        if self._waiting is not None and not self.is_gone:
            self._waiting.cancel()
        self.is_gone = True


async def send_body(app: App, scope: Message, receive: Receive, send: Send) -> None:
    """Let the app answer; its thread comes to its end also where the request is cancelled.

    The server cancels a request whose client has left. The thread would then wait for ever for
    somebody to take its next piece.
    """
    outflow = ResponseBody(send)
    work = asyncio.ensure_future(_answer(app, scope, receive, outflow))
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        # Not cancelled with the request: the thread must come to its end, and needs its answer taken.
        outflow.leave()
        finishing.add(work)
        work.add_done_callback(_finished)
        raise


async def _answer(
    app: App, scope: Message, receive: Receive, out: ResponseBody
) -> None:
    async def send(message: Message) -> None:
        if HANDED not in scope or message["type"] != BODY:
            await out(message)

    try:
        await app(scope, receive, send)
    except BaseException:
        out.leave()
        raise
    finally:
        if HANDED in scope:
            await _send_file(scope.pop(HANDED), out, is_head=scope["method"] == "HEAD")
    if out.error:
        raise out.error


async def _send_file(
    response: FileResponse, out: ResponseBody, *, is_head: bool
) -> None:
    run = asyncio.get_running_loop().run_in_executor
    pieces = iter(() if is_head else response)
    out.patience = FILE_PATIENCE
    try:
        while len(sending) >= MANY and not out.is_gone:
            await asyncio.sleep(LOOK_EVERY)
        sending.add(response)
        while not out.is_gone and (piece := await run(readers, _read, pieces)):
            await out({"type": BODY, "body": piece, "more_body": True})
            del piece  # or two would be held while the next is read
        await out({"type": BODY, "body": b""})
    finally:
        sending.discard(response)
        await run(readers, response.close)
        handed.discard(response)


def _read(pieces: Iterator[bytes]) -> bytes:
    """One piece, or several small ones; nothing at the end."""
    found, size = [], 0
    for piece in pieces:
        found.append(piece)
        size += len(piece)
        if size >= LEAST:
            break
    return b"".join(found)


def leave_files(app: Wsgi) -> Wsgi:
    """The same app; a file that it answers with is left to ``send_body``, and the thread is free."""

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        response = app(environ, start)
        # Each file that waits holds a descriptor; beyond these the thread sends it as usual.
        if not isinstance(response, FileResponse) or len(handed) >= MOST:
            return response
        # The file is closed by another thread, and this one's connection would be kept.
        close_old_connections()
        handed.add(response)
        environ["asgi.scope"][HANDED] = response
        return ()

    return answer


def _finished(work: "asyncio.Future[None]") -> None:
    finishing.discard(work)
    if not work.cancelled():
        work.exception()  # nobody is there to hear of it
