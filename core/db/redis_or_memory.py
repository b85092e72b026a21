"""Redis as Django's cache, and the memory of this process while Redis is away."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
REST = 2.0  # seconds for which a Redis that failed is left alone
OPTIONS = {
    "serializer": "core.db.json_cache.JsonSerializer",
    "socket_timeout": 1.0,
    "socket_connect_timeout": 0.5,
}


class RedisOrMemoryCache(RedisCache):
    """Nothing that must be right lies in the cache, so no page fails for it.

    While Redis is away each process counts and remembers for itself, as without ``REDIS_URL``
    (docs/threats.md#f31).
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params | {"OPTIONS": OPTIONS})
        self._memory = LocMemCache("redis-is-away", {})
        self._rests_until = 0.0

    def _tried(
        self, ask: Callable[..., Any], instead: Callable[..., Any], *given: Any
    ) -> Any:
        if time.monotonic() < self._rests_until:
            return instead(*given)
        try:
            return ask(*given)
        except RedisError as error:
            self._rests_until = time.monotonic() + REST
            log.warning("redis_away", reason=type(error).__name__)
            return instead(*given)

    def add(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        return bool(
            self._tried(super().add, self._memory.add, key, value, timeout, version)
        )

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._tried(super().get, self._memory.get, key, default, version)

    def set(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        self._tried(super().set, self._memory.set, key, value, timeout, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._tried(super().delete, self._memory.delete, key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for a key that is not there."""
        return int(self._tried(super().incr, self._memory.incr, key, delta, version))
