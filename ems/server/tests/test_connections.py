"""Connections: how long one may be silent, how many there may be, what the log hears of it."""

import asyncio
import resource
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.workers import gasgi

from ems.server import connections
from ems.server.connections import (
    Connection,
    ConnectionLimit,
    RateLimitedLog,
    Worker,
    connection_limit,
)
from launcher import launch
from launcher.options import parse_run

pytestmark = pytest.mark.once
REQUEST = b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: %s\r\n\r\n"
GET = b"GET /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


class Log:
    access_log_enabled = False

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warning(self, text: str, *args: object) -> None:
        self.lines.append(text % args)

    error = exception = warning

    def debug(self, *_: Any) -> None:
        """Not asked for."""

    info = debug

    def access(self, *_: Any) -> None:
        """Not asked for."""


async def app(_scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})


def served(
    use: Callable[[int, Any], Awaitable[None]], **limits: Any
) -> SimpleNamespace:
    """Run a server of ours with such limits, and use it; returns its worker."""

    async def run() -> SimpleNamespace:
        worker = SimpleNamespace(
            cfg=Config(),
            log=Log(),
            asgi=app,
            loop=asyncio.get_running_loop(),
            nr=0,
            nr_conns=0,
            max_requests=1 << 30,
            alive=True,
            state={},
            seldom=RateLimitedLog(),
            door=ConnectionLimit(
                most=limits.get("most", 100), each=limits.get("each", 50), proxies=[]
            ),
        )
        server = await worker.loop.create_server(
            lambda: Connection(worker), "127.0.0.1", 0
        )
        async with server:
            await use(server.sockets[0].getsockname()[1], worker)
        return worker

    return asyncio.run(run())


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.01)


async def talk(port: int, sent: bytes) -> bytes:
    """Send, and read until the other side ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("sent", [b"", b"GET", REQUEST[:-9], b"\r\n"])
def test_a_connection_that_does_not_come_to_the_point_is_ended(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)

    async def use(port: int, worker: Any) -> None:
        assert await talk(port, sent) == b""
        await until(lambda: not worker.nr_conns)

    assert not served(use).door.held


def test_who_has_said_what_he_wants_may_take_his_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)

    async def use(port: int, _worker: Any) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST % b"2" + b"a")
        await asyncio.sleep(0.5)  # longer than the clock: it must not strike
        writer.write(b"b")
        assert await reader.read(15) == b"HTTP/1.1 200 OK"
        writer.close()

    served(use)


def test_ten_seconds_it_is() -> None:
    assert connections.HEAD_SECONDS == 10


@pytest.mark.parametrize("limits", [{"most": 3}, {"each": 3}])
def test_what_is_too_much_is_refused_and_said_once(limits: dict[str, int]) -> None:
    async def use(port: int, worker: Any) -> None:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        await until(lambda: worker.door.held.total() == 3)
        for _ in range(20):
            assert await talk(port, GET) == b""
        for _reader, writer in silent:
            writer.close()
        await until(lambda: not worker.door.held)
        assert (await talk(port, GET)).endswith(b"here\r\n0\r\n\r\n")

    worker = served(use, **limits)
    assert len(worker.log.lines) == 1
    assert "refused" in worker.log.lines[0]


def test_a_trusted_proxy_speaks_for_many() -> None:
    door = ConnectionLimit(most=1000, each=2, proxies=["10.0.0.0/8", "::1"])
    assert all(door.admit(("10.1.2.3", 1)) for _ in range(100))
    assert all(door.admit(("::1", 1, 0, 0)) for _ in range(100))
    assert all(door.admit(peer) is not None for peer in ("", None, ()))
    assert [door.admit(("192.0.2.1", 1)) for _ in range(3)][-1] is None


def test_one_household_of_ipv6_is_one_address() -> None:
    door = ConnectionLimit(most=100, each=2, proxies=[])
    found = [door.admit((f"2001:db8::{n}", 1, 0, 0)) for n in range(1, 4)]
    assert found[1]
    assert found[2] is None
    assert door.admit(("2001:db8:0:1::1", 1, 0, 0))


def test_a_length_of_five_thousand_digits_is_answered() -> None:
    async def use(port: int, worker: Any) -> None:
        answer = await talk(port, REQUEST % (b"9" * 5000))
        assert answer.startswith(b"HTTP/1.1 400")
        await until(lambda: not worker.nr_conns)

    assert served(use).log.lines == []


def test_a_lack_of_files_is_one_line_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("ems.server.connections.time.monotonic", lambda: now)
    log, seldom = Log(), RateLimitedLog()
    loop: Any = SimpleNamespace(default_exception_handler=log.lines.append)
    worker: Any = SimpleNamespace(log=log, seldom=seldom)
    for _ in range(3000):
        Worker._hear(worker, loop, {"message": connections.OUT_OF_FILES})
    assert len(log.lines) == 1
    now += 60
    Worker._hear(worker, loop, {"message": connections.OUT_OF_FILES})
    assert log.lines[1].endswith("(3000 times)")
    Worker._hear(worker, loop, {"message": "else"})
    assert len(log.lines) == 3


def test_gunicorn_makes_its_connections_of_ours() -> None:
    assert gasgi.ASGIProtocol is Connection
    assert any(
        "ASGIProtocol" in getattr(const, "co_names", ())
        for const in gasgi.ASGIWorker._serve.__code__.co_consts
    )


def test_the_words_of_the_loop_are_those_that_we_listen_for() -> None:
    loop: Any = asyncio.selector_events.BaseSelectorEventLoop
    accept = loop._accept_connection
    assert connections.OUT_OF_FILES in accept.__code__.co_consts


def test_the_door_is_as_wide_as_the_system_lets_it_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (1000, 4000))
    assert connection_limit().most == 800
    assert connection_limit().each == 200
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (1 << 20, 1 << 20))
    assert connection_limit().most == connections.MOST


# --- At the start -------------------------------------------------------------------------


def test_run_takes_as_many_files_as_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    set_to: list[Any] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (1024, 4096))
    monkeypatch.setattr(
        resource, "setrlimit", lambda what, pair: set_to.append((what, pair))
    )
    launch.raise_file_limit()
    assert set_to == [(resource.RLIMIT_NOFILE, (4096, 4096))]


def test_a_system_that_says_no_is_no_reason_to_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []

    def no(*given: Any) -> None:
        asked.append(given)
        raise ValueError

    monkeypatch.setattr(resource, "getrlimit", lambda _what: (1024, 4096))
    monkeypatch.setattr(resource, "setrlimit", no)
    launch.raise_file_limit()
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("given", "proxies", "is_warned"),
    [
        (["prod"], "", True),
        (["prod", "--host", "192.0.2.1"], "", True),
        (["prod", "--host", "127.0.0.1"], "", False),
        (["prod"], "10.0.0.1", False),
        (["prod-local"], "", False),
        (["dev"], "", False),
    ],
)
def test_prod_without_a_proxy_is_warned_of(
    given: list[str],
    proxies: str,
    capsys: pytest.CaptureFixture[str],
    *,
    is_warned: bool,
) -> None:
    options = parse_run(["backend", *given])
    launch.warn_without_proxy({"TRUSTED_PROXIES": proxies}, options)
    assert ("TRUSTED_PROXIES" in capsys.readouterr().err) is is_warned
