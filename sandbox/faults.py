"""The switches that make a stand-in misbehave: which path, how, how often."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# These strike the server as a whole, whatever path they were set for.
WHOLE_SERVER = frozenset({"refuse"})


@dataclass(slots=True, eq=False)
class Fault:
    """One switched-on misbehaviour for the paths that begin with ``path``."""

    path: str
    kind: str
    value: Any = None
    times: int | None = None
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    since: float = field(default_factory=time.monotonic, init=False)
    lifted: threading.Event = field(default_factory=threading.Event, init=False)

    def strikes(self, path: str) -> bool:
        """Say whether a call to ``path`` is hit now."""
        is_meant = self.kind in WHOLE_SERVER or path.startswith(self.path)
        return is_meant and self.times != 0

    def count(self) -> None:
        """Use up one of the limited times."""
        if self.times is not None:
            self.times -= 1

    def as_json(self) -> dict[str, Any]:
        """Spell the fault as ``POST /__sandbox__/faults`` takes it."""
        names = ("path", "kind", "value", "times", "body", "headers")
        return {name: getattr(self, name) for name in names}


class Faults:
    """All the switches of one server."""

    def __init__(self, kinds: frozenset[str], changed: Callable[[], None]) -> None:
        self._kinds = kinds
        self._changed = changed
        self._active: list[Fault] = []
        self._lock = threading.Lock()

    def set(
        self,
        path: str,
        kind: str,
        value: Any = None,
        *,
        times: int | None = None,
        body: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Fault:
        """Switch a fault on, for ``times`` calls or until it is cleared."""
        fault = Fault(path, kind, value, times, body, headers or {})
        self.add([fault])
        return fault

    def add(self, faults: list[Fault]) -> None:
        """Switch several faults on at once, or none when one has an unknown kind."""
        unknown = {fault.kind for fault in faults} - self._kinds
        if unknown:
            raise ValueError(f"unknown fault: {', '.join(sorted(unknown))}")
        with self._lock:
            self._active += faults
        self._changed()

    def clear(self, path: str | None = None) -> None:
        """Switch off every fault, or those set for exactly ``path``; end their waits."""
        with self._lock:
            gone = [f for f in self._active if path is None or f.path == path]
            self._active = [f for f in self._active if f not in gone]
        for fault in gone:
            fault.lifted.set()
        self._changed()

    def take(self, path: str) -> list[Fault]:
        """Return what hits this call, in the order it was set, and count it."""
        with self._lock:
            hits = [fault for fault in self._active if fault.strikes(path)]
            for fault in hits:
                fault.count()
        return hits

    def active(self) -> list[Fault]:
        """Return the faults that may still strike."""
        with self._lock:
            return [fault for fault in self._active if fault.times != 0]

    def has(self, kind: str) -> bool:
        """Say whether a fault of this kind is on."""
        return any(fault.kind == kind for fault in self.active())
