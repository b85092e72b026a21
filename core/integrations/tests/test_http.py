"""What the client does with each thing that an upstream can do to it."""

import gzip
import pickle
import resource
import socket
import threading
import time
from typing import Any

import pytest
from django.db import transaction

from core.integrations.addresses import is_address, is_path
from core.integrations.breaker import BreakerState
from core.integrations.errors import Reason, UpstreamError
from core.integrations.limits import BreakerRule
from core.integrations.tests.conftest import (
    Clock,
    MakeClient,
    failure,
    in_threads,
    until,
)
from core.integrations.transaction_guard import SocketInTransaction

ITEMS = "/ext-items"
IN_A_ROW = BreakerRule(failures=5, window=5, open_seconds=10)


def test_it_gets_a_body(box: Any, make_client: MakeClient) -> None:
    assert make_client(box.ppic.url + "/").get(ITEMS).startswith(b"[")


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("refuse", None, Reason.UNREACHABLE),
        ("reset", None, Reason.UNREACHABLE),
        ("drop_after_effect", None, Reason.UNREACHABLE),
        ("half_open", None, Reason.TIMEOUT),
        ("latency", 30, Reason.TIMEOUT),
        ("slow", 0.05, Reason.TIMEOUT),
        ("slow_headers", 0.05, Reason.TIMEOUT),
        ("endless", None, Reason.TOO_BIG),
        ("huge", None, Reason.TOO_BIG),
        ("gzip_bomb", None, Reason.TOO_BIG),
        ("status", 500, Reason.REFUSED),
        ("status", 404, Reason.REFUSED),
        ("status", 204, Reason.INVALID),
        ("redirect", None, Reason.REDIRECT),
    ],
)
def test_each_misbehaviour_has_its_reason_and_ends_in_time(
    kind: str, value: Any, reason: Reason, box: Any, make_client: MakeClient
) -> None:
    client = make_client(box.ppic.url)
    box.ppic.faults.set(ITEMS, kind, value)
    began = time.monotonic()
    error = failure(lambda: client.get(ITEMS))
    assert error.reason is reason
    assert time.monotonic() - began < client.limits.total + 0.5


def test_a_dripping_body_outlives_the_read_time_but_not_the_total(
    box: Any, make_client: MakeClient
) -> None:
    # The control: with a total of minutes the same drip would go on beyond it.
    box.ppic.faults.set(ITEMS, "slow", 0.05)
    for total in (0.4, 0.8):
        client = make_client(box.ppic.url, total=total)
        began = time.monotonic()
        assert failure(lambda c=client: c.get(ITEMS)).reason is Reason.TIMEOUT  # type: ignore[misc]
        assert total - 0.05 < time.monotonic() - began < total + 0.4


def test_a_huge_body_does_not_fill_the_memory(
    box: Any, make_client: MakeClient
) -> None:
    client = make_client(box.ppic.url, total=5.0, body_cap=8 * 1024 * 1024)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for kind in ("huge", "endless", "gzip_bomb"):
        box.ppic.faults.clear()
        box.ppic.faults.set(ITEMS, kind)
        assert failure(lambda: client.get(ITEMS)).reason is Reason.TOO_BIG
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 32 * 1024


def test_no_redirect_is_followed_and_its_body_is_not_read(
    box: Any, make_client: MakeClient, evil: socket.socket
) -> None:
    target = f"http://127.0.0.1:{evil.getsockname()[1]}/"
    for status in (301, 302, 303, 307, 308):
        box.ppic.faults.clear()
        box.ppic.faults.set(ITEMS, "redirect", [target, status])
        assert (
            failure(lambda: make_client(box.ppic.url).get(ITEMS)).reason
            is Reason.REDIRECT
        )
        send = failure(lambda: make_client(box.ppic.url).send("POST", ITEMS, json={}))
        assert send.reason is Reason.REDIRECT
    assert len(box.ppic.calls) == 10


def test_a_redirect_may_have_nonsense_for_a_target(
    box: Any, make_client: MakeClient
) -> None:
    for target in ("http://[", "://", "http://", "javascript:alert(1)", "\x7f"):
        box.ppic.faults.clear()
        box.ppic.faults.set(ITEMS, "redirect", target)
        assert (
            failure(lambda: make_client(box.ppic.url).get(ITEMS)).reason
            is Reason.REDIRECT
        )


def test_the_environment_names_no_proxy(
    box: Any,
    make_client: MakeClient,
    evil: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{evil.getsockname()[1]}")
    monkeypatch.delenv("no_proxy", raising=False)
    assert make_client(box.ppic.url).get(ITEMS)


def answering(*replies: bytes) -> tuple[socket.socket, list[bytes]]:
    """A server that gives each connection the next bytes, and what it was asked."""
    listener, asked = socket.create_server(("127.0.0.1", 0)), []

    def serve() -> None:
        for reply in replies:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with sock:
                asked.append(sock.recv(65536))
                sock.sendall(reply)

    threading.Thread(target=serve, daemon=True).start()
    return listener, asked


def url_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def reply(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def test_a_cookie_is_never_sent_back(make_client: MakeClient) -> None:
    good = reply(b"{}", "Set-Cookie: who=budi; Path=/")
    listener, asked = answering(good, good)
    with listener:
        client = make_client(url_of(listener))
        client.get("/a")
        client.get("/b")
    assert b"cookie" not in asked[1].lower()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbad",
        b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        reply(b"\x1f\x8bnot gzip", "Content-Encoding: gzip"),
        reply(gzip.compress(b"[]"), "Content-Encoding: gzip, gzip"),
        reply(b"[]", "Content-Encoding: br"),
        reply(b"", status="304 Not Modified"),
        b"HTTP/1.1 100 Continue\r\n\r\n" * 3,
    ],
)
def test_broken_http_is_an_upstream_error(raw: bytes, make_client: MakeClient) -> None:
    listener, _ = answering(raw)
    with listener:
        error = failure(lambda: make_client(url_of(listener)).get("/x"))
    assert error.upstream == "PPIC"
    assert "127.0.0.1" not in str(error)


