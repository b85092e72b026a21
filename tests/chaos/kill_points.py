"""The named moments at which a chaos run ends its process as ``kill -9`` does.

Nothing in the product knows of them. The process that is to die calls ``install`` before it starts
its work, and that wraps one function by name. What is there after each death is told in
docs/threats.md#kill-points (K) and in ``POINTS`` below (A, the way of an activity).
"""

import functools
import importlib
import os
import signal
from collections.abc import Callable
from typing import Any, NamedTuple


class KillPoint(NamedTuple):
    """Before or after a function, as its caller looks it up.

    function: ``module:name``, or ``module:object.name``; argument: only a call with this
    positional argument counts.
    """

    when: str
    function: str
    argument: object = None


POINTS = {
    # A decision on a BOM: nothing read yet, row locked, decision written, debt written, committed.
    "K0": KillPoint("after", "bom.services.decisions:checked_remark"),
    "K1": KillPoint("after", "bom.services.decisions:locked_bom"),
    "K2": KillPoint("before", "bom.services.decisions:_apply"),
    "K3": KillPoint("after", "bom.services.decisions:_decided"),
    "K4": KillPoint("after", "bom.services:decide_bom"),
    # A delivery: leased, answered, marked inside the transaction.
    "K7": KillPoint("before", "core.ledger.services.deliveries:_try_to_deliver"),
    "K10": KillPoint("before", "core.ledger.services.deliveries:is_delivered"),
    "K11": KillPoint(
        "before", "core.ledger.services.deliveries:record", "delivery.made"
    ),
    # A plan, inside its transaction: activity written, tasks written, work order owed.
    "A0": KillPoint("before", "activities.services.planning:merge_tasks"),
    "A1": KillPoint("after", "activities.services.planning:require_subject"),
    "A2": KillPoint("after", "activities.services.planning:recompute"),
    # A signature, inside its transaction: written, recorded, work order owed, people told.
    "A3": KillPoint("after", "activities.services.signatures:_write"),
    "A4": KillPoint("before", "activities.services.signatures:recompute"),
    "A5": KillPoint("after", "activities.services.signatures:recompute"),
    "A6": KillPoint("after", "activities.signals:task_signed.send"),
    # A signature taken back, people told, not committed.
    "A9": KillPoint("after", "activities.signals:task_reopened.send"),
}
# Moments of a run itself, between two verbs; its flow says where (``die_at``).
OF_THE_FLOW = frozenset({"K5", "K6", "A7", "A8"})

_chosen = ""


def install(name: str) -> None:
    """Let this process die at that point, "" for none."""
    global _chosen  # noqa: PLW0603 - a process dies once
    _chosen = name
    if name and name not in OF_THE_FLOW:
        wrap(POINTS[name], die)


def die_at(name: str) -> None:
    """A moment of a run's own flow, or of a sabotage's."""
    if name == _chosen:
        die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wrap(
    point: KillPoint,
    act: Callable[[], None],
    replace: Callable[[Any, str, Any], None] = setattr,
) -> None:
    """Do ``act`` at each passing of that point."""
    owner, name = place_of(point)
    function = getattr(owner, name)

    @functools.wraps(function)
    def wrapped(*given: Any, **named: Any) -> Any:
        counts = point.argument is None or point.argument in given
        if counts and point.when == "before":
            act()
        result = function(*given, **named)
        if counts and point.when == "after":
            act()
        return result

    replace(owner, name, wrapped)


def place_of(point: KillPoint) -> tuple[Any, str]:
    """The object and the attribute to replace; AttributeError when there is no such function."""
    module, _, path = point.function.partition(":")
    *owners, name = path.split(".")
    owner = functools.reduce(getattr, owners, importlib.import_module(module))
    getattr(owner, name)
    return owner, name
