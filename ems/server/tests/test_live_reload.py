"""Pages reload while somebody works on them."""

import asyncio
import importlib
import json
import threading
from typing import Any

import pytest

pytestmark = pytest.mark.once


def test_pages_get_the_script_and_nothing_else_is_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda _self: None)
    live: Any = importlib.import_module("ems.server.live_reload")
    page = b"<html><body>words</body></html>"

    async def ems(scope: Any, _receive: Any, send: Any) -> None:
        kind = b"text/html" if scope["path"] == "/page" else b"text/css"
        headers = [(b"content-type", kind), (b"content-length", b"31")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": page[:9], "more_body": True})
        await send({"type": "http.response.body", "body": page[9:]})

    monkeypatch.setattr(live, "ems", ems)

    def ask(path: str, kind: str = "http") -> tuple[list[Any], bytes]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": kind, "path": path}
        asyncio.run(live.application(scope, None, send))
        return sent[0]["headers"], b"".join(row.get("body", b"") for row in sent[1:])

    headers, body = ask("/page")
    assert body.count(b"/__reload.js") == 1
    assert (b"content-length", str(len(body)).encode()) in headers
    assert ask("/style.css")[1] == page
    assert ask("/live")[1] == page
    assert ask("/__reload")[1] == live.state["token"].encode()
    assert b"location.reload" in ask("/__reload.js")[1]
    assert json.dumps(live.state)


def test_a_changed_template_is_forgotten_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda _self: None)
    live: Any = importlib.import_module("ems.server.live_reload")

    class Enough(Exception):  # noqa: N818 - not an error
        pass

    class Changes:
        def __init__(self, *_: object) -> None:
            self.turns = iter([False, True])

        def has_changed(self) -> bool:
            found = next(self.turns, None)
            if found is None:
                raise Enough
            return found

    forgotten: list[int] = []
    monkeypatch.setattr(live, "Watch", Changes)
    monkeypatch.setattr(live, "PAUSE", 0)
    monkeypatch.setattr(live, "reset_loaders", lambda: forgotten.append(1))
    before = live.state["token"]
    with pytest.raises(Enough):
        live.watch()
    assert forgotten == [1]
    assert live.state["token"] != before
