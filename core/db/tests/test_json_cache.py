"""What is remembered is text, and comes back as what it was."""

import os
import pickle
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache

from core.db.json_cache import JsonSerializer, from_text, to_text
from core.db.memoize import cached_until


class Trap:
    """Reading its pickle runs code."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.abort, ()  # type: ignore[return-value]


@pytest.mark.parametrize(
    "value",
    [
        0,
        True,
        1.5,
        "é",
        [1, 2],
        (3, 4),
        {(2026, 11): 7, (2026, 12): 0},
        {"increase": Decimal("12.50"), "count": 3, "none": None},
        [({"n": "not a number"}, {"t": []})],
    ],
)
def test_it_comes_back_as_what_it_was(value: Any) -> None:
    found = from_text(to_text(value))
    assert found == value
    assert type(found) is type(value)


def test_what_is_no_text_is_refused_where_it_is_kept() -> None:
    with pytest.raises(TypeError, match="Trap is not kept"):
        cached_until("a trap", 1, Trap)
    with pytest.raises(TypeError, match="Counter is not kept"):
        cached_until("more than a dict", 1, lambda: Counter("ab"))


def test_only_text_lies_in_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []
    set_value = cache.set

    def note(key: str, value: object, age: int) -> None:
        kept.append(value)
        set_value(key, value, age)

    monkeypatch.setattr(cache, "set", note)
    counts = [cached_until("some pairs", 1, lambda: {(2026, 1): 4}) for _ in range(2)]
    assert counts == [{(2026, 1): 4}] * 2
    assert kept == ['{"d":[[{"t":[2026,1]},4]]}']


def test_redis_is_read_without_pickle() -> None:
    serializer = JsonSerializer()
    for value in (5, "text", None, ["a", 1]):
        written = serializer.dumps(value)
        assert serializer.loads(str(written).encode()) == value
    assert serializer.loads(pickle.dumps(Trap())) is None
    assert serializer.loads(b"\x80\x04 noise") is None
    shown = RedisCache("redis://127.0.0.1:9", {"OPTIONS": {"serializer": SERIALIZER}})
    client: Any = shown._cache
    assert isinstance(client._serializer, JsonSerializer)


SERIALIZER = "core.db.json_cache.JsonSerializer"
