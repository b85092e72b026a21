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

TOO_SLOW = (
    b'{"message":"The body of the request did not arrive.",'
    b'"code":"incomplete","errors":{},"requestId":""}'
)


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


async def refuse_incomplete(send: Send) -> None:
    """408: nothing was done; who has left does not hear it."""
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store, private"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 408, "headers": headers})
    await send({"type": "http.response.body", "body": TOO_SLOW})
