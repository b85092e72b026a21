"""A body reaches a thread whole, or not at all."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware
from django.http import HttpResponse

from ems import asgi
from ems.server import request_body

pytestmark = pytest.mark.once
BROKEN = {"type": "http.disconnect"}


def part(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def sent(
    *parts: dict[str, Any], length: int, headers: Any = None
) -> tuple[list[bytes], int]:
    """Send these parts to a view that only reads; what it read, and the status of the answer."""
    queue, read, answers = list(parts), [], []

    async def receive() -> dict[str, Any]:
        if not queue:
            await asyncio.sleep(3600)
        return queue.pop(0)

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    def reader(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        read.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start("200 OK", [])
        return [b""]

    pages = WSGIMiddleware(reader, workers=1)  # type: ignore[arg-type]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/x",
        "query_string": b"",
        "http_version": "1.1",
        "headers": headers or [(b"content-length", str(length).encode())],
    }
    before, asgi.pages = asgi.pages, pages
    try:
        asyncio.run(asgi.application(scope, receive, send))
    finally:
        asgi.pages = before
    return read, answers[0]["status"]


def test_a_whole_body_is_read() -> None:
    assert sent(part(b"{"), part(b"}", more=False), length=2) == ([b"{}"], 200)


def test_half_a_body_reaches_no_view() -> None:
    assert sent(part(b"{}"), BROKEN, length=9) == ([], 408)


def test_a_slow_body_reaches_no_view(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "PATIENCE", 0.05)
    assert sent(part(b"{"), length=9) == ([], 408)


def test_a_large_body_is_passed_on_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "AT_ONCE", 4)
    parts = part(b"abcd"), part(b"ef"), part(b"gh", more=False)
    assert sent(*parts, length=8) == ([b"abcdefgh"], 200)


def test_a_chunked_body_gets_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    chunked = [(b"transfer-encoding", b"chunked")]
    parts = part(b"{"), part(b"}", more=False)
    assert sent(*parts, length=0, headers=chunked) == ([b"{}"], 200)
    monkeypatch.setattr(request_body, "AT_ONCE", 1)
    assert sent(*parts, length=0, headers=chunked) == ([], 411)


@pytest.mark.parametrize("last", [BROKEN, part(b"f")])
def test_a_large_body_that_breaks_off_or_dawdles_is_no_whole_one(
    monkeypatch: pytest.MonkeyPatch, last: dict[str, Any]
) -> None:
    monkeypatch.setattr(request_body, "AT_ONCE", 4)

    async def read() -> None:
        queue = [part(b"abcd"), last]

        async def receive() -> dict[str, Any]:
            return queue.pop(0)

        body = request_body.RequestBody(receive)
        assert await body.begin()
        assert (await body())["body"] == b"abcd"
        body.began -= 3600
        await body()

    with pytest.raises(ConnectionError):
        asyncio.run(read())


def test_a_body_that_broke_off_under_a_view_is_no_fault_of_ours(client: Any) -> None:
    class Broken:
        def read(self, *_: Any) -> bytes:
            raise ConnectionResetError

        readline = read

    answer: HttpResponse = client.generic(
        "POST",
        "/login",
        b"{}",
        content_type="application/json",
        **{"wsgi.input": Broken()},
    )
    assert answer.status_code == 400


def test_requests_without_a_body_are_passed_on_at_once() -> None:
    assert not request_body.has_body({"headers": []})
    assert not request_body.has_body({"headers": [(b"content-length", b"0")]})
    assert request_body.has_body({"headers": [(b"transfer-encoding", b"chunked")]})
