"""Lists that are kept: fresh, refreshed behind the reader, stale, and never poisoned."""

import json
import logging
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from core.integrations import cache, decode, http
from core.integrations.cache import Cached, Source
from core.integrations.errors import Reason, UpstreamError
from core.integrations.http import SocketInTransaction
from core.integrations.limits import BreakerRule
from core.integrations.stores import Store, Stored
from core.integrations.tests.conftest import (
    TIMES,
    Clock,
    MakeClient,
    MemoryStore,
    in_threads,
    until,
)

DEPARTMENTS = "/ext-departments"
Names = Mapping[int, str]


def _pair(row: decode.Row) -> tuple[int, str]:
    return decode.ext_id(row.get("id")), decode.text(decode.must(row, "name"))


def parse(body: bytes) -> decode.Parsed[Names]:
    """Names by id."""
    rows = decode.rows_of(decode.load_json(body))
    parsed = decode.index(rows, _pair, lambda pair: pair[0])
    value = {key: pair[1] for key, pair in parsed.value.items()}
    return decode.Parsed(value, parsed.rows, parsed.set_aside)


class Listing:
    """A reading of a list that the test writes, with hand-set clocks."""

    def __init__(
        self, box: Any, make_client: MakeClient, store: Store | None = None
    ) -> None:
        self.box = box
        self.clock = Clock()
        self.client = make_client(
            box.auth.url, clock=self.clock, breaker=BreakerRule(99, 99, 5), read=0.4
        )
        self.store = store
        self.cached = self.again()

    def again(self) -> Cached[Names]:
        """The same reading as a new process would have it."""
        source: Source[Names] = Source(
            name="names",
            client=self.client,
            path=DEPARTMENTS,
            parse=parse,
            empty={},
            freshness=TIMES,
        )
        return Cached(source, self.store, clock=self.clock)

    def says(self, *names: str) -> None:
        """What the upstream says from now on."""
        rows = [{"id": number, "name": name} for number, name in enumerate(names, 1)]
        self.answers(rows)

    def answers(self, value: Any) -> None:
        """The very JSON that the upstream answers with from now on."""
        self.box.auth.departments[:] = value

    def fails(self, kind: str = "status", value: Any = 500, **more: Any) -> None:
        """How the upstream misbehaves from now on."""
        self.box.auth.faults.clear()
        self.box.auth.faults.set(DEPARTMENTS, kind, value, **more)

    def recovers(self) -> None:
        """And no more."""
        self.box.auth.faults.clear()

    @property
    def calls(self) -> int:
        """How often it was asked."""
        return len(self.box.auth.calls)

    def settle(self) -> None:
        """Wait until no refresh is under way."""
        until(lambda: self.cached._flight is None)


@pytest.fixture
def listing(box: Any, make_client: MakeClient) -> Listing:
    """A list of two names."""
    made = Listing(box, make_client)
    made.says("a", "b")
    return made


def test_fresh_it_is_not_asked_for_again(listing: Listing) -> None:
    first = listing.cached.read()
    listing.clock.advance(10)
    assert listing.cached.read() == first
    assert (first.value, first.is_stale, first.error) == ({1: "a", 2: "b"}, False, None)
    assert first.as_of == datetime.fromtimestamp(listing.clock.now - 10, UTC)
    assert listing.calls == 1


def test_older_it_is_refreshed_behind_the_reader(listing: Listing) -> None:
    listing.cached.read()
    listing.clock.advance(15)
    listing.says("new", "b")
    listing.fails("latency", 0.2)
    began = time.monotonic()
    shown = listing.cached.read()
    assert time.monotonic() - began < 0.15
    assert (shown.value[1], shown.is_stale) == ("a", False)
    listing.settle()
    assert listing.cached.read().value[1] == "new"


def test_stale_it_is_shown_with_its_age_while_the_upstream_fails(
    listing: Listing,
) -> None:
    listing.cached.read()
    listing.fails()
    listing.clock.advance(15)
    listing.cached.read()
    listing.settle()
    shown = listing.cached.read()
    assert shown.value == {1: "a", 2: "b"}
    assert shown.is_stale
    assert shown.error is not None
    assert shown.error.status == 500
    assert shown.require() is shown


def test_beyond_revalidation_it_is_stale_even_before_the_refresh_ends(
    listing: Listing,
) -> None:
    listing.cached.read()
    listing.clock.advance(31)
    assert listing.cached.read().is_stale
    listing.settle()
    assert not listing.cached.read().is_stale


def test_too_old_it_is_not_shown_any_more(listing: Listing) -> None:
    listing.cached.read()
    listing.fails()
    listing.clock.advance(111)
    shown = listing.cached.read()
    assert (shown.value, shown.as_of, shown.is_stale) == ({}, None, True)
    with pytest.raises(UpstreamError):
        listing.cached.require()


