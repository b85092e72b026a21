"""Lists that are kept: fresh, refreshed behind the reader, stale, and asked for once."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from core.integrations import cache
from core.integrations.cache import Cached
from core.integrations.errors import Reason, UpstreamError
from core.integrations.tests.conftest import MakeClient, MemoryStore, in_threads
from core.integrations.tests.listing import Listing, Names
from core.integrations.transaction_guard import SocketInTransaction


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
    # Slow enough that the reader is not overtaken by the refresh that it has started.
    listing.fails("latency", 0.2)
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


@pytest.mark.django_db
def test_waiting_for_a_cold_list_counts_as_a_call(listing: Listing) -> None:
    with transaction.atomic(), pytest.raises(SocketInTransaction):
        listing.cached.read()
    listing.settle()
    # Once there is something to show, nobody waits and nothing is forbidden.
    with transaction.atomic():
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


def test_without_a_thread_to_be_had_the_next_reader_tries(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert listing.cached.read().is_stale
    assert listing.cached.read().value == {1: "a", 2: "b"}


def test_what_failed_hours_ago_is_told_no_more(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "RECENT", 20)
    listing.cached.read()
    listing.fails()
    listing.clock.advance(15)
    listing.cached.read()
    listing.settle()
    assert listing.cached.read().is_failing
    assert listing.cached.trouble() is not None
    listing.clock.advance(21)
    shown = listing.cached._reading()
    assert shown.value
    assert not shown.is_failing
    assert listing.cached.trouble() is None


def test_old_without_a_failed_attempt_is_not_failing(listing: Listing) -> None:
    listing.cached.read()
    listing.clock.advance(90)
    assert listing.cached._reading().is_stale
    assert not listing.cached._reading().is_failing
    assert not listing.cached.health().is_stale


def test_what_another_process_fetched_after_our_failure_is_a_success(
    box: Any, make_client: MakeClient
) -> None:
    ours = Listing(box, make_client, MemoryStore())
    ours.says("a", "b")
    ours.fails()
    assert ours.cached.read().is_failing
    ours.recovers()
    ours.clock.advance(1)
    ours.again().read()
    calls = ours.calls
    assert not ours.cached.read().is_failing
    assert ours.cached.read().value == {1: "a", 2: "b"}
    assert ours.cached.trouble() is None
    assert ours.calls == calls


def test_that_we_were_too_busy_is_nobodys_fault(listing: Listing) -> None:
    listing.cached._fail(listing.client.error(Reason.BUSY), 1)
    assert listing.cached.trouble() is None
