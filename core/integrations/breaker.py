"""Protection from a sick upstream: breaker, bulkhead, retry budget."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from core.integrations.limits import BreakerRule


class BreakerState(StrEnum):
    """closed: calls go through; open: none does; half_open: one probe is out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Stops calling after too many failures; then lets one probe find out.

    rule: when and for how long; clock: monotonic seconds.
    """

    def __init__(self, rule: BreakerRule, clock: Callable[[], float]) -> None:
        self._rule = rule
        self._clock = clock
        self._lock = threading.Lock()
        self._results: deque[bool] = deque(maxlen=rule.window)
        self._opened_at: float | None = None
        self._is_probing = False
        self._round = 0

    @property
    def state(self) -> BreakerState:
        """Present state of the breaker."""
        with self._lock:
            if self._opened_at is None:
                return BreakerState.CLOSED
            return BreakerState.HALF_OPEN if self._is_probing else BreakerState.OPEN

    def enter(self) -> int | None:
        """A permit for one call, to be handed to ``leave``; None: do not call."""
        with self._lock:
            if self._opened_at is not None:
                if self._is_probing or self._seconds_left() > 0:
                    return None
                self._is_probing = True
            return self._round

    def leave(self, permit: int, *, is_ok: bool) -> None:
        """Say how the call of that permit ended."""
        with self._lock:
            # A call that began before the breaker turned says nothing about now.
            if permit != self._round:
                return
            self._results.append(is_ok)
            if self._opened_at is not None:
                self._turn(None if is_ok else self._clock())
            elif self._results.count(False) >= self._rule.failures:
                self._turn(self._clock())

    def seconds_left(self) -> float:
        """Seconds until the next probe may go; 0 when it may go now."""
        with self._lock:
            return self._seconds_left()

    def _seconds_left(self) -> float:
        if self._opened_at is None:
            return 0.0
        return max(0.0, self._opened_at + self._rule.open_seconds - self._clock())

    def _turn(self, opened_at: float | None) -> None:
        self._opened_at = opened_at
        self._is_probing = False
        self._results.clear()
        self._round += 1


class Bulkhead:
    """So many calls at once and no more, so that one upstream cannot take all threads."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)

    @contextmanager
    def place(self, seconds: float) -> Iterator[bool]:
        """Hold a place for the block; False when none came free within the seconds."""
        has_place = self._places.acquire(timeout=seconds)
        try:
            yield has_place
        finally:
            if has_place:
                self._places.release()


class RetryBudget:
    """Retries may add a fifth to the calls, and no more (Finagle's rule).

    A few are saved up, so that a lone hiccup is always retried.
    """

    SAVED = 3.0
    SHARE = 0.2

    def __init__(self) -> None:
        self._tokens = self.SAVED
        self._lock = threading.Lock()

    def earn(self) -> None:
        """Count one demanded call."""
        with self._lock:
            self._tokens = min(self.SAVED, self._tokens + self.SHARE)

    def spend(self) -> bool:
        """True when one more retry is within the budget."""
        with self._lock:
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
