"""A TCP proxy that spoils what passes through it; the toxics have the names of Toxiproxy's.

``latency`` and ``bandwidth`` slow down, ``slicer`` sends byte by byte, ``limit_data`` cuts the
connection after so many bytes, ``timeout`` passes nothing and says nothing (half-open),
``reset_peer`` answers with RST, ``slow_close`` keeps the connection open after the answer.
Each works on one direction: ``up`` is what the client sends, ``down`` what it gets back.
"""

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

ABORT = struct.pack("ii", 1, 0)
PIECE = 65536
TICK = 0.02


@dataclass(frozen=True, slots=True)
class Toxic:
    """One spoiling. amount: seconds (latency, slow_close), bytes a second (bandwidth), seconds
    between bytes (slicer), or bytes that pass before the cut (limit_data, reset_peer)."""

    kind: str
    direction: str
    amount: float = 0.0


class Proxy:
    """Listens on a loopback port and passes on to another, through its toxic."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.toxic: Toxic | None = None
        self.connections = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        """Where clients come in."""
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A thread that waits in accept() is woken by nothing but a shutdown.
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()
        self._thread.join(5)

    def cut(self) -> None:
        """End every connection that is open now."""
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            close(end)

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self._door.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._pair, args=(client,), daemon=True).start()

    def _pair(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self.target, timeout=5)
            server.settimeout(None)
        except OSError:
            close(client)
            return
        with self._lock:
            self._open |= {client, server}
        for source, sink, direction in (
            (client, server, "up"),
            (server, client, "down"),
        ):
            threading.Thread(
                target=self._pump, args=(source, sink, direction), daemon=True
            ).start()

    def _pump(self, source: socket.socket, sink: socket.socket, direction: str) -> None:
        passed = 0
        with contextlib.suppress(OSError, _CutError):
            while piece := source.recv(PIECE):
                toxic = self.toxic
                spoils = toxic if toxic and toxic.direction == direction else None
                passed += pass_on(piece, sink, passed, spoils)
        self._farewell(sink, direction)
        close(source)
        close(sink)

    def _farewell(self, sink: socket.socket, direction: str) -> None:
        toxic = self.toxic
        if toxic is None or toxic.direction != direction:
            return
        if toxic.kind == "slow_close":
            time.sleep(toxic.amount)
        if toxic.kind == "reset_peer":
            with contextlib.suppress(OSError):
                sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)


class _CutError(Exception):
    """The toxic ends the connection here."""


def pass_on(piece: bytes, sink: socket.socket, passed: int, toxic: Toxic | None) -> int:
    """Send a piece through the toxic; returns how many bytes passed."""
    kind = toxic.kind if toxic else ""
    amount = toxic.amount if toxic else 0.0
    if kind == "timeout":
        return 0  # swallowed: neither data nor an end
    if kind in {"limit_data", "reset_peer"}:
        sink.sendall(piece[: max(0, int(amount) - passed)])
        if passed + len(piece) >= amount:
            raise _CutError
        return len(piece)
    if kind == "slicer":
        return _byte_by_byte(piece, sink, amount)
    time.sleep(
        {"latency": amount, "bandwidth": len(piece) / (amount or 1)}.get(kind, 0)
    )
    sink.sendall(piece)
    return len(piece)


def _byte_by_byte(piece: bytes, sink: socket.socket, pause: float) -> int:
    for place in range(len(piece)):
        sink.sendall(piece[place : place + 1])
        time.sleep(pause)
    return len(piece)


def close(end: socket.socket) -> None:
    """Close for good, also under a thread that reads."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
