"""Names, addresses and TLS within the total time of a call."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.integrations import sockets
from core.integrations.errors import Reason, UpstreamError
from core.integrations.sockets import TimedSocket, is_forbidden
from core.integrations.tests.conftest import MakeClient


def reason_of(make_client: MakeClient, url: str, **limits: Any) -> Reason:
    """Why that address gives nothing."""
    outcome = make_client(url, **limits).fetch("/x")
    assert isinstance(outcome, UpstreamError)
    return outcome.reason


def test_a_slow_name_server_is_within_the_total(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def stall(*_args: Any) -> list[Any]:
        go.wait(10)
        return []

    monkeypatch.setattr(sockets, "look_up", stall)
    began = time.monotonic()
    assert reason_of(make_client, "http://ppic.example") is Reason.TIMEOUT
    assert time.monotonic() - began < 1.0
    go.set()


@pytest.mark.parametrize(
    "fault", [socket.gaierror(-2, "unknown"), UnicodeError("label")]
)
def test_an_unknown_name_is_unreachable(
    fault: Exception, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any) -> list[Any]:
        raise fault

    monkeypatch.setattr(sockets, "look_up", refuse)
    assert reason_of(make_client, "http://ppic.example") is Reason.UNREACHABLE


def test_a_name_without_an_address_is_unreachable(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "look_up", lambda *_args: [])
    assert reason_of(make_client, "http://ppic.example") is Reason.UNREACHABLE


def entry(address: str, port: int) -> tuple[Any, ...]:
    """One line of a resolver's answer."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return (family, socket.SOCK_STREAM, 6, "", (address, port))


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fd00:ec2::254"]
)
def test_a_name_that_points_at_the_metadata_service_gets_no_packet(
    address: str, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Any] = []
    monkeypatch.setattr(sockets, "look_up", lambda *_args: [entry(address, 80)])
    monkeypatch.setattr(TimedSocket, "connect", lambda _self, to: tried.append(to))
    assert reason_of(make_client, "http://rebound.example") is Reason.UNREACHABLE
    assert tried == []


def test_a_company_network_is_allowed() -> None:
    assert not any(map(is_forbidden, ("192.168.2.160", "10.0.0.1", "::1", "fd00::1")))


def test_the_next_address_is_tried(
    box: Any, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(box.ppic.url.rpartition(":")[2])
    both = [entry("169.254.0.1", port), entry("127.0.0.1", port)]
    monkeypatch.setattr(sockets, "look_up", lambda *_args: both)
    assert make_client(f"http://ppic.example:{port}").get("/ext-items")


def test_a_black_hole_costs_the_connect_time(make_client: MakeClient) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        full = [socket.socket() for _ in range(4)]
        for each in full:
            each.setblocking(False)  # noqa: FBT003
            each.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        began = time.monotonic()
        assert reason_of(make_client, url, total=5.0, read=5.0) is Reason.TIMEOUT
        assert time.monotonic() - began < 1.0
        for each in full:
            each.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl here")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = (
        f"{program} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
        f"-days 2 -subj /CN=ppic -addext subjectAltName=IP:127.0.0.1 "
        f"-keyout {path} -out {path}.crt"
    )
    subprocess.run(command.split(), check=True, capture_output=True)  # noqa: S603
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


def _serve(listener: socket.socket, context: ssl.SSLContext, drip: float) -> None:
    body = b"[1, 2, 3]"
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(plain, server_side=True) as sock:
                sock.recv(65536)
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
                for byte in body:
                    sock.sendall(bytes([byte]))
                    threading.Event().wait(drip)
        except OSError:
            plain.close()


@pytest.fixture
def tls_url(certificate: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A TLS server; the parameter is its pause after each byte, in seconds."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    drip = getattr(request, "param", 0.0)
    thread = threading.Thread(target=_serve, args=(listener, context, drip))
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine trusts that certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    sockets.tls_context.cache_clear()
    yield
    sockets.tls_context.cache_clear()


def test_a_certificate_that_nobody_signed_is_refused(
    tls_url: str, make_client: MakeClient
) -> None:
    assert reason_of(make_client, tls_url) is Reason.UNREACHABLE


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_the_machines_store_is_good(
    tls_url: str, make_client: MakeClient
) -> None:
    client = make_client(tls_url, total=5.0, read=2.0, connect=2.0)
    assert client.get("/x") == b"[1, 2, 3]"


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_host_is_refused(
    tls_url: str, make_client: MakeClient
) -> None:
    url = tls_url.replace("127.0.0.1", "localhost")
    assert reason_of(make_client, url, connect=1.0, total=2.0) is Reason.UNREACHABLE


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls_url", [0.15], indirect=True)
def test_the_total_holds_over_tls_too(tls_url: str, make_client: MakeClient) -> None:
    began = time.monotonic()
    assert reason_of(make_client, tls_url, total=0.6, read=0.3) is Reason.TIMEOUT
    assert time.monotonic() - began < 1.1


def test_old_tls_is_not_spoken() -> None:
    assert sockets.tls_context().minimum_version >= ssl.TLSVersion.TLSv1_2
    assert sockets.tls_context().verify_mode is ssl.CERT_REQUIRED


SMALL = "/bomleveleds-proto-simple"


@pytest.mark.parametrize("is_armed", [True, False])
def test_it_is_the_armed_socket_that_ends_a_drip(
    *,
    is_armed: bool,
    box: Any,
    make_client: MakeClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # 18 bytes, 50 ms each: no single silence is long, all of them together are.
    box.ppic.faults.set(SMALL, "slow", 0.05)
    if not is_armed:
        monkeypatch.setattr(TimedSocket, "_arm", lambda _self: None)
    outcome = make_client(box.ppic.url, total=0.4).fetch(
        SMALL, {"bomGenesisReferenceId": "999999"}
    )
    assert isinstance(outcome, UpstreamError) is is_armed