def test_cold_and_failing_it_is_empty_or_raises_as_one_wishes(listing: Listing) -> None:
    listing.fails("refuse")
    shown = listing.cached.read()
    assert (shown.value, shown.as_of, shown.is_stale) == ({}, None, True)
    assert shown.error is not None
    assert shown.error.reason is Reason.UNREACHABLE
    with pytest.raises(UpstreamError):
        listing.cached.require()
    with pytest.raises(UpstreamError):
        shown.with_value(()).require()


def test_a_dead_upstream_costs_one_call_per_rest(listing: Listing) -> None:
    listing.fails()
    for _ in range(50):
        listing.cached.read()
    assert listing.calls == 1
    listing.clock.advance(5)
    listing.cached.read()
    listing.settle()
    assert listing.calls == 2


def test_without_the_rest_each_request_would_pay(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cached, "_rest", lambda *_args: -1.0)
    listing.fails()
    for _ in range(5):
        listing.cached.read()
        listing.settle()
    assert listing.calls == 5


def test_a_rest_is_as_long_as_retry_after_says(listing: Listing) -> None:
    listing.fails(headers={"Retry-After": "60"}, value=503)
    listing.cached.read()
    listing.clock.advance(59)
    listing.cached.read()
    assert listing.calls == 1


def test_a_full_bulkhead_is_a_short_rest(listing: Listing) -> None:
    assert listing.cached._rest(listing.client.error(Reason.BUSY)) == 0.5
    assert listing.cached._rest(listing.client.error(Reason.TIMEOUT)) == 5


def test_after_a_failure_nobody_waits_the_whole_total(listing: Listing) -> None:
    listing.fails("half_open")
    listing.cached.read()
    listing.clock.advance(6)
    began = time.monotonic()
    assert listing.cached.read().as_of is None
    assert time.monotonic() - began < 0.38
    listing.settle()


def test_recovery_shows_by_itself(listing: Listing) -> None:
    listing.fails()
    listing.cached.read()
    listing.recovers()
    listing.clock.advance(6)
    assert listing.cached.read().value == {1: "a", 2: "b"}


@pytest.mark.parametrize("age", [None, 15, 31])
def test_a_hundred_readers_cost_one_call(age: float | None, listing: Listing) -> None:
    if age is not None:
        listing.cached.read()
        listing.clock.advance(age)
    before = listing.calls
    listing.fails("latency", 0.2)
    readings = in_threads(100, listing.cached.read)
    listing.settle()
    assert listing.calls - before == 1
    assert all(reading.value == {1: "a", 2: "b"} for reading in readings)


def test_without_the_single_flight_they_would_cost_more(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fly_alone(cached: Cached[Names]) -> None:
        cached._fetch()

    monkeypatch.setattr(Cached, "_refresh", fly_alone)
    listing.fails("latency", 0.1)
    in_threads(10, listing.cached.read)
    assert listing.calls > 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("html", None),
        ("empty", None),
        ("garbage", None),
        ("truncated", None),
        ("wrong_charset", None),
        ("gzip_bomb", None),
        ("huge", None),
        ("redirect", None),
        ("status", 500),
        ("reshape", "rename:name:title"),
        ("reshape", "null_list"),
        ("reshape", "drop:id"),
    ],
)
def test_garbage_is_never_kept(
    kind: str, value: Any, box: Any, make_client: MakeClient
) -> None:
    store = MemoryStore()
    listing = Listing(box, make_client, store)
    listing.says("a", "b")
    listing.cached.read()
    kept = dict(store.kept)
    listing.fails(kind, value)
    listing.clock.advance(31)
    shown = listing.cached.reload()
    assert (shown.value, shown.is_stale) == ({1: "a", 2: "b"}, True)
    assert store.kept == kept


def test_a_wrong_row_costs_only_itself(
    listing: Listing, caplog: pytest.LogCaptureFixture
) -> None:
    listing.answers([{"id": 1, "name": "a"}, {"id": "x", "name": "b"}, None, {"id": 3}])
    shown = listing.cached.read()
    assert (shown.value, shown.set_aside, shown.is_stale) == ({1: "a"}, 3, False)
    assert "3 wrong rows" in caplog.text
    assert cache.health()[0].set_aside == 3


def test_of_two_rows_with_one_id_the_last_wins(listing: Listing) -> None:
    listing.answers([{"id": 1, "name": "old"}, {"id": "1", "name": "new"}])
    assert listing.cached.read().value == {1: "new"}


