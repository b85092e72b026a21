"""One rule for ids of the upstreams: what their owner surely does not know is refused."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from core.integrations.cache import Reading

# A list of this age may lack what was made since.
YOUNG = timedelta(seconds=30)


def surely_unknown(
    wanted: Collection[int],
    reading: Reading[Mapping[int, Any]],
    reload: Callable[[], Reading[Mapping[int, Any]]],
) -> frozenset[int]:
    """Return those of ``wanted`` that are in no list of their owner, asked again if need be.

    Where the owner is away, or has never told anything, nobody is unknown: work goes on without
    it. Never inside a transaction.
    """
    missing = frozenset(wanted) - reading.value.keys()
    if not missing or not reading.value:
        return frozenset()
    if reading.as_of is None or datetime.now(UTC) - reading.as_of > YOUNG:
        reading = reload()
    if reading.is_stale or reading.error or reading.as_of is None:
        return frozenset()
    is_old = datetime.now(UTC) - reading.as_of > YOUNG
    return frozenset() if is_old else missing - reading.value.keys()