def test_gzip_is_unpacked(make_client: MakeClient) -> None:
    listener, _ = answering(reply(gzip.compress(b"[1]"), "Content-Encoding: gzip"))
    with listener:
        assert make_client(url_of(listener)).get("/x") == b"[1]"


def test_a_full_bulkhead_says_so_at_once(box: Any, make_client: MakeClient) -> None:
    box.ppic.faults.set(ITEMS, "latency", 0.4)
    client = make_client(box.ppic.url, concurrency=2, queue=0.05, read=1.0, total=2.0)
    began = time.monotonic()
    outcomes = in_threads(6, lambda: client.fetch(ITEMS))
    busy = [each for each in outcomes if isinstance(each, UpstreamError)]
    assert [each.reason for each in busy] == [Reason.BUSY] * 4
    assert busy[0].retry_after == 1
    assert len(box.ppic.calls) == 2
    assert time.monotonic() - began < 1.5


def test_send_brings_its_headers_and_gets_any_status_back(
    box: Any, make_client: MakeClient
) -> None:
    client = make_client(box.ppic.url)
    box.ppic.faults.set("/snapshot-bom", "status", 409, body="already there")
    headers = {"Idempotency-Key": "bom-700-3"}
    answer = client.send("POST", "/snapshot-bom/700", json={"a": 1}, headers=headers)
    assert (answer.status, answer.body, answer.is_cut) == (409, b"already there", False)
    call = box.ppic.calls[0]
    sent = {name.lower(): value for name, value in call.headers.items()}
    assert sent["idempotency-key"] == "bom-700-3"
    assert sent["content-type"] == "application/json"
    assert call.json() == {"a": 1}


def test_send_without_a_body_sends_none(box: Any, make_client: MakeClient) -> None:
    make_client(box.ppic.url).send("GET", "/snapshot-bom/700")
    assert box.ppic.calls[0].body == b""


def test_send_cuts_the_answer_at_64_kib(box: Any, make_client: MakeClient) -> None:
    box.ppic.faults.set(ITEMS, "huge", 10 * 1024 * 1024)
    answer = make_client(box.ppic.url, total=3.0).send("POST", ITEMS, json={})
    assert (len(answer.body), answer.is_cut) == (64 * 1024, True)


def test_send_may_bring_other_times(box: Any, make_client: MakeClient) -> None:
    box.ppic.faults.set(ITEMS, "latency", 30)
    client = make_client(box.ppic.url, read=20.0, total=20.0)
    short = make_client(box.ppic.url).limits
    began = time.monotonic()
    error = failure(lambda: client.send("POST", ITEMS, limits=short))
    assert error.reason is Reason.TIMEOUT
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "url", ["", "ppic:80", "ftp://ppic", "http://", "http://h:x", "http://["]
)
def test_without_an_address_it_is_unreachable(
    url: str, make_client: MakeClient
) -> None:
    error = failure(lambda: make_client(url).get(ITEMS))
    assert error.reason is Reason.UNREACHABLE
    assert "not configured" in error.sentence


@pytest.mark.parametrize(
    "path",
    [
        "",
        "x",
        "//evil/x",
        "@evil/x",
        "/a/../b",
        "/a\\b",
        "/a b",
        "/a\r\nX: y",
        "/é",
        "/a#b",
    ],
)
def test_a_path_can_not_name_another_host(path: str, make_client: MakeClient) -> None:
    assert not is_path(path)
    with pytest.raises(ValueError, match="path"):
        make_client("http://127.0.0.1:9").get(path)


def test_an_address_is_http_with_a_host() -> None:
    assert is_address("https://ppic.example:8443/base")
    assert not is_address("http://h:99999999")


@pytest.mark.django_db
def test_a_call_inside_a_transaction_is_refused(
    box: Any, make_client: MakeClient
) -> None:
    with transaction.atomic(), pytest.raises(SocketInTransaction, match="PPIC"):
        make_client(box.ppic.url).get(ITEMS)
    assert box.ppic.calls == []


def test_an_error_survives_a_pickle(make_client: MakeClient) -> None:
    error = make_client("").error(Reason.REFUSED, 3.0, 503)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(again), again.status, again.retry_after) == (str(error), 503, 3.0)
    assert not again.is_nonsense
    assert "503" in again.sentence


def test_a_bug_of_ours_does_not_leave_the_probe_out(
    box: Any, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    client = make_client(box.ppic.url, breaker=BreakerRule(1, 1, 10), clock=clock)
    with monkeypatch.context() as patch:
        patch.setattr(client, "_read", lambda *_args: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            client.get(ITEMS)
    assert client.breaker_state is BreakerState.OPEN
    clock.advance(10)
    assert client.get(ITEMS)


def test_threads_share_one_client(box: Any, make_client: MakeClient) -> None:
    client = make_client(box.ppic.url, concurrency=4, queue=3.0, total=5.0)
    bodies = in_threads(16, lambda: client.fetch(ITEMS))
    assert len(set(bodies)) == 1
    until(lambda: len(box.ppic.calls) == 16)
    assert repr(client) == "<Client PPIC>"
