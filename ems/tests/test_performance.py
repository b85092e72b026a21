"""A deep call has room for its frames, wherever it begins."""

import resource
from collections.abc import Callable
from typing import Any

from ems.performance import with_large_stack

TIMES = 200


def down(depth: int) -> int:
    """A call of so many frames."""
    return down(depth - 1) if depth else 0


def loop(depth: int) -> None:
    """A loop that calls deep again and again, as a table its rows."""
    for _ in range(TIMES):
        down(depth)


def begun_at(depth: int, call: Callable[..., Any], *args: Any) -> Any:
    """The call, made from so deep."""
    return begun_at(depth - 1, call, *args) if depth else call(*args)


def faults(call: Callable[[int], None]) -> int:
    """The most page faults of a loop, wherever it begins: at some place a piece ends within it."""
    most = 0
    for depth in range(150):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        begun_at(depth, call, 5)
        most = max(most, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    return most


def test_a_deep_call_maps_no_memory_at_each_step() -> None:
    assert faults(with_large_stack(loop)) < TIMES / 2


def test_without_room_it_does() -> None:
    assert faults(loop) >= TIMES


def test_it_is_the_same_call() -> None:
    def add(first: int, *, second: int) -> int:
        return first + second

    assert with_large_stack(add)(1, second=2) == 3
