"""Lists of the upstreams, kept: fresh, then refreshed behind the reader, then stale.

A reader waits only when there is nothing at all to show; every other refresh runs
behind it. One refresh of a reading is under way at a time (single flight), in a thread
of its own: a pool would let one hung upstream hold up the refreshes of the others, and
there are never more threads than readings.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

from core.integrations import transaction_guard
from core.integrations.breaker import BreakerState
from core.integrations.decoding import Parsed
from core.integrations.errors import Reason, UpstreamError
from core.integrations.http import Client
from core.integrations.limits import Freshness
from core.integrations.persistent_cache import CacheStore, NoStore, Stored
from core.integrations.read_tracking import RECENT, Trouble, as_moment, note

T = TypeVar("T")
U = TypeVar("U")

logger = logging.getLogger(__name__)

LONGEST_REST = 15.0
BUSY_REST = 0.5
SHRUNK_REST = 60.0
# A list that lost more than half is believed when it says so for the third time.
SHRINK = 0.5
BELIEVED_AT = 3
# How long a page waits for a list that it has never seen and that failed just before.
PATIENCE_AFTER_FAILURE = 0.25
CLOCK_SKEW = 60.0


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """An upstream's list as it is known.

    as_of: when it was fetched (UTC), None when never; is_stale: it should be newer, but
    refreshing fails (say so to the user); error: why; set_aside: wrong rows left out.
    """

    value: T
    as_of: datetime | None
    is_stale: bool
    error: UpstreamError | None
    set_aside: int

    @property
    def is_failing(self) -> bool:
        """Whether it is old because an attempt of the last minutes failed: only then may a page
        say that the upstream does not answer."""
        return self.is_stale and self.error is not None

    def require(self) -> "Reading[T]":
        """Itself, or UpstreamError when there was never a list to show."""
        if self.as_of is None and self.error is not None:
            raise self.error
        return self

    def with_value(self, value: U) -> "Reading[U]":
        """The same report about another view of the value."""
        return Reading(value, self.as_of, self.is_stale, self.error, self.set_aside)


@dataclass(frozen=True, slots=True)
class UpstreamHealth:
    """One reading for banner, readyz and metrics."""

    name: str
    as_of: datetime | None
    is_stale: bool
    breaker_state: BreakerState
    set_aside: int
    last_error: UpstreamError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[T]):
    """Source of a reading. parse: bytes to value, ValueError for an invalid answer."""

    name: str
    client: Client
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    parse: Callable[[bytes], Parsed[T]]
    empty: T
    freshness: Freshness

    @property
    def key(self) -> str:
        """Its name in a store: another address is another list."""
        where = f"{self.client.base_url}{self.path}{sorted(self.params.items())}"
        return f"{self.name} {hashlib.sha256(where.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class _Held(Generic[T]):
    parsed: Parsed[T]
    fetched_at: float


_watched: WeakValueDictionary[str, "Cached[Any]"] = WeakValueDictionary()


def health() -> list[UpstreamHealth]:
    """The state of every reading of this process, by name; asks no upstream."""
    return [reading.health() for _, reading in sorted(_watched.items())]


class Cached(Generic[T]):
    """One list of one upstream, shared by all threads.

    source: what to ask; store: the second level; clock: seconds since 1970;
    is_watched: whether ``health`` speaks of it.
    """

    def __init__(
        self,
        source: Source[T],
        store: CacheStore | None = None,
        *,
        clock: Callable[[], float] = time.time,
        is_watched: bool = True,
    ) -> None:
        self._source = source
        self._store = store or NoStore()
        self._clock = clock
        self._lock = threading.Lock()
        self._held: _Held[T] | None = None
        self._is_warm = False
        self._flight: threading.Event | None = None
        self._error: UpstreamError | None = None
        self._failed_at = 0.0
        self._rest_until = 0.0
        self._shrunk = 0
        if is_watched:
            _watched[source.name] = self

    def read(self) -> Reading[T]:
        """The present reading; never raises for an upstream's fault.

        Nothing known and nothing to be had: ``empty``, with the error.
        """
        had_failed = self._error is not None
        total = self._source.client.limits.total
        return self._read(PATIENCE_AFTER_FAILURE if had_failed else total)

    def known(self) -> T:
        """The present reading without asking: for code inside a transaction."""
        self._warm()
        return self._reading().value

    def require(self) -> Reading[T]:
        """The same, but UpstreamError instead of an empty value."""
        return self._read(self._source.client.limits.total).require()

    def reload(self) -> Reading[T]:
        """Ask the upstream now, where the kept list will not do (bounded by the total time)."""
        note(self)
        self._warm()
        self._wait(self._refresh(), self._source.client.limits.total)
        return self._reading()

    def health(self) -> UpstreamHealth:
        """Its state; asks no upstream."""
        reading = self._reading()
        return UpstreamHealth(
            self._source.name,
            reading.as_of,
            # A list that nobody asked for lately is not late.
            reading.is_stale and self._error is not None,
            self._source.client.breaker_state,
            reading.set_aside,
            self._error,
        )

    def trouble(self) -> Trouble | None:
        """The failed attempt of the last minutes, unless a better one came after it."""
        if not self._has_trouble():
            return None
        # Has it recovered by now? The attempt that this reader set off may tell.
        self._wait(self._flight, PATIENCE_AFTER_FAILURE)
        self._learn()
        if not self._has_trouble():
            return None
        upstream, as_of = self._source.client.name, self._reading().as_of
        return Trouble(upstream, as_of, as_moment(self._failed_at))

    def _recent_error(self) -> UpstreamError | None:
        """A failure of hours ago says nothing about now: nobody has asked since."""
        return self._error if self._clock() - self._failed_at <= RECENT else None

    def _has_trouble(self) -> bool:
        error = self._recent_error()
        # That we were too busy to ask is not the upstream's fault.
        is_theirs = error is not None and error.reason is not Reason.BUSY
        return is_theirs and self._reading().is_stale

    def _learn(self) -> None:
        """A success of another process since our failure is as good as one of ours."""
        if self._error is None:
            return
        stored_at = self._store.saved_at(self._source.key)
        if stored_at is not None and stored_at > self._failed_at:
            self._adopt()
            self._error = None

    def _read(self, patience: float) -> Reading[T]:
        note(self)
        self._warm()
        self._learn()
        held = self._usable()
        if held is None or self._age(held) > self._source.freshness.fresh:
            flight = self._refresh()
            if held is None:
                self._wait(flight, patience)
        return self._reading()

    def _age(self, held: _Held[T]) -> float:
        age = self._clock() - held.fetched_at
        # Fetched in the future: the clock was set back, so the age is unknown.
        return age if age > -CLOCK_SKEW else self._source.freshness.fresh + 1

    def _usable(self) -> _Held[T] | None:
        held, times = self._held, self._source.freshness
        if held is None or self._age(held) > times.fresh + times.stale_if_error:
            return None
        return held

    def _reading(self) -> Reading[T]:
        held, error, times = (
            self._usable(),
            self._recent_error(),
            self._source.freshness,
        )
        if held is None:
            error = error or self._source.client.error(Reason.TIMEOUT)
            return Reading(self._source.empty, None, True, error, 0)  # noqa: FBT003
        age = self._age(held)
        is_stale = age > times.fresh + times.revalidate or (
            age > times.fresh and error is not None
        )
        as_of = as_moment(held.fetched_at)
        parsed = held.parsed
        return Reading(
            parsed.value, as_of, is_stale, error if is_stale else None, parsed.set_aside
        )

    def _warm(self) -> None:
        if self._is_warm:
            return
        with self._lock:
            # Asked again under the lock: another thread may have done it meanwhile.
            if not self._is_warm:
                self._adopt()
                self._is_warm = True

    def _adopt(self) -> bool:
        """Take what another process has stored, if it is newer; True if it is fresh."""
        stored = self._store.load(self._source.key)
        if stored is None or (
            self._held and stored.fetched_at <= self._held.fetched_at
        ):
            return False
        try:
            held = _Held(self._source.parse(stored.body), stored.fetched_at)
        except ValueError:
            return False
        if stored.fetched_at > self._clock() + CLOCK_SKEW:
            return False
        self._held = held
        return self._age(held) <= self._source.freshness.fresh

    def _refresh(self) -> threading.Event | None:
        """The flight under way, begun now if need be; None while it must rest."""
        with self._lock:
            if self._flight is None:
                if self._source.client.clock() < self._rest_until:
                    return None
                self._flight = self._take_off()
            return self._flight

    def _take_off(self) -> threading.Event | None:
        flight = threading.Event()
        name = f"refresh {self._source.name}"
        thread = threading.Thread(
            target=self._fly, args=(flight,), name=name, daemon=True
        )
        try:
            thread.start()
        except RuntimeError:
            # No thread to be had (or the interpreter is ending): the next reader tries.
            return None
        return flight

    def _wait(self, flight: threading.Event | None, seconds: float) -> None:
        if flight is not None:
            # The call is made by another thread; the wait would hurt as much as a call.
            transaction_guard.refuse_in_transaction(self._source.client.name)
            flight.wait(seconds)

    def _fly(self, flight: threading.Event) -> None:
        try:
            if self._adopt():
                self._error = None
            else:
                self._fetch()
        finally:
            with self._lock:
                self._flight = None
            flight.set()

    def _fetch(self) -> None:
        source = self._source
        try:
            body = source.client.get(source.path, source.params)
            parsed = source.parse(body)
        except UpstreamError as error:
            self._fail(error, self._rest(error))
        except ValueError:
            nonsense = source.client.error(Reason.INVALID)
            self._fail(nonsense, self._rest(nonsense))
        else:
            self._consider(parsed, body)

    def _consider(self, parsed: Parsed[T], body: bytes) -> None:
        held = self._usable()
        has_shrunk = held is not None and parsed.rows < held.parsed.rows * SHRINK
        self._shrunk = self._shrunk + 1 if has_shrunk else 0
        if held is not None and 0 < self._shrunk < BELIEVED_AT:
            name, before, after = self._source.name, held.parsed.rows, parsed.rows
            logger.error("%s shrank from %d to %d rows: kept", name, before, after)
            sentence = (
                f"{name} shrank from {before} to {after} rows; the old list stays."
            )
            upstream = self._source.client.name
            error = UpstreamError(upstream, Reason.INVALID, sentence)
            self._fail(error, SHRUNK_REST)
            return
        self._accept(parsed, body)

    def _accept(self, parsed: Parsed[T], body: bytes) -> None:
        if parsed.set_aside:
            logger.warning(
                "%s: %d wrong rows set aside", self._source.name, parsed.set_aside
            )
        now, times = self._clock(), self._source.freshness
        self._shrunk = 0
        self._held = _Held(parsed, now)
        self._error = None
        keep = times.fresh + times.stale_if_error
        self._store.save(self._source.key, Stored(body, now), keep)

    def _rest(self, error: UpstreamError) -> float:
        # Without a rest each request would pay for a dead upstream again.
        if error.reason is Reason.BUSY:
            return BUSY_REST
        rest = min(LONGEST_REST, self._source.client.limits.breaker.open_seconds)
        return max(rest, error.retry_after or 0.0)

    def _fail(self, error: UpstreamError, rest: float) -> None:
        logger.warning("%s not refreshed: %s", self._source.name, error.reason)
        # A traceback would keep the frames of the call alive for as long as the error.
        self._error = error.with_traceback(None)
        self._failed_at = self._clock()
        self._rest_until = self._source.client.clock() + rest
