"""Sends an answer out, and lets go of whoever takes it no more: no thread waits for him for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from ems.intake import Message, Receive, Send

# Seconds for one piece, a megabyte at most: whoever is slower holds up a thread for nothing.
PATIENCE = 30.0
App = Callable[[Any, Any, Any], Awaitable[None]]

finishing: set["asyncio.Future[None]"] = set()


class Outflow:
    """The way out of one answer. is_gone: whether nobody takes it, so that it goes nowhere."""

    def __init__(self, send: Send) -> None:
        self.is_gone = False
        self._send = send
        self._waiting: asyncio.Task[Any] | None = None

    async def __call__(self, message: Message) -> None:
        """Send a piece; returns without it where the client is gone or stands still."""
        if self.is_gone:
            return
        if not message.get("body"):
            await self._send(message)
            return
        task = self._waiting = asyncio.current_task()
        limit = asyncio.get_running_loop().call_later(PATIENCE, self.leave)
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
        """The client is gone, or as good as gone: what waits for him goes on."""
        if self._waiting is not None and not self.is_gone:
            self._waiting.cancel()
        self.is_gone = True


async def pour(app: App, scope: Message, receive: Receive, send: Send) -> None:
    """Let the app answer; its thread comes to its end also where the request is cancelled.

    The server cancels a request whose client has left. The thread would then wait for ever for
    somebody to take its next piece.
    """
    outflow = Outflow(send)
    work = asyncio.ensure_future(app(scope, receive, outflow))
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        outflow.leave()
        finishing.add(work)
        work.add_done_callback(_finished)
        raise


def _finished(work: "asyncio.Future[None]") -> None:
    finishing.discard(work)
    if not work.cancelled():
        work.exception()  # nobody is there to hear of it
