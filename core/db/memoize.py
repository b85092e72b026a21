"""Counts in the cache: of every page, kept until the next event; of calls, until a window ends."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from core.db.json_cache import from_text, to_text
from core.text.canonical_json import digest

SECONDS = 5
T = TypeVar("T")


def cached_until(name: str, version: object, compute: Callable[[], T]) -> T:
    """The value of ``compute``, kept under a name until ``version`` changes or 5 seconds pass.

    ``version`` is anything that changes with the data, such as the last event's id; the seconds
    cover transactions that commit out of order. None is never kept; what is, is numbers, texts and
    lists, tuples or dicts of them.
    """
    key = "memo-text:" + digest([name, str(version)])
    text = cache.get(key)
    if isinstance(text, str):
        kept: T = from_text(text)
        return kept
    value = compute()
    if value is not None:
        cache.set(key, to_text(value), SECONDS)
    return value


def calls_within(key: str, seconds: float) -> int:
    """How many calls there were under a key since the first one, with this one; anew after the seconds."""
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ended between the two
        return 1
