"""One client's socket: reads calls, writes bytes, and can break in several ways."""

import select
import socket
import struct
import time
from email.message import Message
from http.client import HTTPException, parse_headers
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.messages import Call

LONGEST_LINE = 65536
ABORT = struct.pack("ii", 1, 0)


class HangupError(ConnectionError):
    """The stand-in ends the connection here; nothing more is written."""


class Connection:
    """A keep-alive HTTP/1.1 connection."""

    def __init__(self, sock: socket.socket) -> None:
        # Small answers must not wait for the client's delayed acknowledgement.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._reader = sock.makefile("rb")
        self.keep_alive = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self) -> Call | None:
        """Wait for the next call; None when the client has gone."""
        line = self._reader.readline(LONGEST_LINE)
        if not line.strip():
            return None
        try:
            return self._parse(line.decode("latin-1"))
        except (ValueError, HTTPException) as error:
            raise HangupError("not HTTP") from error

    def _parse(self, line: str) -> Call:
        method, target, version = line.split()
        found = parse_headers(self._reader)
        headers = {name.lower(): value for name, value in found.items()}
        self.keep_alive = _keeps_alive(version, found)
        if "expect" in headers:
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self._reader.read(int(headers.get("content-length", "0")))
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Call(method, unquote(parts.path), query, headers, body, time.time())

    def write(self, data: bytes) -> None:
        """Send all of it; OSError when the client does not want it any more."""
        self._sock.sendall(data)

    def is_open(self) -> bool:
        """Say whether the client still holds its end."""
        readable, _, _ = select.select([self._sock], [], [], 0)
        return not readable or bool(self._sock.recv(1, socket.MSG_PEEK))

    def reset(self) -> None:
        """End with RST instead of FIN, as a crashed peer or a firewall does."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        self.close()

    def interrupt(self) -> None:
        """Wake the thread that waits in ``read``, from another thread."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # Already gone, which is what was wanted.

    def close(self) -> None:
        """Let go of the socket."""
        self._reader.close()
        self._sock.close()


def _keeps_alive(version: str, headers: Message) -> bool:
    return version == "HTTP/1.1" and headers.get("Connection", "").lower() != "close"
