"""Again, or not: retries, the breaker and Retry-After of the client."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from core.integrations.breaker import BreakerState, RetryBudget
from core.integrations.errors import Reason
from core.integrations.http import Client, parse_retry_after
from core.integrations.limits import BreakerRule, UpstreamLimits
from core.integrations.tests.conftest import (
    NEVER_OPENS,
    Clock,
    MakeClient,
    failure,
    in_threads,
)

ITEMS = "/ext-items"
IN_A_ROW = BreakerRule(failures=5, window=5, open_seconds=10)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 429])
def test_a_get_is_asked_again_once(
    status: int, box: Any, make_client: MakeClient
) -> None:
    box.ppic.faults.set(ITEMS, "status", status, times=1)
    assert make_client(box.ppic.url, retries=1).get(ITEMS)
    assert len(box.ppic.calls) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_other_refusals_are_final(
    status: int, box: Any, make_client: MakeClient
) -> None:
    box.ppic.faults.set(ITEMS, "status", status, times=1)
    error = failure(lambda: make_client(box.ppic.url, retries=1).get(ITEMS))
    assert (error.reason, error.status) == (Reason.REFUSED, status)
    assert len(box.ppic.calls) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_is_never_asked_again(
    method: str, box: Any, make_client: MakeClient
) -> None:
    box.ppic.faults.set(ITEMS, "status", 503)
    answer = make_client(box.ppic.url, retries=3).send(method, ITEMS, json={})
    assert answer.status == 503
    box.ppic.faults.clear()
    box.ppic.faults.set(ITEMS, "drop_after_effect")
    failure(lambda: make_client(box.ppic.url, retries=3).send(method, ITEMS))
    assert len(box.ppic.calls) == 2


def test_the_pause_before_a_retry_is_jittered(box: Any) -> None:
    pauses: list[float] = []
    limits = UpstreamLimits(0.3, 0.3, 5, 1, 4, NEVER_OPENS, backoff=0.4)
    client = Client("PPIC", box.ppic.url, limits, pause=pauses.append)
    box.ppic.faults.set(ITEMS, "status", 500)
    for _ in range(3):
        failure(lambda: client.get(ITEMS))
    client.close()
    assert len(set(pauses)) == 3
    assert all(0 <= pause <= 0.4 for pause in pauses)


def test_retries_stop_when_the_total_is_used_up(
    box: Any, make_client: MakeClient
) -> None:
    client = make_client(box.ppic.url, retries=9, read=0.3, total=0.7)
    box.ppic.faults.set(ITEMS, "half_open")
    began = time.monotonic()
    failure(lambda: client.get(ITEMS))
    assert 0.3 < time.monotonic() - began < 1.2
    assert 1 < len(box.ppic.calls) <= 3


def _calls_when_all_fail(box: Any, client: Client) -> int:
    box.ppic.faults.set(ITEMS, "status", 500)
    for _ in range(100):
        failure(lambda: client.get(ITEMS))
    return len(box.ppic.calls)


def test_retries_do_not_amplify_an_outage(box: Any, make_client: MakeClient) -> None:
    calls = _calls_when_all_fail(box, make_client(box.ppic.url, retries=1, backoff=0))
    assert calls <= 100 * 1.2 + 3


def test_without_the_budget_they_would(
    box: Any, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RetryBudget, "spend", lambda _self: True)
    assert (
        _calls_when_all_fail(box, make_client(box.ppic.url, retries=1, backoff=0))
        == 200
    )


@pytest.mark.parametrize(("rule", "sent"), [(IN_A_ROW, 5), (NEVER_OPENS, 40)])
def test_the_breaker_spares_a_dead_upstream(
    rule: BreakerRule, sent: int, box: Any, make_client: MakeClient
) -> None:
    box.ppic.faults.set(ITEMS, "status", 500)
    client = make_client(box.ppic.url, breaker=rule)
    for _ in range(40):
        failure(lambda: client.get(ITEMS))
    assert len(box.ppic.calls) == sent


def test_an_open_breaker_answers_at_once_and_says_for_how_long(
    box: Any, make_client: MakeClient, clock: Clock
) -> None:
    box.ppic.faults.set(ITEMS, "status", 500)
    client = make_client(box.ppic.url, breaker=IN_A_ROW, clock=clock, retries=1)
    for _ in range(10):
        failure(lambda: client.get(ITEMS))
    began = time.perf_counter()
    for _ in range(100):
        error = failure(lambda: client.get(ITEMS))
    assert (time.perf_counter() - began) / 100 < 0.005
    assert (error.reason, error.retry_after) == (Reason.OPEN, 10)


def test_one_probe_finds_out_and_closes_the_breaker(
    box: Any, make_client: MakeClient, clock: Clock
) -> None:
    box.ppic.faults.set(ITEMS, "status", 500)
    client = make_client(box.ppic.url, breaker=IN_A_ROW, clock=clock)
    for _ in range(5):
        failure(lambda: client.get(ITEMS))
    box.ppic.faults.clear()
    box.ppic.faults.set(ITEMS, "latency", 0.2)
    clock.advance(10)
    assert client.breaker.seconds_left() == 0
    outcomes = in_threads(20, lambda: isinstance(client.fetch(ITEMS), bytes))
    assert outcomes.count(True) == 1
    assert len(box.ppic.calls) == 6
    assert client.breaker_state is BreakerState.CLOSED


def test_the_upstreams_own_refusals_do_not_open_the_breaker(
    box: Any, make_client: MakeClient
) -> None:
    box.ppic.faults.set(ITEMS, "status", 401)
    client = make_client(box.ppic.url, breaker=IN_A_ROW)
    for _ in range(20):
        failure(lambda: client.get(ITEMS))
    assert client.breaker_state is BreakerState.CLOSED


def test_flapping_costs_no_more_calls_than_were_asked_for(
    box: Any, make_client: MakeClient
) -> None:
    box.ppic.faults.set(ITEMS, "flapping", [0.05, 0.05])
    rule = BreakerRule(failures=5, window=10, open_seconds=0.1)
    client = make_client(box.ppic.url, retries=1, breaker=rule)
    ends, demand = time.monotonic() + 1.0, 0
    while time.monotonic() < ends:
        client.fetch(ITEMS)
        demand += 1
    assert len(box.ppic.calls) <= demand * 1.2


@pytest.mark.parametrize("retries", [0, 1])
def test_nobody_calls_before_the_time_in_retry_after(
    retries: int, box: Any, make_client: MakeClient, clock: Clock
) -> None:
    box.ppic.faults.set(ITEMS, "status", 429, headers={"Retry-After": "120"}, times=1)
    client = make_client(box.ppic.url, clock=clock, retries=retries)
    assert failure(lambda: client.get(ITEMS)).retry_after == 120
    clock.advance(119)
    held_back = failure(lambda: client.get("/ext-inventory"))
    assert held_back.status == 429
    assert held_back.retry_after == pytest.approx(1)
    assert failure(lambda: client.send("POST", ITEMS)).status == 429
    assert len(box.ppic.calls) == 1
    clock.advance(1)
    assert client.get(ITEMS)


def test_a_short_retry_after_is_waited_for(box: Any, make_client: MakeClient) -> None:
    box.ppic.faults.set(ITEMS, "status", 503, headers={"Retry-After": "1"}, times=1)
    client = make_client(box.ppic.url, retries=1, total=3.0)
    began = time.monotonic()
    assert client.get(ITEMS)
    assert time.monotonic() - began >= 1


def test_a_garbled_retry_after_means_the_usual_pause(
    box: Any, make_client: MakeClient
) -> None:
    box.ppic.faults.set(ITEMS, "status", 503, headers={"Retry-After": "soon"}, times=1)
    assert make_client(box.ppic.url, retries=1).get(ITEMS)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 4000, 3600),
        ("9" * 5000, None),
        ("Wed, 21 Oct 999999999999999999 07:28:00 GMT", None),
        (None, None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("Foo, 99 Bar 99999999999 99:99:99 GMT", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 2015 07:28:00", 0),
    ],
)
def test_retry_after_is_read(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, 3600) == seconds


def test_retry_after_may_be_a_date() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=60)
    found = parse_retry_after(format_datetime(soon, usegmt=True), 3600)
    assert found is not None
    assert 55 < found <= 60


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_no_does_not_keep_everybody_away(
    status: int, box: Any, make_client: MakeClient
) -> None:
    # Else one person's wrong password could lock out all others.
    headers = {"Retry-After": "900"}
    box.ppic.faults.set(ITEMS, "status", status, headers=headers, times=1)
    client = make_client(box.ppic.url)
    assert failure(lambda: client.get(ITEMS)).retry_after is None
    assert client.get(ITEMS)


def test_too_many_requests_do_not_open_the_breaker(
    box: Any, make_client: MakeClient
) -> None:
    box.ppic.faults.set(ITEMS, "status", 429)
    client = make_client(box.ppic.url, breaker=IN_A_ROW)
    for _ in range(20):
        failure(lambda: client.get(ITEMS))
    assert client.breaker_state is BreakerState.CLOSED


def test_nobody_can_keep_us_away_for_longer_than_the_limit(
    box: Any, make_client: MakeClient, clock: Clock
) -> None:
    box.ppic.faults.set(ITEMS, "status", 429, headers={"Retry-After": "9999"}, times=1)
    client = make_client(box.ppic.url, clock=clock, longest_wait=30.0)
    assert failure(lambda: client.get(ITEMS)).retry_after == 30
    clock.advance(30)
    assert client.get(ITEMS)
