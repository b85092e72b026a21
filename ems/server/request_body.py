"""Takes a request's body in before a thread is spent on it, and ends a request that breaks off."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# A longer body holds a thread while it is sent, as an upload must.
AT_ONCE = 256 * 1024
PATIENCE = 30.0  # seconds for the first of the body, and of silence later
SLOWEST = 16 * 1024  # bytes a second that a longer body must reach in the end
LONGEST = 600.0  # seconds for all of it, however fast
# After a refusal: what is on its way is thrown away, or the sender would never hear of it.
LINGER = 2.0

REFUSALS = {
    401: b'"Log in first; then send this again.","code":"unauthenticated"',
    408: b'"The body of the request did not arrive.","code":"incomplete"',
    411: b'"A body of this size needs a Content-Length.","code":"length_required"',
    413: b'"The body of the request is too large.","code":"too_large"',
    503: b'"Too many files are coming in. Try again in a moment.","code":"unavailable"',
}


STRANGER = 401
EXTRA = {
    401: [(b"www-authenticate", b"Bearer")],
    503: [(b"retry-after", b"30")],
}


class RequestBody:
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
        """The messages that the thread receives."""
        return self.parts.pop(0) if self.parts else await self._next()

    def restart_clock(self) -> None:
        """It waited for its turn, and not for its sender: the clock starts now."""
        self.began = asyncio.get_running_loop().time()

    async def _next(self) -> Message:
        """The next part. Raises ConnectionError: half a body would pass for a whole one."""
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the request broke off")
        self.size += len(message.get("body", b""))
        lasted = asyncio.get_running_loop().time() - self.began
        # By the mean and not by the pause: one byte now and then would hold a thread for hours
        # (docs/threats.md#t33).
        if lasted > min(PATIENCE + self.size / SLOWEST, LONGEST):
            raise ConnectionAbortedError("the request is sent too slowly")
        return message


def has_body(scope: Message) -> bool:
    """Whether anything follows the headers."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or length.strip() != b"0"


def declares_length(scope: Message) -> bool:
    """Whether its head says how long the body is."""
    return b"content-length" in dict(scope["headers"])


def with_length(scope: Message, body: RequestBody) -> Message | None:
    """The request with its length, which a chunked body does not tell and WSGI needs.

    None for a chunked body that is too long to wait for.
    """
    if declares_length(scope):
        return scope
    if not body.is_whole:
        return None
    length = (b"content-length", str(body.size).encode())
    return scope | {"headers": [*scope["headers"], length]}


async def send_to_login(scope: Message, send: Send) -> None:
    """A browser whose session ended while a form was filled in goes to the login and comes back."""
    place = b"/accounts/login/?next=" + quote(scope["path"]).encode()
    headers = [
        (b"location", place),
        (b"content-length", b"0"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def refuse(send: Send, status: int) -> None:
    """Refuse without doing anything; a client that left does not hear it."""
    more = EXTRA.get(status, [])
    headers = [
        *more,
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store, private"),
        (b"connection", b"close"),
    ]
    body = b'{"message":%s,"errors":{},"requestId":""}' % REFUSALS[status]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse_unread(
    scope: Message, receive: Receive, send: Send, status: int
) -> None:
    """Refuse, and throw away for a moment what comes: a connection that is cut tells nothing."""
    if status == STRANGER and b"text/html" in dict(scope["headers"]).get(
        b"accept", b""
    ):
        await send_to_login(scope, send)
    else:
        await refuse(send, status)
    try:
        async with asyncio.timeout(LINGER):
            while (await receive()).get("more_body"):
                pass
    except TimeoutError:
        pass
