"""Room for a deep call.

CPython keeps the frames of a thread in pieces of 16 KiB. A loop whose calls go to and fro over the end
of a piece maps and unmaps memory at every step: rendering 50 rows of a list took 600 page faults, and
a fifth to a third of the page's time (docs/benchmarks.md). Where the end falls is luck. A call that
asks for much room gets a large piece at once, and all that it calls finds place in it.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# Slots of eight bytes: 72 KB, for which CPython takes a piece of 128 KB.
ROOM = 9_000


def with_large_stack(call: Callable[P, R]) -> Callable[P, R]:
    """The same call, with room for the frames of a deep template below it."""

    def roomy(*args: P.args, **kwargs: P.kwargs) -> R:
        return call(*args, **kwargs)

    roomy.__code__ = roomy.__code__.replace(co_stacksize=ROOM)
    return roomy