def test_a_list_that_shrinks_by_more_than_half_is_not_believed_at_first(
    listing: Listing, caplog: pytest.LogCaptureFixture
) -> None:
    listing.says(*"abcdefghij")
    listing.cached.read()
    listing.says(*"abcd")
    for times in (1, 2):
        listing.clock.advance(65)
        if times == 2:
            # Within its life the old list stays; beyond, there is nothing to keep.
            listing.cached._held = cache._Held(
                listing.cached._held.parsed,  # type: ignore[union-attr]
                listing.clock.now - 15,
            )
        shown = listing.cached.reload()
        assert (len(shown.value), shown.is_stale) == (10, True)
        assert shown.error is not None
        assert "shrank from 10 to 4" in str(shown.error)
    assert [record.levelno for record in caplog.records].count(logging.ERROR) == 2
    listing.clock.advance(65)
    assert len(listing.cached.reload().value) == 4


def test_half_a_list_is_believed_at_once(listing: Listing) -> None:
    listing.says(*"abcdefghij")
    listing.cached.read()
    listing.says(*"abcde")
    assert len(listing.cached.reload().value) == 5


def test_a_shrunk_list_that_grows_again_starts_the_count_anew(listing: Listing) -> None:
    listing.says(*"abcdefghij")
    listing.cached.read()
    for names, shown in (("abc", 10), ("abcdefghijk", 11), ("abc", 11), ("abc", 11)):
        listing.says(*names)
        listing.clock.advance(61)
        listing.cached._held = cache._Held(
            listing.cached._held.parsed,  # type: ignore[union-attr]
            listing.clock.now,
        )
        assert len(listing.cached.reload().value) == shown


def test_a_restart_begins_warm(box: Any, make_client: MakeClient) -> None:
    listing = Listing(box, make_client, MemoryStore())
    listing.says("a", "b")
    listing.cached.read()
    listing.fails("refuse")
    listing.clock.advance(40)
    shown = listing.again().read()
    assert (shown.value, shown.is_stale) == ({1: "a", 2: "b"}, True)


def test_what_another_process_fetched_is_taken_over(
    box: Any, make_client: MakeClient
) -> None:
    listing = Listing(box, make_client, MemoryStore())
    listing.says("a", "b")
    listing.cached.read()
    listing.clock.advance(15)
    listing.says("new", "b")
    listing.again().reload()
    before = listing.calls
    listing.cached.read()
    listing.settle()
    assert listing.cached.read().value[1] == "new"
    assert listing.calls == before


@pytest.mark.parametrize("body", [b"<html>", b"[]x", b'[{"id": 1}]'])
def test_a_spoiled_store_is_ignored(
    body: bytes, box: Any, make_client: MakeClient
) -> None:
    store = MemoryStore()
    listing = Listing(box, make_client, store)
    store.kept[listing.cached._source.key] = Stored(body, listing.clock.now)
    listing.says("a", "b")
    assert listing.cached.read().value == {1: "a", 2: "b"}


def test_a_store_from_the_future_is_ignored(box: Any, make_client: MakeClient) -> None:
    store = MemoryStore()
    listing = Listing(box, make_client, store)
    body = json.dumps([{"id": 9, "name": "later"}]).encode()
    store.kept[listing.cached._source.key] = Stored(body, listing.clock.now + 3600)
    listing.says("a", "b")
    assert listing.cached.read().value == {1: "a", 2: "b"}


def test_a_clock_set_back_does_not_make_a_list_fresh_for_ever(listing: Listing) -> None:
    listing.cached.read()
    listing.clock.advance(-3600)
    listing.cached._rest_until = 0
    listing.cached.read()
    listing.settle()
    assert listing.calls == 2


def test_another_address_is_another_list(box: Any, make_client: MakeClient) -> None:
    one, other = Listing(box, make_client), Listing(box, make_client)
    other.client.base_url += "/other"
    assert one.cached._source.key != other.cached._source.key


def test_waiting_for_a_cold_list_counts_as_a_call(listing: Listing) -> None:
    ours = threading.current_thread()

    def refuse(upstream: str) -> None:
        if threading.current_thread() is ours:
            raise SocketInTransaction(upstream)

    http.before_call.append(refuse)
    with pytest.raises(SocketInTransaction):
        listing.cached.read()
    listing.settle()
    # Once there is something to show, nobody waits and nothing is forbidden.
    assert listing.cached.read().value


def test_health_speaks_of_it_without_asking(listing: Listing) -> None:
    (before,) = [each for each in cache.health() if each.name == "names"]
    assert (before.as_of, before.is_stale, before.last_error) == (None, False, None)
    assert listing.calls == 0
    listing.fails()
    listing.cached.read()
    (after,) = [each for each in cache.health() if each.name == "names"]
    assert after.is_stale
    assert after.last_error is not None
    assert after.breaker_state == "closed"


def test_an_error_that_is_kept_holds_no_frames(listing: Listing) -> None:
    listing.fails()
    error = listing.cached.read().error
    assert error is not None
    assert error.__traceback__ is None
    assert error.__context__ is None
