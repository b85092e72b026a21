"""Schedule of a delivery: tried again soon, then rarely, for three days; then parked."""

import random
from datetime import timedelta

import orjson

SECOND, MINUTE, HOUR = 1, 60, 3600
SCHEDULE = (
    1 * SECOND,
    5 * SECOND,
    30 * SECOND,
    1 * MINUTE,
    5 * MINUTE,
    20 * MINUTE,
    1 * HOUR,
    4 * HOUR,
    6 * HOUR,
    12 * HOUR,
    12 * HOUR,
    24 * HOUR,
)
LEASE = timedelta(seconds=60)
JITTER = 0.25
GONE = 410
CONFLICT = 409


def next_try(attempts: int) -> timedelta | None:
    """The pause after so many failed attempts; None when the schedule is used up."""
    if attempts > len(SCHEDULE):
        return None
    spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (no secret hangs on it)
    return timedelta(seconds=SCHEDULE[attempts - 1] * spread)


def is_delivered(status: int, body: bytes = b"") -> bool:
    """2xx with an answer that a program gave, or 409: the receiver has had this key already.

    A page for people (a login, a proxy's error) or noise under a 200 says nothing of what we sent.
    """
    if status == CONFLICT:
        return True
    return 200 <= status < 300 and _is_of_a_program(body)


def _is_of_a_program(body: bytes) -> bool:
    """Nothing, whole JSON or a plain word; no markup, no binary."""
    try:
        text = body.decode().strip()
        if text.startswith(("{", "[")):
            orjson.loads(text)
    except ValueError:
        return False
    return not text.startswith("<")


def is_hopeless(status: int) -> bool:
    """410: the receiver says that this will never be wanted."""
    return status == GONE


def masked(path: str) -> str:
    """A path as it is; an address of a person with the first letter of its name only."""
    name, at, host = path.rpartition("@")
    return f"{name[:1]}…{at}{host}" if at and not path.startswith("/") else path
