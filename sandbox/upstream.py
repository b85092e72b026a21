"""The base of every stand-in: listens, routes, records, and misbehaves on demand."""

import re
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Self

from sandbox.connection import Connection
from sandbox.faults import Fault, Faults
from sandbox.listener import Listener
from sandbox.messages import Call, Reply, json_reply, refusal
from sandbox.mischief import BEFORE, INSTEAD, KINDS, SENDING, UPON

CONTROL = "/__sandbox__"

Handler = Callable[..., Reply]
Routes = Mapping[tuple[str, str], Handler]
Twists = Mapping[str, Callable[[Fault, Reply], Reply]]


class Upstream:
    """One stand-in server; a subclass gives it routes and state."""

    name = "upstream"

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.calls: list[Call] = []
        self.siblings: Mapping[str, Upstream] = {self.name: self}
        self._upon = {**UPON, **self.twists()}
        self.faults = Faults(KINDS | frozenset(self._upon), self._follow_faults)
        self._routes = _compiled({**self._controls(), **self.routes()})
        self._connections: set[Connection] = set()
        self._listener = Listener(host, port, self._converse)
        self.url = f"http://{host}:{self._listener.port}"
        self.load()

    def routes(self) -> Routes:
        """Return (method, path template) -> handler; ``{name}`` is given by keyword."""
        return {}

    def twists(self) -> Twists:
        """Return fault kinds of this server alone, which spoil a finished answer."""
        return {}

    def load(self) -> None:
        """Take the committed data and forget every write."""

    def reset(self) -> None:
        """Return to the state of a fresh start: no faults, no calls, no writes."""
        self.faults.clear()
        self.load()
        self.calls.clear()

    def start(self) -> Self:
        """Begin to listen."""
        self._listener.open()
        return self

    def stop(self) -> None:
        """End every wait and every connection, and give the port back."""
        self.faults.clear()
        self._listener.release()
        for connection in list(self._connections):
            connection.interrupt()

    def _follow_faults(self) -> None:
        if self.faults.has("refuse"):
            self._listener.close()
        else:
            self._listener.open()

    # One connection, in a thread of its own.

    def _converse(self, sock: socket.socket) -> None:
        # An OSError only says that the client, or a fault, ended the connection.
        with suppress(OSError), Connection(sock) as connection:
            self._connections.add(connection)
            try:
                self._serve(connection)
            finally:
                self._connections.discard(connection)

    def _serve(self, connection: Connection) -> None:
        while call := connection.read():
            if call.path.startswith(CONTROL):
                connection.write(self._dispatch(call).encode())
            else:
                self.calls.append(call)
                self._answer(call, connection)
            if not connection.keep_alive:
                return

    def _answer(self, call: Call, connection: Connection) -> None:
        faults = self.faults.take(call.path)
        for fault in faults:
            if fault.kind in BEFORE:
                BEFORE[fault.kind](fault, connection)
        self._send(self._reply(call, faults), faults, connection)

    def _reply(self, call: Call, faults: list[Fault]) -> Reply:
        for fault in faults:
            if fault.kind in INSTEAD:
                return INSTEAD[fault.kind](fault)
        reply = self._dispatch(call)
        for fault in faults:
            # A refusal stays what it is: only a good answer can be spoiled.
            if fault.kind in self._upon and reply.status == HTTPStatus.OK:
                reply = self._upon[fault.kind](fault, reply)
        return reply

    def _send(self, reply: Reply, faults: list[Fault], connection: Connection) -> None:
        for fault in faults:
            if fault.kind in SENDING:
                SENDING[fault.kind](fault, reply, connection)
                return
        connection.write(reply.encode())

    def _dispatch(self, call: Call) -> Reply:
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(call.path)
            if match and method == call.method:
                return _handled(handler, call, match.groupdict())
        return refusal(f"no route {call.method} {call.path}", 404)

    # The same switches over HTTP. ``?server=ppic`` reaches a sibling, because one that
    # refuses connections cannot be asked itself.

    def _controls(self) -> Routes:
        return {
            ("GET", f"{CONTROL}/faults"): self._list_faults,
            ("POST", f"{CONTROL}/faults"): self._set_faults,
            ("DELETE", f"{CONTROL}/faults"): self._clear_faults,
            ("GET", f"{CONTROL}/calls"): self._list_calls,
            ("POST", f"{CONTROL}/reset"): self._reset,
        }

    def _meant(self, call: Call) -> "Upstream":
        return self.siblings[call.query.get("server", self.name)]

    def _list_faults(self, call: Call) -> Reply:
        active = self._meant(call).faults.active()
        return json_reply([fault.as_json() for fault in active])

    def _set_faults(self, call: Call) -> Reply:
        given = call.json()
        rows = given if isinstance(given, list) else [given]
        self._meant(call).faults.add([Fault(**row) for row in rows])
        return self._list_faults(call)

    def _clear_faults(self, call: Call) -> Reply:
        self._meant(call).faults.clear(call.query.get("path"))
        return self._list_faults(call)

    def _list_calls(self, call: Call) -> Reply:
        return json_reply([past.as_json() for past in self._meant(call).calls])

    def _reset(self, call: Call) -> Reply:
        self._meant(call).reset()
        return json_reply({"message": "as on a fresh start"})


def _compiled(routes: Routes) -> list[tuple[str, re.Pattern[str], Handler]]:
    return [
        (method, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path) + "/?"), handler)
        for (method, path), handler in routes.items()
    ]


def _handled(handler: Handler, call: Call, params: dict[str, str]) -> Reply:
    try:
        return handler(call, **params)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return refusal(f"not understood: {type(error).__name__}: {error}", 400)
