"""The virus scanner's protocol, spoken with a small daemon on a real socket."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from core.errors import DomainError
from core.files.uploaded import store
from tests.contract.paths import PDF

MARK = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class Daemon(threading.Thread):
    """Answers INSTREAM as clamd does; ``says`` overrides what it finds."""

    def __init__(self, listener: socket.socket, says: bytes | None = None) -> None:
        super().__init__(daemon=True)
        self.listener, self.says = listener, says
        self.seen: list[bytes] = []

    def run(self) -> None:
        while True:
            try:
                line, _peer = self.listener.accept()
            except OSError:
                return
            with line, line.makefile("rb") as reader:
                self.answer(line, reader)

    def answer(self, line: socket.socket, reader: Any) -> None:
        assert reader.read(10) == b"zINSTREAM\0"
        body = b""
        while size := struct.unpack(">I", reader.read(4))[0]:
            body += reader.read(size)
        self.seen.append(body)
        found = b"stream: Eicar-Signature FOUND" if MARK in body else b"stream: OK"
        line.sendall((found if self.says is None else self.says) + b"\0")


@pytest.fixture
def daemon(settings: Any) -> Iterator[Callable[..., Daemon]]:
    made = []

    def start(says: bytes | None = None, path: Path | None = None) -> Daemon:
        if path:
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(path))
            listener.listen()
            settings.CLAMAV_ADDRESS = str(path)
        else:
            listener = socket.create_server(("127.0.0.1", 0))
            settings.CLAMAV_ADDRESS = f"127.0.0.1:{listener.getsockname()[1]}"
        one = Daemon(listener, says)
        one.start()
        made.append(one)
        return one

    yield start
    for one in made:
        one.listener.shutdown(socket.SHUT_RDWR)
        one.listener.close()
        one.join(5)


def kept(content: bytes, name: str = "a.pdf") -> str:
    return store(name, BytesIO(content), 1 << 20).stored_name


def test_all_of_a_clean_file_is_looked_at_and_kept(
    daemon: Callable[..., Daemon],
) -> None:
    one = daemon()
    content = PDF + bytes(200_000)
    assert kept(content)
    assert one.seen == [content]


def test_a_socket_of_the_file_system_will_do(
    daemon: Callable[..., Daemon], tmp_path: Path
) -> None:
    one = daemon(path=tmp_path / "clamd.sock")
    assert kept(PDF)
    assert one.seen == [PDF]


def test_what_it_finds_is_refused(daemon: Callable[..., Daemon]) -> None:
    daemon()
    with pytest.raises(DomainError) as caught:
        kept(PDF + MARK)
    assert caught.value.code == "infected"


@pytest.mark.parametrize(
    "says", [b"", b"INSTREAM size limit exceeded. ERROR", b"nonsense"]
)
def test_a_daemon_that_cannot_tell_lets_nothing_in(
    says: bytes, daemon: Callable[..., Daemon]
) -> None:
    daemon(says)
    with pytest.raises(DomainError) as caught:
        kept(PDF)
    assert (caught.value.code, caught.value.retry_after) == ("unavailable", 30)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock"])
def test_a_daemon_that_is_away_lets_nothing_in(address: str, settings: Any) -> None:
    settings.CLAMAV_ADDRESS = address
    with pytest.raises(DomainError) as caught:
        kept(PDF)
    assert caught.value.code == "unavailable"
