"""A mail server that keeps what it gets: enough SMTP for one client at a time and its refusals."""

import email
import socket
import ssl
import threading
from dataclasses import dataclass
from email.message import Message
from types import TracebackType
from typing import Self

from sandbox.listener import Listener

LINE = 65536
OK = b"250 ok\r\n"


@dataclass(frozen=True, slots=True)
class Letter:
    """One accepted message."""

    to: list[str]
    message: Message

    @property
    def text(self) -> str:
        payload = self.message.get_payload(decode=True)
        return payload.decode() if isinstance(payload, bytes) else str(payload)


class MailServer:
    """``letters`` holds what came in; ``refusal`` answers every recipient, e.g. ``b"550 no"``;
    ``is_mute`` makes it accept connections and say nothing. ``tls`` encrypts: from the first byte,
    or with ``is_starttls`` when the client asks for it."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tls: ssl.SSLContext | None = None,
        is_starttls: bool = False,
    ) -> None:
        self.tls, self.is_starttls = tls, is_starttls
        self.letters: list[Letter] = []
        self.refusal = b""
        self.is_mute = False
        self._lock = threading.Lock()
        self._listener = Listener(host, port, self._serve)
        self.port = self._listener.port

    def __enter__(self) -> Self:
        self._listener.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.release()

    def close(self) -> None:
        """Refuse connections from now on."""
        self._listener.close()

    def open(self) -> None:
        self._listener.open()

    def _serve(self, client: socket.socket) -> None:
        if self.tls is None or self.is_starttls:
            self._talk(client, b"220 sandbox\r\n")
        else:
            self._encrypt(client, b"220 sandbox\r\n")

    def _encrypt(self, client: socket.socket, hello: bytes) -> None:
        """Go on over TLS; a client that does not like the certificate hangs up."""
        assert self.tls is not None  # noqa: S101 - the callers asked
        try:
            inner = self.tls.wrap_socket(client, server_side=True)
        except OSError:
            client.close()
        else:
            self._talk(inner, hello)

    def _talk(self, client: socket.socket, hello: bytes) -> None:
        with client, client.makefile("rwb") as wire:
            if self.is_mute:
                client.recv(1)
                return
            wire.write(hello)
            wire.flush()
            to: list[str] = []
            while line := wire.readline(LINE):
                verb = line[:4].upper()
                if verb == b"STAR" and self.tls is not None:
                    wire.write(b"220 go on\r\n")
                    wire.flush()
                    self._encrypt(client, b"")
                    return
                answer = self._answer(verb, line, to)
                if verb == b"DATA":
                    wire.write(b"354 go on\r\n")
                    wire.flush()
                    self._keep(to, _lines(wire))
                    to = []
                wire.write(answer)
                wire.flush()
                if verb == b"QUIT":
                    return

    def _answer(self, verb: bytes, line: bytes, to: list[str]) -> bytes:
        if verb == b"QUIT":
            return b"221 bye\r\n"
        if verb == b"EHLO" and self.is_starttls:
            return b"250-sandbox\r\n250 STARTTLS\r\n"
        if verb == b"RCPT":
            if self.refusal:
                return self.refusal + b"\r\n"
            to.append(line.partition(b"<")[2].partition(b">")[0].decode())
        return OK

    def _keep(self, to: list[str], body: bytes) -> None:
        with self._lock:
            self.letters.append(Letter(to, email.message_from_bytes(body)))


def _lines(wire: object) -> bytes:
    """The message up to the lone dot, with doubled dots undone."""
    kept = []
    while (line := wire.readline(LINE)) not in {b".\r\n", b""}:  # type: ignore[attr-defined]
        kept.append(line.removeprefix(b"."))
    return b"".join(kept)
