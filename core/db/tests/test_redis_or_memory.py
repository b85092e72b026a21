"""A cache without its Redis goes on, each process for itself."""

import time

import pytest

from core.db.redis_or_memory import RedisOrMemoryCache
from launcher.tests.project_copy import free_port


@pytest.fixture
def alone() -> RedisOrMemoryCache:
    """A cache whose Redis does not listen."""
    return RedisOrMemoryCache(f"redis://127.0.0.1:{free_port()}/0", {})


def test_without_redis_it_keeps_counts_and_forgets(alone: RedisOrMemoryCache) -> None:
    assert alone.get("a", "nothing") == "nothing"
    alone.set("a", "kept", 60)
    assert alone.get("a") == "kept"
    assert alone.add("calls", 0, 60)
    assert not alone.add("calls", 0, 60)
    assert [alone.incr("calls"), alone.incr("calls")] == [1, 2]
    assert alone.delete("a")
    assert alone.get("a") is None


def test_counting_what_is_not_there_is_an_error_as_with_redis(
    alone: RedisOrMemoryCache,
) -> None:
    with pytest.raises(ValueError, match="not found"):
        alone.incr("nobody")


def test_a_redis_that_failed_is_left_alone_for_a_moment(
    alone: RedisOrMemoryCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.get("a")
    asked: list[str] = []
    monkeypatch.setattr(alone._cache, "get", lambda *_: asked.append("get"))
    alone.get("a")
    assert asked == []
    later = time.monotonic() + 60
    monkeypatch.setattr("core.db.redis_or_memory.time.monotonic", lambda: later)
    alone.get("a")
    assert asked == ["get"]
