"""Material requests: kept for each ECN, asked for in short URLs, never twice at once."""

import threading
import time
from itertools import chain
from typing import Any

import pytest
from django.db import transaction

from core.integrations import material_requests
from core.integrations.errors import Reason
from core.integrations.limits import BreakerRule
from core.integrations.material_requests import MaterialRequests
from core.integrations.tests.conftest import (
    TIMES,
    Clock,
    MakeClient,
    in_threads,
    until,
)
from core.integrations.transaction_guard import SocketInTransaction

PATH = "/materialrequests"


class Kept:
    """Material requests with hand-set clocks."""

    def __init__(
        self, box: Any, make_client: MakeClient, capacity: int = 20_000
    ) -> None:
        self.box, self.clock = box, Clock()
        rule = BreakerRule(99, 99, 5)
        self.client = make_client(
            box.ppic.url, clock=self.clock, breaker=rule, read=0.4
        )
        self.requests = MaterialRequests(
            self.client, TIMES, clock=self.clock, capacity=capacity
        )
        self.read = self.requests.read

    def fails(self, kind: str = "status", value: Any = 500, **more: Any) -> None:
        """How PPIC misbehaves from now on."""
        self.box.ppic.faults.clear()
        self.box.ppic.faults.set(PATH, kind, value, **more)

    @property
    def asked(self) -> list[list[int]]:
        """The ids of each call."""
        queries = [
            call.query["extEngineeringProblemId"] for call in self.box.ppic.calls
        ]
        return [list(map(int, query.split(","))) for query in queries]

    def settle(self) -> None:
        """Wait until the worker has gone."""
        until(lambda: not self.requests._is_working)


@pytest.fixture
def kept(box: Any, make_client: MakeClient) -> Kept:
    """A memory of the usual size."""
    return Kept(box, make_client)


def test_each_problem_has_its_own(kept: Kept) -> None:
    reading = kept.read([1, 2, 99_999, 1])
    assert list(reading.value) == [1, 2, 99_999]
    assert reading.value[99_999] == ()
    assert {r.engineering_problem_ext_id for r in reading.value[2]} == {2}
    row = next(
        r for r in kept.box.ppic.material_requests if r["extEngineeringProblemId"] == 1
    )
    assert reading.value[1][0].raw == row
    assert (reading.is_stale, reading.error) == (False, None)
    assert kept.asked == [[1, 2, 99_999]]


def test_only_what_is_not_known_is_asked_for(kept: Kept) -> None:
    kept.read([1, 2])
    kept.read([2, 1])
    kept.read([2, 3])
    assert kept.asked == [[1, 2], [3]]


def test_of_no_problem_nothing_is_asked(kept: Kept) -> None:
    reading = kept.read([])
    assert (reading.value, reading.is_stale) == ({}, False)
    assert kept.asked == []


def test_a_url_has_at_most_200_ids(kept: Kept) -> None:
    reading = kept.read(range(1, 451))
    assert [len(ids) for ids in kept.asked] == [200, 200, 50]
    assert len(reading.value) == 450
    assert not reading.is_stale


def test_old_ones_are_refreshed_behind_the_reader(kept: Kept) -> None:
    kept.read([1])
    kept.clock.advance(15)
    kept.fails("latency", 0.2)
    began = time.monotonic()
    assert kept.read([1]).value[1]
    assert time.monotonic() - began < 0.15
    kept.settle()
    assert kept.asked == [[1], [1]]
    assert not kept.read([1]).is_stale


def test_old_ones_serve_while_ppic_fails(kept: Kept) -> None:
    kept.read([1])
    kept.fails()
    kept.clock.advance(15)
    kept.read([1])
    kept.settle()
    shown = kept.read([1])
    assert shown.value[1]
    assert shown.is_stale
    assert shown.error is not None
    kept.clock.advance(96)
    gone = kept.read([1])
    assert (gone.value[1], gone.as_of) == ((), None)


@pytest.mark.parametrize("kind", ["refuse", "html", "half_open"])
def test_unknown_ones_are_empty_while_ppic_fails(kind: str, kept: Kept) -> None:
    kept.read([1])
    kept.fails(kind)
    began = time.monotonic()
    shown = kept.read([1, 2])
    assert time.monotonic() - began < kept.client.limits.total + 0.5
    assert shown.value[1]
    assert shown.value[2] == ()
    assert shown.is_stale
    with_nothing = kept.read([3])
    assert with_nothing.as_of is None
    kept.settle()
    assert len(kept.asked) <= 2


