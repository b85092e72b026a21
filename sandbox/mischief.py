"""What each kind of fault does to a call.

Four tables, by the moment at which a kind strikes: before the work is done, instead
of the work, upon the finished answer, and while the answer is being sent.
"""

import hashlib
import json
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sandbox.connection import Connection, HangupError
from sandbox.faults import Fault
from sandbox.messages import JSON_TYPE, Reply, head, phrase, refusal
from sandbox.reshape import reshape

MEBIBYTE = 1024 * 1024
SPACES = b" " * 65536  # JSON allows any number of them, so no parser stops early
GLANCE = 0.02  # how often a silent connection looks whether its client has gone
LOGIN_PAGE = """<!doctype html><html><head><title>Sign in</title></head><body>
<h1>Sign in</h1><form method="post"><input name="user"><input name="password">
<button>Sign in</button></form></body></html>"""


# Before the work: these may wait, and may end the connection.


def _latency(fault: Fault, _connection: Connection) -> None:
    fault.lifted.wait(float(fault.value))


def _half_open(fault: Fault, connection: Connection) -> None:
    while connection.is_open() and not fault.lifted.wait(GLANCE):
        pass
    raise HangupError("never answered")


def _reset(_fault: Fault, connection: Connection) -> None:
    connection.reset()
    raise HangupError("reset")


def _flapping(fault: Fault, connection: Connection) -> None:
    up, down = fault.value or (1.0, 1.0)
    if (time.monotonic() - fault.since) % (up + down) >= up:
        _reset(fault, connection)


def _endless(fault: Fault, connection: Connection) -> None:
    headers = {"Content-Type": JSON_TYPE, "Transfer-Encoding": "chunked"}
    connection.write(head(200, headers))
    while not fault.lifted.is_set():
        connection.write(b"%x\r\n%b\r\n" % (len(SPACES), SPACES))
    raise HangupError("endless")


def _huge(fault: Fault, connection: Connection) -> None:
    left = int(fault.value or 1024 * MEBIBYTE)
    headers = {"Content-Type": JSON_TYPE, "Content-Length": str(left)}
    connection.write(head(200, headers))
    while left and not fault.lifted.is_set():
        part = SPACES[:left]
        connection.write(part)
        left -= len(part)
    raise HangupError("huge")


# Instead of the work: an answer that has no effect behind it.


def _status(fault: Fault) -> Reply:
    reply = refusal(phrase(int(fault.value)), int(fault.value))
    body = reply.body if fault.body is None else fault.body.encode()
    return Reply(reply.status, body, reply.headers | fault.headers)


def _html(_fault: Fault) -> Reply:
    return Reply(200, LOGIN_PAGE.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _empty(_fault: Fault) -> Reply:
    return Reply(200, b"", {"Content-Type": JSON_TYPE})


def _garbage(fault: Fault) -> Reply:
    # Looks random, yet is the same in every run.
    noise = hashlib.shake_256(b"garbage").digest(int(fault.value or 2048))
    return Reply(200, noise, {"Content-Type": JSON_TYPE})


def _gzip_bomb(fault: Fault) -> Reply:
    bomb = _compressed_spaces(int(fault.value or 64 * MEBIBYTE))
    return Reply(200, bomb, {"Content-Type": JSON_TYPE, "Content-Encoding": "gzip"})


@lru_cache(maxsize=4)
def _compressed_spaces(size: int) -> bytes:
    packer = zlib.compressobj(wbits=31)
    parts = [packer.compress(SPACES) for _ in range(size // len(SPACES))]
    return b"".join([*parts, packer.flush()])


def _redirect(fault: Fault) -> Reply:
    # Without a target it points at itself: a loop.
    is_pair = isinstance(fault.value, list | tuple)
    target, status = fault.value if is_pair else (fault.value or fault.path, 302)
    return Reply(int(status), b"", {"Location": str(target)})


# Upon the finished answer: the work was done, its answer is spoiled.


def _truncated(_fault: Fault, reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def _wrong_charset(_fault: Fault, reply: Reply) -> Reply:
    # Latin-1 bytes under a header that promises UTF-8.
    try:
        text = json.dumps(_accented(json.loads(reply.body)), ensure_ascii=False)
    except ValueError:
        text = _accented(reply.body.decode())
    return replace(reply, body=text.encode("latin-1", "replace"))


def _accented(data: Any) -> Any:
    if isinstance(data, list):
        return [_accented(part) for part in data]
    if isinstance(data, dict):
        return {key: _accented(part) for key, part in data.items()}
    return f"{data}é" if isinstance(data, str) else data


def _reshape(fault: Fault, reply: Reply) -> Reply:
    if reply.headers.get("Content-Type") != JSON_TYPE:
        return reply  # a bare token has no shape
    return replace(reply, body=reshape(reply.body, fault.value))


# While the answer is sent.


def _slow(fault: Fault, reply: Reply, connection: Connection) -> None:
    start, body = reply.encode()[: -len(reply.body) or None], reply.body
    connection.write(start)
    _drip(fault, body, connection)


def _slow_headers(fault: Fault, reply: Reply, connection: Connection) -> None:
    _drip(fault, reply.encode(), connection)


def _drip(fault: Fault, data: bytes, connection: Connection) -> None:
    pause = 1.0 if fault.value is None else float(fault.value)
    for number in data:
        fault.lifted.wait(pause)
        connection.write(bytes([number]))


def _drop_after_effect(_fault: Fault, _reply: Reply, _connection: Connection) -> None:
    raise HangupError("the work is done, its answer is lost")


BEFORE: dict[str, Callable[[Fault, Connection], None]] = {
    "latency": _latency,
    "half_open": _half_open,
    "reset": _reset,
    "refuse": _reset,  # for a connection that was open when the port was closed
    "flapping": _flapping,
    "endless": _endless,
    "huge": _huge,
}
INSTEAD: dict[str, Callable[[Fault], Reply]] = {
    "status": _status,
    "html": _html,
    "empty": _empty,
    "garbage": _garbage,
    "gzip_bomb": _gzip_bomb,
    "redirect": _redirect,
}
UPON: dict[str, Callable[[Fault, Reply], Reply]] = {
    "truncated": _truncated,
    "wrong_charset": _wrong_charset,
    "reshape": _reshape,
}
SENDING: dict[str, Callable[[Fault, Reply, Connection], None]] = {
    "slow": _slow,
    "slow_headers": _slow_headers,
    "drop_after_effect": _drop_after_effect,
}
KINDS = frozenset(BEFORE) | frozenset(INSTEAD) | frozenset(UPON) | frozenset(SENDING)
