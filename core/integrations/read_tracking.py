"""A note of the lists that a page has read: only their troubles are shown on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

# What failed longer ago says nothing about now.
RECENT = 5 * 60.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """An attempt to read a list that failed just now.

    upstream: the name of its client; as_of: of when what is kept is, None when nothing is or
    its parts have ages of their own; failed_at: when it was tried.
    """

    upstream: str
    as_of: datetime | None
    failed_at: datetime


class Troubled(Protocol):
    """A list that may be in trouble."""

    def trouble(self) -> Trouble | None:
        """The failed attempt of the last minutes, unless a better one came after it."""


_read: ContextVar[dict[int, Troubled] | None] = ContextVar("read", default=None)


@contextmanager
def track_reads() -> Iterator[None]:
    """Note what is read within."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def note(listing: Troubled) -> None:
    """This list is read."""
    found = _read.get()
    if found is not None:
        found[id(listing)] = listing


def troubles() -> list[Trouble]:
    """The troubles of what was read so far."""
    listings = list((_read.get() or {}).values())
    return [trouble for each in listings if (trouble := each.trouble())]


def as_moment(seconds: float) -> datetime:
    """Seconds since 1970 as a moment."""
    return datetime.fromtimestamp(seconds, UTC)
