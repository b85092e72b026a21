"""PPIC's material requests, kept for each engineering problem (ECN) on its own.

A list page names thousands of ECNs; only those not yet known, or known for too long, are
asked for, in short URLs, by one worker thread that all readers share.
"""

import contextlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from core.integrations import decoding, transaction_guard
from core.integrations.cache import (
    BUSY_REST,
    LONGEST_REST,
    PATIENCE_AFTER_FAILURE,
    Reading,
    UpstreamHealth,
)
from core.integrations.errors import Reason, UpstreamError
from core.integrations.http import Client
from core.integrations.limits import Freshness
from core.integrations.read_tracking import RECENT, Trouble, as_moment, note

logger = logging.getLogger(__name__)

NAME = "PPIC material requests"
PATH = "/materialrequests"
CHUNK = 200
CAPACITY = 20_000


@dataclass(frozen=True, slots=True)
class MaterialRequest:
    """A request for material; raw: the accepted object, for pass-through."""

    ext_id: int
    number: str
    name: str
    status: int | None
    needed_date: date | None
    remark: str
    engineering_problem_ext_id: int | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)


Requests = tuple[MaterialRequest, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    requests: Requests
    fetched_at: float


def _make(row: decoding.Row) -> MaterialRequest:
    status = row.get("status")
    return MaterialRequest(
        ext_id=decoding.ext_id(row.get("id")),
        number=decoding.text(row.get("materialRequestNumber")),
        name=decoding.text(row.get("name")),
        status=int(decoding.text(status)) if status is not None else None,
        needed_date=decoding.date_or_none(row.get("neededDate")),
        remark=decoding.text(row.get("remark")),
        engineering_problem_ext_id=decoding.ext_id_or_none(
            decoding.must(row, "extEngineeringProblemId")
        ),
        raw=row,
    )


def parse(body: bytes) -> decoding.Parsed[Mapping[int, MaterialRequest]]:
    """The material requests by id; ValueError for an invalid answer."""
    rows = decoding.rows_of(decoding.load_json(body), "data", "materialRequests")
    return decoding.index(rows, _make, lambda request: request.ext_id)


class MaterialRequests:
    """The known material requests of each ECN; the least used fall out first."""

    def __init__(
        self,
        client: Client,
        freshness: Freshness,
        *,
        clock: Callable[[], float] = time.time,
        capacity: int = CAPACITY,
    ) -> None:
        self._client = client
        self._freshness = freshness
        self._clock = clock
        self._capacity = capacity
        self._changed = threading.Condition()
        self._entries: OrderedDict[int, _Entry] = OrderedDict()
        self._found: OrderedDict[int, _Entry] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._flying: frozenset[int] = frozenset()
        self._is_working = False
        self._error: UpstreamError | None = None
        self._failed_at = 0.0
        self._rest_until = 0.0
        self._set_aside = 0

    def read(self, ids: Sequence[int]) -> Reading[Mapping[int, Requests]]:
        """The requests of those engineering problems; an unknown one has ().

        Waits only for ids of which nothing is known, at most the client's total time.
        """
        note(self)
        asked = list(dict.fromkeys(ids))
        with self._changed:
            had_failed = self._error is not None
            missing = self._want(asked)
        patience = PATIENCE_AFTER_FAILURE if had_failed else self._client.limits.total
        ends = time.monotonic() + patience
        if missing:
            transaction_guard.refuse_in_transaction(self._client.name)
        with self._changed:
            while self._is_working and not all(map(self._usable, missing)):
                if not self._changed.wait(ends - time.monotonic()):
                    break
            return self._report(asked)

    def find(self, ext_id: int) -> Reading[MaterialRequest | None]:
        """One material request by its own id, or None.

        PPIC documents a filter by engineering problem only. ``?id=`` is tried: a PPIC
        that ignores it sends more rows than asked for, of which ours is picked; where
        none is ours, or nothing comes, the requests that are already kept are searched.
        """
        error: UpstreamError | None = None
        try:
            parsed = parse(self._client.get(PATH, {"id": str(ext_id)}))
            found = parsed.value.get(ext_id)
        except UpstreamError as fault:
            error, found = fault.with_traceback(None), None
        except ValueError:
            error, found = self._client.error(Reason.INVALID), None
        if found is not None:
            self._remember(found)
            return Reading(
                found,
                self._time(self._clock()),
                is_stale=False,
                error=None,
                set_aside=0,
            )
        return self._kept(ext_id, error)

    def _remember(self, found: MaterialRequest) -> None:
        """Keep a request that was found by its own id, for the time when PPIC is away."""
        with self._changed:
            self._found[found.ext_id] = _Entry((found,), self._clock())
            self._found.move_to_end(found.ext_id)
            while len(self._found) > self._capacity:
                self._found.popitem(last=False)

    def _kept(
        self, ext_id: int, error: UpstreamError | None
    ) -> Reading[MaterialRequest | None]:
        with self._changed:
            entries = list(self._entries.values())
            # PPIC that answers without it has it no more.
            if error is not None and ext_id in self._found:
                entries.append(self._found[ext_id])
        for entry in entries:
            for each in entry.requests:
                if each.ext_id == ext_id:
                    as_of = self._time(entry.fetched_at)
                    return Reading(each, as_of, error is not None, error, 0)
        as_of_now = None if error else self._time(self._clock())
        return Reading(None, as_of_now, error is not None, error, 0)

    def health(self) -> UpstreamHealth:
        """Its state; asks no upstream. Each ECN has its own age, so ``as_of`` is None."""
        return UpstreamHealth(
            name=NAME,
            as_of=None,
            is_stale=self._error is not None,
            breaker_state=self._client.breaker_state,
            set_aside=self._set_aside,
            last_error=self._error,
        )

    def trouble(self) -> Trouble | None:
        """The failed attempt of the last minutes; each ECN has its own age, so ``as_of`` is None."""
        if not self._is_in_trouble():
            return None
        # Has it recovered by now? The attempt that this reader set off may tell.
        with self._changed:
            self._changed.wait_for(lambda: not self._is_working, PATIENCE_AFTER_FAILURE)
        if not self._is_in_trouble():
            return None
        return Trouble(self._client.name, None, as_moment(self._failed_at))

    def _is_in_trouble(self) -> bool:
        error, age = self._error, self._clock() - self._failed_at
        # That we were too busy to ask is not PPIC's fault.
        return error is not None and error.reason is not Reason.BUSY and age <= RECENT

    @staticmethod
    def _time(seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, UTC)

    def _age(self, ext_id: int) -> float:
        entry = self._entries.get(ext_id)
        return self._clock() - entry.fetched_at if entry else float("inf")

    def _usable(self, ext_id: int) -> bool:
        times = self._freshness
        return self._age(ext_id) <= times.fresh + times.stale_if_error

    def _want(self, asked: Iterable[int]) -> list[int]:
        """Queue what should be asked for; return the ids of which nothing is known."""
        old = [ext_id for ext_id in asked if self._age(ext_id) > self._freshness.fresh]
        if not old or self._client.clock() < self._rest_until:
            return []
        # What is being asked for right now is not asked for a second time.
        self._wanted.update(dict.fromkeys(e for e in old if e not in self._flying))
        if not self._is_working:
            thread = threading.Thread(target=self._work, name=NAME, daemon=True)
            # No thread to be had (or the interpreter is ending): the next reader tries.
            with contextlib.suppress(RuntimeError):
                thread.start()
                self._is_working = True
        return [ext_id for ext_id in old if not self._usable(ext_id)]

    def _work(self) -> None:
        is_done = False
        try:
            while chunk := self._next_chunk():
                if not self._fetch(chunk):
                    break
            else:
                is_done = True
        finally:
            # Done, it has signed off already, and another worker may be at work.
            if not is_done:
                self._stop()

    def _stop(self) -> None:
        with self._changed:
            self._wanted.clear()
            self._flying = frozenset()
            self._is_working = False
            self._changed.notify_all()

    def _next_chunk(self) -> list[int]:
        with self._changed:
            chunk = [
                ext_id for ext_id, _ in zip(self._wanted, range(CHUNK), strict=False)
            ]
            for ext_id in chunk:
                del self._wanted[ext_id]
            self._flying = frozenset(chunk)
            if not chunk:
                # Within the lock, so that nobody queues an id for a worker that leaves.
                self._is_working = False
                self._changed.notify_all()
            return chunk

    def _fetch(self, chunk: list[int]) -> bool:
        joined = ",".join(map(str, chunk))
        try:
            body = self._client.get(PATH, {"extEngineeringProblemId": joined})
            parsed = parse(body)
        except UpstreamError as error:
            self._fail(error)
            return False
        except ValueError:
            self._fail(self._client.error(Reason.INVALID))
            return False
        self._accept(chunk, parsed)
        return True

    def _accept(
        self, chunk: list[int], parsed: decoding.Parsed[Mapping[int, MaterialRequest]]
    ) -> None:
        groups: dict[int, list[MaterialRequest]] = {ext_id: [] for ext_id in chunk}
        for request in parsed.value.values():
            # A row of a problem that nobody asked for is not ours to keep.
            if request.engineering_problem_ext_id in groups:
                groups[request.engineering_problem_ext_id].append(request)
        now = self._clock()
        with self._changed:
            for ext_id, requests in groups.items():
                self._entries[ext_id] = _Entry(tuple(requests), now)
                self._entries.move_to_end(ext_id)
            while len(self._entries) > self._capacity:
                self._entries.popitem(last=False)
            self._error = None
            self._set_aside = parsed.set_aside
            self._changed.notify_all()

    def _fail(self, error: UpstreamError) -> None:
        logger.warning("PPIC material requests not refreshed: %s", error.reason)
        rest = min(LONGEST_REST, self._client.limits.breaker.open_seconds)
        if error.reason is Reason.BUSY:
            rest = BUSY_REST
        self._error = error.with_traceback(None)
        self._failed_at = self._clock()
        self._rest_until = self._client.clock() + max(rest, error.retry_after or 0.0)

    def _report(self, asked: list[int]) -> Reading[Mapping[int, Requests]]:
        value: dict[int, Requests] = {}
        times: list[float] = []
        is_old = False
        for ext_id in asked:
            entry = self._entries.get(ext_id) if self._usable(ext_id) else None
            value[ext_id] = entry.requests if entry else ()
            if entry:
                self._entries.move_to_end(ext_id)
                times.append(entry.fetched_at)
                is_old |= self._age(ext_id) > self._freshness.fresh
        is_partial = len(times) < len(asked)
        error = self._error
        if is_partial and error is None:
            error = self._client.error(Reason.TIMEOUT)
        is_stale = is_partial or (is_old and error is not None)
        as_of = (
            self._time(min(times, default=self._clock()))
            if times or not asked
            else None
        )
        return Reading(
            value, as_of, is_stale, error if is_stale else None, self._set_aside
        )
