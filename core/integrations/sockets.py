"""Sockets that know when the whole call must be over.

A read time-out starts anew with each byte, so a server that sends one byte a second
would hold a thread for hours. These sockets take the time that is left of the whole
call before each send and receive, and name look-ups count too (docs/threats.md#f05).
"""

import functools
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util.ssl_ import create_urllib3_context

AWS_METADATA_V6 = ipaddress.ip_address("fd00:ec2::254")
_call = threading.local()
# A name of its own, so that a test can put a slow or lying resolver in its place.
look_up = socket.getaddrinfo


@dataclass(frozen=True, slots=True)
class Budget:
    """ends: monotonic seconds when all must be over; connect, read: seconds each."""

    ends: float
    connect: float
    read: float

    def left(self, at_most: float) -> float:
        """Seconds left, ``at_most`` so many; TimeoutError when there are none."""
        seconds = min(at_most, self.ends - time.monotonic())
        if seconds <= 0:
            raise TimeoutError("the total time of this call is over")
        return seconds


@contextmanager
def spending(budget: Budget) -> Iterator[None]:
    """Let the sockets of this thread live on that budget inside the block."""
    _call.budget = budget
    try:
        yield
    finally:
        _call.budget = None


class TimedSocket(socket.socket):
    """A socket whose time-out is what is left of the whole call."""

    def _arm(self) -> None:
        budget: Budget | None = getattr(_call, "budget", None)
        if budget is not None:
            self.settimeout(budget.left(budget.read))

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Receive, within what is left."""
        self._arm()
        return super().recv_into(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        """Send all, within what is left."""
        self._arm()
        super().sendall(*args, **kwargs)

    def send(self, *args: Any, **kwargs: Any) -> int:
        """Send a part (TLS sends so), within what is left."""
        self._arm()
        return super().send(*args, **kwargs)


class TimedTLSSocket(TimedSocket, ssl.SSLSocket):
    """The same over TLS."""


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Certificates checked against certifi and the machine's own store; TLS >= 1.2."""
    context = create_urllib3_context()
    context.load_default_certs()
    context.sslsocket_class = TimedTLSSocket
    return context


def resolve(host: str, port: int, seconds: float) -> list[Any]:
    """The addresses of a host, or TimeoutError after so many seconds.

    The C resolver cannot be interrupted; so it works in a thread that we leave behind.
    """
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(look_up(host, port, 0, socket.SOCK_STREAM))
        except (OSError, UnicodeError) as fault:
            answers.put(socket.gaierror(str(fault)))

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("the name look-up took too long") from None
    if isinstance(found, socket.gaierror):
        raise found
    return list(found)


def is_forbidden(address: str) -> bool:
    """True for addresses where no upstream lives but cloud secrets do (docs/threats.md#t48)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_link_local or found == AWS_METADATA_V6


def _connect_one(entry: Any, seconds: float) -> TimedSocket:
    family, kind, proto, _name, address = entry
    if is_forbidden(address[0]):
        raise OSError("a link-local address is never an upstream")
    sock = TimedSocket(family, kind, proto)
    try:
        sock.settimeout(seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


def connect(host: str, port: int, budget: Budget) -> TimedSocket:
    """Connect to the first address that answers; OSError or TimeoutError if none does.

    Look-up and all addresses together get ``budget.connect`` seconds.
    """
    ends = Budget(min(budget.ends, time.monotonic() + budget.connect), 0, 0)
    fault: OSError = OSError("the name has no address")
    for entry in resolve(host, port, ends.left(budget.connect)):
        try:
            return _connect_one(entry, ends.left(budget.connect))
        except OSError as refused:
            fault = refused
    raise fault


def _dial(connection: HTTPConnection) -> socket.socket:
    budget: Budget = _call.budget
    host = connection.host
    try:
        sock = connect(host, connection.port or connection.default_port, budget)
    except socket.gaierror as fault:
        raise NameResolutionError(host, connection, fault) from None
    except TimeoutError:
        raise ConnectTimeoutError(connection, "connect timed out") from None
    except OSError as fault:
        raise NewConnectionError(connection, str(fault)) from None
    return sock


class TimedHTTPConnection(HTTPConnection):
    """An HTTP connection on a ``TimedSocket``."""

    def _new_conn(self) -> socket.socket:
        return _dial(self)


class TimedHTTPSConnection(HTTPSConnection):
    """An HTTPS connection on a ``TimedTLSSocket``."""

    def _new_conn(self) -> socket.socket:
        return _dial(self)


class TimedHTTPPool(HTTPConnectionPool):
    """Keeps ``TimedHTTPConnection``s."""

    ConnectionCls = TimedHTTPConnection


class TimedHTTPSPool(HTTPSConnectionPool):
    """Keeps ``TimedHTTPSConnection``s."""

    ConnectionCls = TimedHTTPSConnection


POOLS = {"http": TimedHTTPPool, "https": TimedHTTPSPool}
