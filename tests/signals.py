"""What the signals of an app say while a test runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from django.dispatch import Signal

Heard = list[tuple[str, dict[str, Any]]]


@contextmanager
def heard(signals: ModuleType) -> Iterator[Heard]:
    """Every signal of a module that is sent inside, by its name, with what it carries."""
    found: Heard = []

    def ear(name: str) -> Any:
        return lambda **given: found.append((name, given))

    named = {
        name: each for name, each in vars(signals).items() if isinstance(each, Signal)
    }
    # A signal holds its receivers weakly: the list keeps them until the end.
    ears = {name: ear(name) for name in named}
    for name, signal in named.items():
        signal.connect(ears[name])
    try:
        yield found
    finally:
        for name, signal in named.items():
            signal.disconnect(ears[name])
