"""nginx with the file that compose.yaml mounts, started for real: what it holds, and what it lets by."""

import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from conftest import find_nginx
from launcher.places import BASE
from launcher.tests.project_copy import Desk, free_port, wait_until
from tests.people import PASSWORD

pytestmark = [pytest.mark.nginx, pytest.mark.once]
SITE = BASE / "deploy/proxy"
# What the image's own nginx.conf says around ours.
AROUND = """
{user}
worker_processes 1;
daemon off;
pid {place}/pid;
error_log {place}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {place}/bodies;
    proxy_temp_path {place}/answers;
    fastcgi_temp_path {place}/f;
    uwsgi_temp_path {place}/u;
    scgi_temp_path {place}/s;
    include {place}/ems.conf;
}}
"""
SECONDS = 20.0
NGINX = find_nginx() or ""


def version() -> tuple[int, ...]:
    """Of the nginx that is here; nothing where there is none."""
    if not NGINX:
        return ()
    told = subprocess.run(  # noqa: S603 - our own words
        [NGINX, "-v"], capture_output=True, text=True, check=True
    ).stderr
    return tuple(map(int, re.findall(r"\d+", told)[:3]))


HAS_HTTP2 = version() >= (1, 25, 1)


def written(place: Path, behind: int, *, files: tuple[str, ...] = ()) -> int:
    """Write our file with ports of this machine; returns the one to ask."""
    port, secure = free_port(), free_port()
    site = place / "site"
    shutil.copytree(SITE / "site", site)
    for name in files:
        shutil.copy(site / f"{name}.example", site / name)
    shutil.copy(SITE / "ems.conf", place)
    for path in place.rglob("*.conf"):
        text = path.read_text("utf-8").replace("/etc/nginx/site", str(site))
        text = text.replace("server web:8000", f"server 127.0.0.1:{behind}")
        text = text.replace("listen 8080", f"listen 127.0.0.1:{port}")
        # Of nginx 1.25; compose.yaml has a newer one, a distribution may have an older.
        text = text if HAS_HTTP2 else text.replace("http2 on;", "")
        path.write_text(text.replace("8443", f"127.0.0.1:{secure}"), "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (place / "nginx.conf").write_text(AROUND.format(place=place, user=user), "utf-8")
    return secure if "tls.conf" in files else port


def nginx(place: Path, *more: str) -> list[str]:
    return [NGINX, "-e", f"{place}/error.log", "-c", f"{place}/nginx.conf", *more]


def is_up(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Behind:
    """A web server that notes when something comes, and answers when it is told to."""

    server: socket.socket = field(
        default_factory=lambda: socket.create_server(("127.0.0.1", 0))
    )
    came: bytearray = field(default_factory=bytearray)
    may_end: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.server.getsockname()[1])

    def _serve(self) -> None:
        # The door closes while nobody came, or the caller leaves in the middle.
        with contextlib.suppress(OSError):
            line, _address = self.server.accept()
            with line:
                self._answer(line)

    def _answer(self, line: socket.socket) -> None:
        while not self._is_whole():
            piece = line.recv(1 << 16)
            if not piece:
                return
            self.came += piece
        line.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfirst\n")
        self.may_end.wait(SECONDS)
        line.sendall(b"last\n")

    def _is_whole(self) -> bool:
        """Whether head and body have come."""
        head, end, body = self.came.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        return bool(end) and len(body) >= (int(length[1]) if length else 0)


@pytest.fixture
def behind() -> Iterator[Behind]:
    found = Behind()
    yield found
    found.may_end.set()
    with contextlib.suppress(OSError):  # it wakes a thread that waits in accept()
        found.server.shutdown(socket.SHUT_RDWR)
    found.server.close()
    found.thread.join(SECONDS)
    assert not found.thread.is_alive()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path


def started(place: Path, behind: int) -> Iterator[int]:
    """nginx before that port; its own."""
    port = written(place, behind)
    with subprocess.Popen(nginx(place)) as process:  # noqa: S603 - our own words
        try:
            assert wait_until(lambda: is_up(port)), (place / "error.log").read_text()
            yield port
        finally:
            process.terminate()


@pytest.fixture
def port(place: Path, behind: Behind) -> Iterator[int]:
    yield from started(place, behind.port)


def begin(
    port: int, path: str, size: int, **headers: str
) -> http.client.HTTPConnection:
    """The head of a request with a body of that size, and the first half of it."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    client.putrequest("POST", path)
    for name, value in {"Content-Length": str(size), **headers}.items():
        client.putheader(name, value)
    client.endheaders()
    client.send(b"x" * (size // 2))
    return client


# --- The file itself -----------------------------------------------------------------------


@pytest.mark.parametrize("files", [(), ("balancer.conf",), ("tls.conf",)])
def test_nginx_takes_the_file(place: Path, files: tuple[str, ...]) -> None:
    written(place, 8000, files=files)
    if "tls.conf" in files:
        make_certificate(place / "site")
    code, told = judged(place)
    assert code == 0, told
    assert "[warn]" not in told


def judged(place: Path) -> tuple[int, str]:
    """What ``nginx -t`` says of the file."""
    done = subprocess.run(  # noqa: S603 - our own words
        nginx(place, "-t"), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


def make_certificate(folder: Path) -> None:
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    files = ["-keyout", f"{folder}/privkey.pem", "-out", f"{folder}/fullchain.pem"]
    subprocess.run(  # noqa: S603 - our own words
        [*command.split(), *files], check=True, capture_output=True
    )


def test_a_word_that_nginx_does_not_know_is_found(place: Path) -> None:
    written(place, 8000)
    ours = place / "ems.conf"
    ours.write_text(ours.read_text().replace("proxy_buffering on", "proxy_bufering on"))
    assert judged(place)[0] == 1


# --- What it holds, and what it lets by ----------------------------------------------------


def test_a_slow_body_comes_when_it_is_whole(port: int, behind: Behind) -> None:
    client = begin(port, "/changes/7/decide/", 100_000)
    assert not wait_until(lambda: bool(behind.came), 1.0)
    client.send(b"x" * 50_000)
    assert wait_until(lambda: len(behind.came) > 100_000)
    client.close()


def test_a_file_goes_on_as_it_comes(port: int, behind: Behind) -> None:
    client = begin(port, "/documents/upload/", 1_000_000)
    assert wait_until(lambda: len(behind.came) > 400_000)
    client.close()


@pytest.mark.parametrize("path", ["/live", "/api/generations/12/stream"])
def test_a_stream_comes_line_by_line(port: int, behind: Behind, path: str) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    client.request("GET", path)
    assert client.getresponse().readline() == b"first\n"
    assert not behind.may_end.is_set()
    client.close()


def test_a_page_is_held_until_it_is_whole(port: int, behind: Behind) -> None:
    """So that a slow reader holds none of our threads, and the test above can fail."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    client.request("GET", "/changes/")
    with pytest.raises(TimeoutError):
        client.getresponse().readline()
    client.close()


def test_a_body_that_is_too_long_does_not_come(port: int, behind: Behind) -> None:
    client = begin(port, "/login", 70_000)
    assert client.getresponse().status == 413
    assert not behind.came
    client.close()


def test_who_asks_is_said_by_the_proxy_alone(port: int, behind: Behind) -> None:
    forged = {"X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https"}
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    client.request("GET", "/changes/", headers=forged)
    assert wait_until(lambda: b"\r\n\r\n" in behind.came)
    assert b"X-Forwarded-For: 127.0.0.1\r\n" in behind.came
    assert b"X-Forwarded-Proto: http\r\n" in behind.came
    assert b"10.9.8.7" not in behind.came
    client.close()


def test_it_speaks_tls(place: Path, behind: Behind) -> None:
    port = written(place, behind.port, files=("tls.conf",))
    make_certificate(place / "site")
    behind.may_end.set()
    with subprocess.Popen(nginx(place)) as process:  # noqa: S603 - our own words
        assert wait_until(lambda: is_up(port))
        trusted = ssl.create_default_context(cafile=f"{place}/site/fullchain.pem")
        client = http.client.HTTPSConnection(
            "localhost", port, timeout=SECONDS, context=trusted
        )
        client.request("GET", "/")
        assert client.getresponse().status == 200
        assert b"X-Forwarded-Proto: https\r\n" in behind.came
        client.close()
        process.terminate()


# --- EMS behind it -------------------------------------------------------------------------


@pytest.mark.slow
def test_ems_behind_it(desk: Desk, place: Path) -> None:
    """A login, a stream, a stranger's file, and somebody's."""
    run = desk.start("run", "backend", "dev", "--no-worker")
    run.wait_for("Stop with")
    for port in started(place, run.port):
        cookies = log_in(port)
        with asked(port, "/live", cookies) as stream:
            assert stream.readline().startswith(b"retry: ")
        stranger = begin(port, "/documents/upload/", 1_000_000)
        assert stranger.getresponse().status == 401
        stranger.close()
        known = begin(port, "/documents/upload/", 200_000, Cookie=cookies)
        known.send(b"x" * 100_000)
        # It came as far as the guard against forged forms.
        assert known.getresponse().status == 403
        known.close()
    run.end()


def log_in(port: int) -> str:
    """Fill in the form of the login; returns the cookies."""
    with asked(port, "/accounts/login/") as page:
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.read())
        before = cookies_of(page)
    assert token
    form = {"username": "agus", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    with asked(port, "/accounts/login/", "; ".join(before), form) as answer:
        assert answer.status == 302
        return "; ".join([*before, *cookies_of(answer)])


@contextmanager
def asked(
    port: int, path: str, cookies: str = "", form: dict[str, object] | None = None
) -> Iterator[http.client.HTTPResponse]:
    """The answer to a page, or to its form."""
    headers = {"Cookie": cookies} if cookies else {}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    client = http.client.HTTPConnection("localhost", port, timeout=SECONDS)
    with closing(client):
        client.request("POST" if form else "GET", path, urlencode(form or {}), headers)
        with client.getresponse() as answer:
            yield answer


def cookies_of(answer: http.client.HTTPResponse) -> list[str]:
    return [each.partition(";")[0] for each in answer.msg.get_all("Set-Cookie") or []]
