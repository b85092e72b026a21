"""The breaker's two rules, its single probe, and the bulkhead and retry budget."""

import threading
import time
from contextlib import ExitStack

import pytest

from core.integrations.breaker import Breaker, BreakerState, Bulkhead, RetryBudget
from core.integrations.limits import BreakerRule
from core.integrations.tests.conftest import Clock

IN_A_ROW = BreakerRule(failures=5, window=5, open_seconds=10)
OF_TEN = BreakerRule(failures=5, window=10, open_seconds=15)


def play(breaker: Breaker, results: str) -> int:
    """Let calls end well (o) or badly (x); how many were let through."""
    sent = 0
    for result in results:
        permit = breaker.enter()
        if permit is not None:
            sent += 1
            breaker.leave(permit, is_ok=result == "o")
    return sent


@pytest.mark.parametrize(
    ("rule", "results", "is_open"),
    [
        (IN_A_ROW, "xxxx", False),
        (IN_A_ROW, "xxxxx", True),
        (IN_A_ROW, "xxxxoxxxx", False),
        (OF_TEN, "xoxoxoxo", False),
        (OF_TEN, "xoxoxoxox", True),
        (OF_TEN, "xxxxoooooooxx", False),
        (BreakerRule(3, 5, 60), "xoxox", True),
    ],
)
def test_it_opens_by_its_rule(
    *, rule: BreakerRule, results: str, is_open: bool, clock: Clock
) -> None:
    breaker = Breaker(rule, clock)
    play(breaker, results)
    assert (breaker.state is BreakerState.OPEN) is is_open


def test_open_it_lets_nobody_through_until_its_time_is_over(clock: Clock) -> None:
    breaker = Breaker(IN_A_ROW, clock)
    assert play(breaker, "x" * 50) == 5
    clock.advance(9.9)
    assert breaker.enter() is None
    assert breaker.seconds_left() == pytest.approx(0.1)
    clock.advance(0.1)
    assert breaker.enter() is not None


def test_half_open_it_lets_exactly_one_probe_through(clock: Clock) -> None:
    breaker = Breaker(IN_A_ROW, clock)
    play(breaker, "xxxxx")
    clock.advance(10)
    permits = [breaker.enter() for _ in range(20)]
    assert sum(permit is not None for permit in permits) == 1
    assert breaker.state is BreakerState.HALF_OPEN


@pytest.mark.parametrize(
    ("is_ok", "state"), [(True, BreakerState.CLOSED), (False, BreakerState.OPEN)]
)
def test_the_probe_decides(*, is_ok: bool, state: BreakerState, clock: Clock) -> None:
    breaker = Breaker(IN_A_ROW, clock)
    play(breaker, "xxxxx")
    clock.advance(10)
    permit = breaker.enter()
    assert permit is not None
    breaker.leave(permit, is_ok=is_ok)
    assert breaker.state is state
    assert breaker.seconds_left() == (0 if is_ok else 10)


def test_a_call_from_before_the_turn_changes_nothing(clock: Clock) -> None:
    breaker = Breaker(IN_A_ROW, clock)
    late = breaker.enter()
    assert late is not None
    play(breaker, "xxxxx")
    breaker.leave(late, is_ok=True)
    assert breaker.state is BreakerState.OPEN


def test_the_bulkhead_holds_its_number() -> None:
    bulkhead = Bulkhead(2)
    with ExitStack() as held:
        places = [held.enter_context(bulkhead.place(0.01)) for _ in range(3)]
    assert places == [True, True, False]
    with bulkhead.place(0) as again:
        assert again


def test_the_bulkhead_waits_a_little_for_a_place() -> None:
    bulkhead, held, go = Bulkhead(1), threading.Event(), threading.Event()

    def hold() -> None:
        with bulkhead.place(0):
            held.set()
            go.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    threading.Timer(0.02, go.set).start()
    began = time.monotonic()
    with bulkhead.place(2) as has_place:
        assert has_place
    assert time.monotonic() - began < 1
    thread.join()


def test_retries_add_a_fifth_at_most() -> None:
    budget, spent = RetryBudget(), 0
    for _ in range(1_000):
        budget.earn()
        spent += budget.spend()
    assert 190 <= spent <= 1_000 * RetryBudget.SHARE + RetryBudget.SAVED
