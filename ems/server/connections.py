"""Limits of connections: their number, and the time that one may say nothing.

gunicorn's ASGI worker waits for the first request of a connection without a clock and takes any
number of them (benoitc/gunicorn #3735, #3511). A client that opens two thousand and sends not one
byte would keep everybody else out. A proxy in front does this better; without one, this does.
"""

import asyncio
import ipaddress
import resource
import time
from collections import Counter
from typing import Any

from django.conf import settings
from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers import gasgi

HEAD_SECONDS = 10.0
# Of the files that a process may open, and never more than that: each costs some memory.
SHARE, MOST = 0.8, 8_000
# Half of an IPv6 address is one household's.
HOUSEHOLD = 64
SAY_EVERY = 60.0
OUT_OF_FILES = "socket.accept() out of system resource"


class RateLimitedLog:
    """Says a thing once a minute, and how often it was so."""

    def __init__(self) -> None:
        self.said: dict[str, float] = {}
        self.count: Counter[str] = Counter()

    def say(self, log: Any, what: str) -> None:
        """One line a minute of each kind."""
        self.count[what] += 1
        now = time.monotonic()
        if now - self.said.get(what, -SAY_EVERY) >= SAY_EVERY:
            self.said[what] = now
            log.warning("%s (%d times)", what, self.count.pop(what))


class ConnectionLimit:
    """Counts connections: in all, and by address."""

    def __init__(self, *, most: int, each: int, proxies: list[str]) -> None:
        self.most, self.each = most, each
        self.proxies = [ipaddress.ip_network(proxy) for proxy in proxies]
        self.held: Counter[str] = Counter()

    def admit(self, peer: Any) -> str | None:
        """The name to give back when it ends; None when there is no room."""
        name, is_bounded = self._of(peer)
        if self.held.total() >= self.most:
            return None
        if is_bounded and self.held[name] >= self.each:
            return None
        self.held[name] += 1
        return name

    def leave(self, name: str) -> None:
        """Give the place of a connection back."""
        self.held[name] -= 1
        if self.held[name] <= 0:
            del self.held[name]

    def _of(self, peer: Any) -> tuple[str, bool]:
        try:
            address = ipaddress.ip_address(peer[0])
        except (ValueError, IndexError, TypeError):
            return "", False  # a local socket: only a proxy is there
        # A proxy's connections are those of all its clients.
        if any(address in network for network in self.proxies):
            return str(address), False
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((address, HOUSEHOLD), strict=False)), True
        return str(address), True


def connection_limit() -> ConnectionLimit:
    """As the settings and the system have it."""
    files, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return ConnectionLimit(
        most=max(min(int(files * SHARE), MOST), 1),
        each=settings.CONNECTIONS_PER_ADDRESS,
        proxies=settings.TRUSTED_PROXIES,
    )


class Connection(ASGIProtocol):  # type: ignore[misc] # gunicorn has no types
    """One connection: let in while there is room, and ended when it does not come to the point."""

    def __init__(self, worker: Any) -> None:
        super().__init__(worker)
        self._name: str | None = None
        self._clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin, with a clock that runs until the first head is whole."""
        self._name = self.worker.door.admit(transport.get_extra_info("peername"))
        if self._name is None:
            self.worker.seldom.say(self.log, "Too many connections; one was refused")
            transport.abort()
            return
        # gunicorn waits for the first head without a clock (the module's head).
        self._clock = self.worker.loop.call_later(HEAD_SECONDS, transport.abort)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._stop_clock()
        if self._name is None:
            return
        if not self._conn_lost_handled:
            self.worker.door.leave(self._name)
        super().connection_lost(exc)

    def _on_headers_complete(self) -> Any:
        self._stop_clock()
        return super()._on_headers_complete()

    def _feed_callback_parser(self, data: bytes) -> bool:
        """A number of five thousand digits is no fault of ours, and no traceback in the log."""
        try:
            return bool(super()._feed_callback_parser(data))
        except ValueError:
            self._send_error_response(400, "Bad Request")
            self._close_transport()
            return False

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None


# The worker makes its connections by this name and by no other way.
gasgi.ASGIProtocol = Connection


class Worker(gasgi.ASGIWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's ASGI worker with a door."""

    def load_wsgi(self) -> None:
        """Once the settings are there."""
        super().load_wsgi()
        self.door = connection_limit()
        self.seldom = RateLimitedLog()
        self.loop.set_exception_handler(self._hear)

    def _hear(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The loop's messages; thousands of lines a second on a lack of files become one."""
        if context.get("message") == OUT_OF_FILES:
            self.seldom.say(self.log, "No file is left for a new connection")
        else:
            loop.default_exception_handler(context)
