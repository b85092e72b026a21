"""What is kept is never poisoned, and survives a restart."""

import json
import logging
from typing import Any

import pytest

from core.integrations import cache
from core.integrations.persistent_cache import Stored
from core.integrations.tests.conftest import MakeClient, MemoryStore
from core.integrations.tests.listing import Listing


@pytest.fixture
def listing(box: Any, make_client: MakeClient) -> Listing:
    """A list of two names."""
    made = Listing(box, make_client)
    made.says("a", "b")
    return made


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
