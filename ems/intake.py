"""Takes a request's body in before a thread is spent on it, and ends a request that breaks off."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Whoever sends more than this holds a thread while sending, as an upload must.
AT_ONCE = 256 * 1024
PATIENCE = 30.0  # seconds for the first of the body, and of silence later
SLOWEST = 16 * 1024  # bytes a second that a longer body must reach in the end

REFUSALS = {
    408: b'"The body of the request did not arrive.","code":"incomplete"',
    411: b'"A body of this size needs a Content-Length.","code":"length_required"',
}


class Intake:
    """The body of one request: its first part waits in memory, the rest is passed on."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.began = asyncio.get_running_loop().time()
        self.parts: list[Message] = []
        self.size = 0

    async def begin(self) -> bool:
        """Whether the body, or enough of it, came in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                while self.size < AT_ONCE:
                    self.parts.append(await self._next())
                    if not self.parts[-1].get("more_body"):
                        break
        except (TimeoutError, ConnectionError):
            return False
        return True

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here, so that its length is known."""
        return not (self.parts and self.parts[-1].get("more_body"))

    async def __call__(self) -> Message:
        """What the thread receives."""
        return self.parts.pop(0) if self.parts else await self._next()

    async def _next(self) -> Message:
        """The next part. Raises ConnectionError: half a body would pass for a whole one."""
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the request broke off")
        self.size += len(message.get("body", b""))
        lasted = asyncio.get_running_loop().time() - self.began
        if lasted > PATIENCE + self.size / SLOWEST:
            raise ConnectionAbortedError("the request is sent too slowly")
        return message


def has_body(scope: Message) -> bool:
    """Whether anything follows the headers."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or length.strip() != b"0"


def with_length(scope: Message, intake: Intake) -> Message | None:
    """The request with its length, which a chunked body does not tell and WSGI needs.

    None for a chunked body that is too long to wait for.
    """
    if b"content-length" in dict(scope["headers"]):
        return scope
    if not intake.is_whole:
        return None
    length = (b"content-length", str(intake.size).encode())
    return scope | {"headers": [*scope["headers"], length]}


async def refuse(send: Send, status: int) -> None:
    """Nothing was done; who has left does not hear it."""
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store, private"),
        (b"connection", b"close"),
    ]
    body = b'{"message":%s,"errors":{},"requestId":""}' % REFUSALS[status]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
