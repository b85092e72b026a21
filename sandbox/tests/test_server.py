"""The servers themselves: fast, parallel, tidy, and made of Python alone."""

import ast
import socket
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import sandbox
from sandbox.server import Sandbox
from sandbox.tests.wire import ask, await_that, dial, get

PACKAGE = Path(sandbox.__file__).parent


def test_an_idle_call_takes_less_than_three_milliseconds(box: Sandbox) -> None:
    connection = dial(box.auth)
    taken = []
    for _ in range(200):
        start = time.perf_counter()
        connection.request("GET", "/ext-departments")
        connection.getresponse().read()
        taken.append(time.perf_counter() - start)
    connection.close()
    assert statistics.median(taken) < 0.003


def test_a_connection_serves_many_calls(box: Sandbox) -> None:
    connection = dial(box.ppic)
    connection.connect()
    sock = connection.sock
    for _ in range(3):
        connection.request("GET", "/ext-items")
        connection.getresponse().read()
    assert connection.sock is sock
    connection.close()


def test_a_client_that_wants_to_close_is_obeyed(box: Sandbox) -> None:
    connection = dial(box.ppic)
    connection.request("GET", "/ext-items", headers={"Connection": "close"})
    connection.getresponse().read()
    assert connection.sock is None or connection.sock.recv(1) == b""
    connection.close()


def test_hundred_clients_at_once(box: Sandbox) -> None:
    with ThreadPoolExecutor(100) as pool:
        answers = pool.map(lambda _: get(box.ppic, "/ext-items").status, range(100))
        assert set(answers) == {200}
    assert len(box.ppic.calls) == 100


@pytest.mark.parametrize(
    "line", [b"nonsense\r\n\r\n", b"\x16\x03\x01\r\n\r\n", b"\r\n"]
)
def test_what_is_not_http_is_hung_up_on(box: Sandbox, line: bytes) -> None:
    address = box.ppic.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1])), 5) as sock:
        sock.sendall(line)
        assert sock.recv(1) == b""
    assert box.ppic.calls == []


def test_a_careful_client_is_told_to_continue(box: Sandbox) -> None:
    headers = {"Expect": "100-continue"}
    answer = ask(box.ppic, "POST", "/snapshot-bom/700", {"a": 1}, headers)
    assert answer.status == 200


def test_after_the_end_nobody_listens_and_no_call_hangs() -> None:
    before = threading.active_count()
    with Sandbox() as box:
        connection = dial(box.crm)
        connection.request("GET", "/api/external/customers")
        connection.getresponse().read()
        servers = list(box.servers.values())
    for server in servers:
        with pytest.raises(ConnectionRefusedError):
            get(server, "/")
    connection.close()
    await_that(lambda: threading.active_count() <= before)


def test_a_taken_port_is_an_error(box: Sandbox) -> None:
    port = int(box.crm.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        type(box.crm)(port=port)


def test_the_urls_are_named() -> None:
    with Sandbox() as box:
        assert list(box.urls) == ["auth", "crm", "ppic", "meeting", "ai"]
        assert box.urls["ppic"] == box.ppic.url


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name.partition(".")[0] for name in found}


@pytest.mark.parametrize(
    "path",
    sorted(set(PACKAGE.rglob("*.py")) - set(PACKAGE.glob("tests/*"))),
    ids=lambda path: path.stem,
)
def test_it_leans_on_nothing_but_python(path: Path) -> None:
    assert _imports(path) <= sys.stdlib_module_names | {"sandbox"}
