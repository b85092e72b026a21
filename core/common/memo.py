"""What every page counts is counted once until something happens."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from core.common.canonical import digest

SECONDS = 5
T = TypeVar("T")


def remembered(name: str, version: object, compute: Callable[[], T]) -> T:
    """The value of ``compute``, kept under a name until ``version`` changes or 5 seconds pass.

    ``version`` is anything that changes with the data, such as the last event's id; the seconds
    cover transactions that commit out of order. None is never kept.
    """
    key = "memo:" + digest([name, str(version)])
    value: T | None = cache.get(key)
    if value is None:
        value = compute()
        cache.set(key, value, SECONDS)
    return value
