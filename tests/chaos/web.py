"""The real web server for the race, and a decision through its API."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from typing import Any, ClassVar, NamedTuple

OK = 200
PATIENCE = 60.0


class Told(NamedTuple):
    """A decision that the server acknowledged: which approval, revision and person."""

    approval_id: int
    revision: int
    user_id: int


class Server:
    """gunicorn on ``ems.asgi`` over the race's database; one token a person."""

    running: ClassVar["Server | None"] = None
    # Seconds of each decision that this process sent, without the look before it.
    decided: ClassVar[list[float]] = []

    def __init__(self, database: str, people: list[Any]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = int(door.getsockname()[1])
        self.tokens = {person.pk: token_of(person) for person in people}
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
        self.process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{self.port}", "ems.asgi:application"],
            env=os.environ | {"DATABASE_URL": database, "WEB_CONCURRENCY": "2"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.wait()
        Server.running = self

    def wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                probe = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                probe.request("GET", "/healthz")
                if probe.getresponse().status == OK:
                    return
            except OSError:
                time.sleep(0.05)
        message = "the web server did not come up"
        raise RuntimeError(message)

    def stop(self) -> None:
        Server.running = None
        self.process.terminate()
        self.process.wait(30)


def token_of(person: Any) -> str:
    """A token as the login would have stored it."""
    from datetime import timedelta

    from django.utils import timezone

    from core.accounts.models import ApiToken
    from core.accounts.queries import sha256

    token = f"race-{person.pk}"
    ApiToken.objects.update_or_create(
        token_sha256=sha256(token),
        defaults={"user": person, "expires_at": timezone.now() + timedelta(hours=2)},
    )
    return token


def over_http(bom_id: int, person: Any, status: int) -> Told:
    """Look at the BOM, then decide what was shown; raises DomainError as the service would.

    Both on one connection, and the next time on a new one: clients that stay on theirs all end on
    the one worker that was there while the other was replaced after its 5,000 requests.
    """
    server = Server.running
    assert server is not None
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(line):
        shown = call(line, "GET", f"/bomapprovals/{bom_id}", person)
        body = {
            "status": status,
            "remark": "x",
            "revision": shown["revision"],
            "digest": shown["digest"],
        }
        begun = time.perf_counter()
        try:
            found = call(line, "POST", f"/bomapprovals/{bom_id}/decision", person, body)
        finally:
            Server.decided.append(time.perf_counter() - begun)
    return Told(int(found["id"]), int(shown["revision"]), person.pk)


def call(
    line: http.client.HTTPConnection,
    method: str,
    path: str,
    person: Any,
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    from core.errors import DomainError

    server = Server.running
    assert server is not None
    headers = {
        "Authorization": f"Bearer {server.tokens[person.pk]}",
        "Content-Type": "application/json",
    }
    sent = json.dumps(body) if body else None
    try:
        line.request(method, path, sent, headers)
        answer = line.getresponse()
    except ConnectionError:
        # A web process that has served its 5,000 requests closes its connections; a client opens
        # another one and asks again. To decide the same twice is one effect.
        line.close()
        line.request(method, path, sent, headers)
        answer = line.getresponse()
    text = answer.read()
    if answer.status >= http.client.INTERNAL_SERVER_ERROR:
        message = f"{answer.status}: {text[:200]!r}"
        raise RuntimeError(message)
    found: dict[str, Any] = json.loads(text)
    if answer.status != OK:
        raise DomainError(found["message"], found["code"])
    return found
