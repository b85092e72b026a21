"""A password is in no table, log or error after it was used (docs/threats.md#t17)."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection

from core.accounts.services import login
from core.http.parsers import SmallJSONParser
from tests.people import Caller, Cast, content_of
from tests.security.database import tables

MARKER = "pw-7f3c91d4e2b8"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger says, at any level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


def everywhere() -> dict[str, str]:
    """What is kept, by place: tables, cache, files, mail."""
    found = {}
    with connection.cursor() as cursor:
        for table in [*tables(), "django_session"]:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - ours
            found[table] = "".join(_text(row) for row in cursor.fetchall())
    found["cache"] = str(getattr(cache, "_cache", ""))
    for place in (settings.UPSTREAM_CACHE_DIR, settings.MEDIA_ROOT):
        for file in Path(place).rglob("*"):
            if file.is_file():
                found[str(file)] = file.read_bytes().decode("latin-1")
    found["mail"] = str([vars(each) for each in getattr(mail, "outbox", [])])
    return found


def _text(row: Any) -> str:
    return " ".join(
        bytes(value).decode("latin-1")
        if isinstance(value, bytes | memoryview)
        else str(value)
        for value in row
    )


def leaks(log: io.StringIO, answers: list[Any]) -> list[str]:
    """Places that hold the marker."""
    places = everywhere() | {"log": log.getvalue()}
    for number, answer in enumerate(answers):
        places[f"answer {number}"] = content_of(answer).decode("latin-1") + str(
            answer.headers
        )
    return [place for place, text in places.items() if MARKER in text]


def log_in(name: str = "agus") -> list[Any]:
    """Through the API, with a key to repeat it, and through both pages."""
    body = {"username": name, "password": MARKER}
    caller = Caller(raise_request_exception=False)
    answers = [
        caller.call("POST", "/login", body),
        caller.call("POST", "/login", body, {"Idempotency-Key": "k"}),
    ]
    answers += [
        Caller(raise_request_exception=False).post(path, body)  # a fresh browser
        for path in ("/accounts/login/", "/admin/login/")
    ]
    return answers


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (None, None),
        ("status", 500),
        ("status", 401),
        ("reset", None),
        ("refuse", None),
        ("html", None),
        ("garbage", None),
        ("truncated", None),
        ("redirect", "http://127.0.0.1:9/"),
        ("unsigned_token", None),
        ("wrong_jti", "3"),
    ],
)
@pytest.mark.parametrize("is_right", [True, False])
def test_a_password_stays_nowhere(
    cast: Cast, log: io.StringIO, kind: str | None, value: object, is_right: bool
) -> None:
    if is_right:
        cast.sandbox.auth.password = MARKER
    if kind:
        cast.sandbox.auth.faults.set("/login", kind, value)
    answers = log_in()
    if kind is None:
        assert answers[0].status_code == (200 if is_right else 401)
    assert not leaks(log, answers)


@pytest.mark.slow
def test_a_password_stays_nowhere_when_the_auth_server_is_silent(
    cast: Cast, log: io.StringIO
) -> None:
    cast.sandbox.auth.faults.set("/login", "half_open")
    body = {"username": "agus", "password": MARKER}
    answer = Caller(raise_request_exception=False).call("POST", "/login", body)
    assert answer.status_code == 503
    assert not leaks(log, [answer])


@pytest.mark.parametrize(
    "place", ["mirror_person", "remember_address", "reserve_attempt"]
)
@pytest.mark.parametrize("debug", [True, False])
def test_a_password_stays_nowhere_when_the_server_breaks(
    cast: Cast,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    debug: bool,
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(settings, "DEBUG", debug)
    monkeypatch.setattr(login, place, broken)
    cast.sandbox.auth.password = MARKER
    answers = log_in()
    assert answers[0].status_code == 500
    # A developer's own screen repeats what was typed; DEBUG is refused on a real host.
    assert not leaks(log, [] if debug else answers)


def test_a_password_in_a_body_that_cannot_be_read_stays_nowhere(
    cast: Cast, log: io.StringIO
) -> None:
    caller = Caller(raise_request_exception=False)
    bodies = (
        b'{"username": "agus", "password": "' + MARKER.encode(),
        b'{"username": "agus", "password": "' + MARKER.encode() + b'\\u0000"}',
        f"username=agus&password={MARKER}".encode(),
    )
    answers = [caller.call("POST", "/login", body) for body in bodies]
    assert {answer.status_code for answer in answers} == {400}
    assert not leaks(log, answers)


def test_tokens_stay_nowhere_either(cast: Cast, log: io.StringIO) -> None:
    token = cast.token("agus")
    api = cast.api("agus")
    api.read("/api/userroles")
    api.call("POST", "/donePOs", {"outs": 1}, {"Idempotency-Key": "k"})
    api.call("POST", "/logout")
    places = everywhere() | {"log": log.getvalue()}
    assert not [place for place, text in places.items() if token in text]


@pytest.mark.usefixtures("cast")
def test_a_leak_would_be_seen(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = SmallJSONParser.parse

    def chatty(self: SmallJSONParser, stream: Any, *rest: Any) -> object:
        found = original(self, stream, *rest)
        logging.getLogger("chatty").warning("read %s", found)
        cache.set("last", found)
        return found

    monkeypatch.setattr(SmallJSONParser, "parse", chatty)
    body = {"username": "agus", "password": MARKER}
    answer = Caller().call("POST", "/login", body)
    assert set(leaks(log, [answer])) >= {"log"}