def test_a_failure_is_followed_by_a_rest(kept: Kept) -> None:
    kept.fails()
    for number in range(1, 30):
        kept.read([number])
    assert len(kept.asked) == 1
    kept.clock.advance(6)
    kept.fails("half_open")
    began = time.monotonic()
    kept.read([1])
    assert time.monotonic() - began < 0.38
    kept.settle()


def test_a_full_bulkhead_is_a_short_rest(kept: Kept) -> None:
    kept.requests._fail(kept.client.error(Reason.BUSY))
    assert kept.requests._rest_until == kept.clock.now + 0.5


def test_a_hundred_readers_cost_one_call(kept: Kept) -> None:
    kept.fails("latency", 0.1)
    readings = in_threads(100, lambda: kept.read([1, 2, 3]))
    assert len(kept.asked) == 1
    assert all(reading.value[1] for reading in readings)


def test_different_readers_share_the_worker(kept: Kept) -> None:
    kept.fails("latency", 0.05)
    numbers = iter(range(1, 31))
    lock = threading.Lock()

    def read() -> bool:
        with lock:
            number = next(numbers)
        return kept.read([number]).is_stale

    assert not any(in_threads(30, read))
    kept.settle()
    assert sorted(chain(*kept.asked)) == list(range(1, 31))
    assert len(kept.asked) <= 4


def test_the_least_used_fall_out(box: Any, make_client: MakeClient) -> None:
    kept = Kept(box, make_client, capacity=3)
    kept.read([1, 2, 3])
    kept.read([1])
    kept.read([4])
    assert list(kept.requests._entries) == [3, 1, 4]


def test_more_than_fit_end_in_time_too(box: Any, make_client: MakeClient) -> None:
    kept = Kept(box, make_client, capacity=2)
    reading = kept.read([1, 2, 3])
    assert reading.is_stale
    assert reading.error is not None


def test_a_row_that_nobody_asked_for_is_dropped(kept: Kept) -> None:
    kept.fails("reshape", "rename:extEngineeringProblemType:x")
    kept.box.ppic.faults.clear()
    parsed = material_requests.parse(
        b'[{"id": 1, "extEngineeringProblemId": 7}, {"id": 2, "extEngineeringProblemId": null,'
        b' "status": "2"}, {"id": 3}, {"id": 4, "extEngineeringProblemId": 5, "status": {}}]'
    )
    assert parsed.set_aside == 2
    kept.requests._accept([5], parsed)
    assert kept.requests._entries[5].requests == ()
    assert 7 not in kept.requests._entries


def test_one_is_found_by_its_own_id(kept: Kept) -> None:
    found = kept.requests.find(4)
    assert found.value is not None
    assert (found.value.ext_id, found.is_stale) == (4, False)
    assert kept.requests.find(999_999).value is None


@pytest.mark.parametrize("kind", ["refuse", "html"])
def test_where_ppic_is_away_the_kept_ones_are_searched(kind: str, kept: Kept) -> None:
    known = kept.read([1]).value[1][0].ext_id
    kept.fails(kind)
    found = kept.requests.find(known)
    assert found.value is not None
    assert found.is_stale
    assert found.error is not None
    nothing = kept.requests.find(999_999)
    assert (nothing.value, nothing.as_of, nothing.is_stale) == (None, None, True)


@pytest.mark.django_db
def test_waiting_for_them_counts_as_a_call(kept: Kept) -> None:
    with transaction.atomic(), pytest.raises(SocketInTransaction):
        kept.read([1])
    kept.settle()
    assert kept.read([1]).value[1]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_of_ours_does_not_leave_readers_waiting(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(kept.requests, "_accept", lambda *_args: 1 // 0)
        assert kept.read([1]).is_stale
        # The thread dies within this test: its end must not be heard in the next one.
        for thread in threading.enumerate():
            if thread.name == material_requests.NAME:
                thread.join(10)
    assert kept.read([1]).value[1]


def test_without_a_thread_to_be_had_the_next_reader_tries(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert kept.read([1]).is_stale
    assert kept.read([1]).value[1]
