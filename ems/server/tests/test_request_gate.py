"""What may come in is decided from the head: how long, from whom, by how many at once."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter
from rest_framework.parsers import MultiPartParser

from core.accounts import sessions
from core.accounts.models import ApiToken, UploadDay
from core.http.parsers import SMALL
from ems import asgi
from ems.server import request_body, request_gate
from tests.people import Cast

MIB = 1 << 20
PAGES_WITH_FILES = {
    "/changes/new/": MIB * 31,
    "/changes/7/edit/": MIB * 31,
    "/changes/7/attach/": MIB * 31,
    "/analyzer/start/": MIB * 31,
    "/talk/change/7/say/": MIB * 31,
    "/documents/upload/": MIB * 251,
    "/documents/7/replace/": MIB * 251,
}


class Asked:
    """One request to the root; what was read of its body, and how it was answered."""

    def __init__(self, path: str, **headers: str) -> None:
        self.read = self.reached = 0
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "http_version": "1.1",
            "headers": [
                (name.replace("_", "-").encode(), value.encode())
                for name, value in headers.items()
            ],
        }

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.body += message.get("body", b"")

    async def of(self, pieces: Iterator[bytes]) -> None:
        async def receive() -> dict[str, Any]:
            assert not self.status or self.status in gate_refusals()
            piece = next(pieces, None)
            if piece is None:
                return {"type": "http.request", "body": b"", "more_body": False}
            if not self.status:
                self.read += len(piece)
            return {"type": "http.request", "body": piece, "more_body": True}

        await asgi.application(self.scope, receive, self.send)


def gate_refusals() -> set[int]:
    return {302, 401, 411, 413, 503}


@pytest.fixture(autouse=True)
def _pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that reads all of it."""

    def reader(environ: dict[str, Any], start: Any) -> Any:
        while environ["wsgi.input"].read(1 << 16):
            pass
        start("204 No Content", [])
        return [b""]

    monkeypatch.setattr(asgi, "pages", WSGIMiddleware(reader, workers=1))  # type: ignore[arg-type]
    monkeypatch.setattr(request_body, "LINGER", 0.2)


def ask(path: str, length: int = 0, *, chunked: int = 0, **headers: str) -> Asked:
    """Send so many bytes, with their length or without it."""
    told = (
        {"transfer_encoding": "chunked"} if chunked else {"content_length": str(length)}
    )
    asked = Asked(path, **told, **headers)
    size = chunked or length
    pieces = (b"x" * min(1 << 16, size - at) for at in range(0, size, 1 << 16))
    asyncio.run(asked.of(pieces))
    return asked


@pytest.fixture
def token(cast: Cast) -> str:
    """Somebody's token."""
    return cast.token("agus")


# --- From whom ---------------------------------------------------------------------------

threads = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer not-ours"},
        {"authorization": "x" * 9000},
        {"cookie": f"{settings.SESSION_COOKIE_NAME}=made-up"},
        {"cookie": "emscsrf=" + "a" * 32},
    ],
)
@pytest.mark.parametrize(
    "path", ["/changes/new/", "/supporttables", "/nowhere", "/admin/"]
)
@threads
def test_a_large_body_of_a_stranger_is_refused_unread(
    path: str, headers: dict[str, str]
) -> None:
    asked = ask(path, request_gate.OPEN_TO_ALL + 1, **headers)  # type: ignore[arg-type]
    assert (asked.status, asked.read) == (401, 0)


def test_a_small_body_of_a_stranger_asks_no_database() -> None:
    assert ask("/nowhere", request_gate.OPEN_TO_ALL, cookie="ems=made-up").status == 204


@threads
def test_a_large_body_of_somebody_is_read(token: str) -> None:
    asked = ask("/changes/new/", 3 * MIB, authorization=f"Bearer {token}")
    assert (asked.status, asked.read) == (204, 3 * MIB)


@threads
def test_a_token_that_ended_opens_nothing(token: str) -> None:
    ApiToken.objects.all().delete()
    assert ask("/changes/new/", MIB, authorization=f"Bearer {token}").status == 401


@threads
def test_a_session_opens_until_it_lies_idle(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.agus)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    assert ask("/changes/new/", MIB, cookie=cookie).status == 204
    session = client.session
    session[sessions.SEEN] = 1
    session.save()
    assert ask("/changes/new/", MIB, cookie=cookie).status == 401


def test_a_browser_is_led_to_the_login() -> None:
    asked = ask("/changes/new/", MIB, accept="text/html,*/*")
    assert asked.status == 302
    assert asked.headers[b"location"] == b"/accounts/login/?next=/changes/new/"


def test_a_chunked_body_of_a_stranger_is_refused_before_a_thread_sees_it() -> None:
    asked = ask("/changes/new/", chunked=200_000)
    assert asked.status == 401
    assert ask("/changes/new/", chunked=60_000).status == 204


