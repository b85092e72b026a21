"""No password and no token in any message, traceback, log line or kept file."""

import logging
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from core.integrations import http
from core.integrations.authserver import AuthServer
from core.integrations.errors import LoginRefused, Reason, UpstreamError
from core.integrations.persistent_cache import DirectoryStore
from core.integrations.tests.conftest import TIMES, MakeClient

PASSWORD = "pw-7f3c-marker"
OURS = str(Path(http.__file__).parent)


def traces(error: BaseException) -> str:
    """All that an error report could show of it: texts, and locals of our frames."""
    shown = [str(error), repr(error), repr(error.args)]
    shown += traceback.format_exception(error)
    linked: BaseException | None = error
    while linked is not None:
        shown.append(_locals(linked.__traceback__))
        shown.append(repr(vars(linked)))
        linked = linked.__cause__ or linked.__context__
    return "\n".join(shown)


def _locals(trace: TracebackType | None) -> str:
    shown = []
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(OURS) and "tests" not in file:
            shown.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    return "\n".join(shown)


@pytest.fixture
def auth(box: Any, make_client: MakeClient, tmp_path: Path) -> AuthServer:
    """The auth server with a store on disk."""
    client, store = make_client(box.auth.url), DirectoryStore(tmp_path)
    return AuthServer(client, client, TIMES, store=store)


def kept(tmp_path: Path) -> bytes:
    """All that was written to disk."""
    return b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (None, None),
        ("status", 401),
        ("status", 500),
        ("refuse", None),
        ("reset", None),
        ("half_open", None),
        ("slow_headers", 0.05),
        ("html", None),
        ("redirect", "http://127.0.0.1:9/"),
        ("drop_after_effect", None),
        ("gzip_bomb", None),
    ],
)
def test_the_password_leaves_no_trace(
    kind: str | None,
    value: Any,
    auth: AuthServer,
    box: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    if kind:
        box.auth.faults.set("/login", kind, value)
    with pytest.raises((UpstreamError, LoginRefused)) as caught:
        auth.login("rina", PASSWORD)
    assert PASSWORD not in traces(caught.value)
    assert caught.value.__context__ is None
    auth.people()
    assert PASSWORD not in caplog.text
    assert PASSWORD.encode() not in kept(tmp_path)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("status", 401), ("refuse", None), ("half_open", None), (None, None)],
)
def test_the_token_leaves_no_trace(
    kind: str | None,
    value: Any,
    auth: AuthServer,
    box: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    token = box.auth.token_for("rina")
    if kind:
        box.auth.faults.set("/users", kind, value)
    try:
        auth.person(3, token, "budi")
    except (UpstreamError, LoginRefused) as error:
        assert token not in traces(error)  # noqa: PT017 - both ways out are looked at
    assert token not in caplog.text
    assert token.encode() not in kept(tmp_path)


def test_what_the_relay_sends_leaves_no_trace(
    box: Any, make_client: MakeClient
) -> None:
    box.ppic.faults.set("/", "refuse")
    client = make_client(box.ppic.url)
    with pytest.raises(UpstreamError) as caught:
        client.send("POST", "/x", json={"a": PASSWORD}, headers={"X-Key": PASSWORD})
    assert PASSWORD not in traces(caught.value)


def test_the_search_would_find_a_careless_error(
    auth: AuthServer, box: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The control: the same login, raising inside the frame that holds the password.
    def careless(_self: AuthServer, username: str, password: str) -> None:
        raise UpstreamError(username, Reason.INVALID, f"no {password}")

    monkeypatch.setattr(AuthServer, "_try_login", careless)
    with pytest.raises(UpstreamError) as caught:
        auth.login("rina", PASSWORD)
    assert PASSWORD in traces(caught.value)
    del box
