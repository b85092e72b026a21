"""One import at a time; what was killed holds nothing."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from core.errors import DomainError

ADVISORY_LOCK = 0x1E6AC7


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else writes old rows into this database meanwhile.

    The kernel, or PostgreSQL, lets go when we die, so that a run that was killed goes on at once.
    Raises DomainError ``illegal_transition`` where somebody else does.
    """
    hold = _postgres() if connection.vendor == "postgresql" else _sqlite()
    with hold as is_mine:
        if not is_mine:
            raise DomainError(
                _(
                    "Another import is running. Wait for its end, or end it, and start again."
                ),
                "illegal_transition",
            )
        yield


@contextmanager
def _sqlite() -> Iterator[bool]:
    name = str(connection.settings_dict["NAME"])
    with Path(f"{name}.import").open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _postgres() -> Iterator[bool]:
    """A lock of the session, which holds it as often as it took it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        # A connection that broke has let go of it already.
        if is_mine and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