# --- How long ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/login", SMALL),
        ("/login/", SMALL),
        ("/LOGIN", SMALL),
        ("/SupportTables", 251 * MIB),
        ("/hooks/ppic/bom-changed", SMALL),
        ("/accounts/login/", request_gate.OPEN_TO_ALL),
        ("/admin/login/", request_gate.OPEN_TO_ALL),
        ("/accounts/theme/", request_gate.OPEN_TO_ALL),
        ("/changes/7/decide/", 2 * MIB),
        ("/engineeringDetailProblems/7/photo", 41 * MIB + MIB // 4 + MIB),
        ("/supporttables", 251 * MIB),
        ("/supporttables/7/upload/", 251 * MIB),
        *PAGES_WITH_FILES.items(),
    ],
)
def test_a_body_has_the_length_that_its_place_needs(path: str, most: int) -> None:
    assert request_gate.max_body_bytes(Asked(path).scope) == most
    asked = ask(path, most + 1)
    assert (asked.status, asked.read) == (413, 0)
    assert asked.headers[b"connection"] == b"close"


def test_json_has_its_own_length() -> None:
    scope = Asked("/bomapprovals", content_type="application/json").scope
    assert request_gate.max_body_bytes(scope) == settings.JSON_MAX_BYTES


@pytest.mark.parametrize("told", ["9" * 4000, "1" + "0" * 16])
def test_a_length_beyond_all_measure_is_refused(told: str) -> None:
    asked = Asked("/login", content_length=told)
    asyncio.run(asked.of(iter(())))
    assert asked.status == 413


def test_a_chunked_body_ends_where_its_place_does() -> None:
    assert ask("/login", chunked=SMALL + 1).status == 413


@threads
def test_a_chunked_body_that_is_no_longer_short_needs_a_length(token: str) -> None:
    asked = ask("/changes/new/", chunked=3 * MIB, authorization=f"Bearer {token}")
    assert (asked.status, asked.read) == (411, request_body.AT_ONCE)
    assert json.loads(asked.body) == {
        "message": "A body of this size needs a Content-Length.",
        "code": "length_required",
        "errors": {},
        "requestId": "",
    }


# --- What broke off ----------------------------------------------------------------------


def breaking_off(after: int, token: str) -> None:
    """Send so much of three megabytes, then be gone."""
    asked = Asked(
        "/changes/new/",
        authorization=f"Bearer {token}",
        content_length=str(3 * MIB),
    )
    left = [after]

    async def receive() -> dict[str, Any]:
        if not left[0]:
            return {"type": "http.disconnect"}
        size = min(left[0], 1 << 16)
        left[0] -= size
        return {"type": "http.request", "body": b"x" * size, "more_body": True}

    asyncio.run(asgi.application(asked.scope, receive, asked.send))


@threads
def test_what_broke_off_counts_against_the_day(cast: Cast, token: str) -> None:
    for _time in range(2):
        with pytest.raises(ConnectionResetError):
            breaking_off(2 * MIB, token)
    assert UploadDay.objects.get(user=cast.agus).size == 4 * MIB


@threads
def test_what_came_whole_is_not_counted_here(cast: Cast, token: str) -> None:
    ask("/changes/new/", 3 * MIB, authorization=f"Bearer {token}")
    assert not UploadDay.objects.exists()


def _views(patterns: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, before + route)
        elif isinstance(pattern, URLPattern):
            yield before + route, pattern.callback


def test_every_path_of_the_api_that_takes_files_has_room_for_them() -> None:
    found = []
    for route, view in _views(get_resolver().url_patterns):
        if MultiPartParser in getattr(getattr(view, "cls", None), "parser_classes", ()):
            path = "/" + re.sub(r"<\w+:\w+>", "7", route)
            found.append(path)
            assert (
                request_gate.max_body_bytes(Asked(path).scope)
                > settings.ATTACHMENT_MAX_BYTES
            ), path
    assert len(found) > 5
    assert IntConverter.regex == "[0-9]+"


def test_every_page_that_takes_files_has_room_for_them() -> None:
    forms = {
        path
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        if "multipart/form-data" in path.read_text(encoding="utf-8")
    }
    # A form more: is its address among the places of ``ems.server.request_gate``?
    assert len(forms) < len(PAGES_WITH_FILES), forms


# --- By how many at once ------------------------------------------------------------------


@threads
def test_uploads_leave_threads_for_the_others(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "uploads", asyncio.Semaphore(1))
    monkeypatch.setattr(asgi, "PATIENCE", 0.1)

    async def both() -> tuple[Asked, Asked]:
        bearer = {"authorization": f"Bearer {token}", "content_length": str(MIB)}
        slow, late = (Asked("/changes/new/", **bearer) for _ in range(2))
        await asgi.uploads.acquire()
        await late.of(iter([b"x" * MIB]))
        asgi.uploads.release()
        await slow.of(iter([b"x" * MIB]))
        return slow, late

    slow, late = asyncio.run(both())
    assert (slow.status, late.status) == (204, 503)
    assert late.headers[b"retry-after"]


def test_an_upload_has_a_total_time() -> None:
    async def read() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"x" * MIB, "more_body": True}

        body = request_body.RequestBody(receive)
        assert await body.begin()
        body.size = 1 << 40
        body.began -= request_body.LONGEST + 1
        await body._next()

    with pytest.raises(ConnectionError):
        asyncio.run(read())


def test_the_root_loads_in_a_process_that_knows_nothing_yet() -> None:
    bare = {
        name: value for name, value in os.environ.items() if "DJANGO" not in name
    } | {"SECRET_KEY": settings.SECRET_KEY}
    command = [sys.executable, "-c", "import ems.asgi"]
    done = subprocess.run(  # noqa: S603 - our own words
        command, cwd=settings.BASE_DIR, env=bare, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
