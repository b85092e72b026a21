"""A listening port that can be closed and opened again without losing its number."""

import socket
import threading
from collections.abc import Callable

BACKLOG = 256


def _bound(host: str, port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


class Listener:
    """Accepts connections and hands each to ``serve`` in a thread of its own."""

    def __init__(
        self, host: str, port: int, serve: Callable[[socket.socket], None]
    ) -> None:
        # A second socket, bound but never listening, keeps the number ours while
        # connections are refused.
        self._hold = _bound(host, port)
        self._host = host
        self._serve = serve
        self._sock: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.port: int = self._hold.getsockname()[1]

    def open(self) -> None:
        """Start to listen, unless it already does."""
        with self._lock:
            if self._sock is None:
                self._sock = _bound(self._host, self.port)
                self._sock.listen(BACKLOG)
                self._thread = _start(self._accept, self._sock)

    def close(self) -> None:
        """Stop to listen: the next connection is refused."""
        with self._lock:
            if self._sock is not None and self._thread is not None:
                self._sock.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept
                self._thread.join()
                self._sock.close()
                self._sock = None

    def release(self) -> None:
        """Give the port back for good."""
        self.close()
        self._hold.close()

    def _accept(self, sock: socket.socket) -> None:
        while True:
            try:
                client, _ = sock.accept()
            except OSError:
                return  # Closed by us.
            _start(self._serve, client)


def _start(
    work: Callable[[socket.socket], None], sock: socket.socket
) -> threading.Thread:
    thread = threading.Thread(target=work, args=(sock,), daemon=True)
    thread.start()
    return thread
