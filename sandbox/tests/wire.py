"""A plain HTTP client for these tests: one call, one answer, nothing hidden."""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from sandbox.upstream import Upstream

PATIENCE = 5.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.body)


def dial(server: Upstream, timeout: float = PATIENCE) -> HTTPConnection:
    """Make a connection to a stand-in; the caller closes it."""
    return HTTPConnection(server.url.removeprefix("http://"), timeout=timeout)


def ask(
    server: Upstream,
    method: str,
    path: str,
    data: object = None,
    headers: Mapping[str, str] | None = None,
    *,
    timeout: float = PATIENCE,
) -> Answer:
    """Make one call on a connection of its own."""
    connection = dial(server, timeout)
    try:
        body = None if data is None else json.dumps(data)
        connection.request(method, path, body, headers=dict(headers or {}))
        reply = connection.getresponse()
        return Answer(reply.status, dict(reply.getheaders()), reply.read())
    finally:
        connection.close()


def await_that(is_so: Callable[[], bool]) -> None:
    """Look until the condition holds; fail when it does not in good time."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it never came about"
        os.sched_yield()


def get(server: Upstream, path: str, *, timeout: float = PATIENCE) -> Answer:
    return ask(server, "GET", path, timeout=timeout)
