"""A PPIC that does its work and does not always say so: ``python -m tests.chaos.receiver SEED SABOTAGE``.

It prints its address. One delivery in ten is answered with 503, and of one in seven the answer is
lost after the effect. ``key_ignored`` makes it forget keys, and hide its list of snapshots.
"""

import importlib
import random
import sys
import time
from collections.abc import Callable
from typing import Any

REFUSED, LOST = 0.10, 0.25


def main() -> None:
    seed, sabotage = int(sys.argv[1]), sys.argv[2]
    with importlib.import_module("sandbox.server").Sandbox() as box:
        spoil(box.ppic, random.Random(seed), is_deaf=sabotage == "key_ignored")
        print(box.urls["ppic"], flush=True)
        time.sleep(3600)


def spoil(ppic: Any, dice: random.Random, *, is_deaf: bool) -> None:
    """Take any BOM, fail now and then, and (as sabotage) have an effect for every receipt."""
    ppic.boms = AnyBom(ppic.boms)
    ppic.dedupe = not is_deaf
    if is_deaf:
        listed = ppic.snapshots.listed
        ppic.snapshots.listed = lambda of=None: {} if of else listed()

    for inbox in (ppic.snapshots, ppic.work_order_inbox):
        inbox.take = unreliable(inbox.take, dice)


def unreliable(take: Callable[..., Any], dice: random.Random) -> Callable[..., Any]:
    """Take a delivery, or not, or take it and not say so."""

    def taken(*call: Any) -> Any:
        chance = dice.random()
        if chance < REFUSED:
            raise RuntimeError("out of order")
        answer = take(*call)
        if chance < LOST:
            raise RuntimeError("the answer is lost")
        return answer

    return taken


class AnyBom(dict[str, Any]):
    """Knows every BOM."""

    def __contains__(self, key: object) -> bool:
        return True


if __name__ == "__main__":
    main()
