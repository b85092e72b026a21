"""The limits of each upstream, value by value: a change of one is a decision, not a slip."""

import pytest

from core.integrations import upstreams
from core.integrations.http import EXCERPT
from core.integrations.limits import KIB, MIB, Freshness, UpstreamLimits

ROWS = [
    ("AUTH_LOGIN", (1, 4, 5, 0, 8), (5, 5, 10), 1 * MIB),
    ("AUTH_DIRECTORY", (1, 3, 4, 1, 4), (5, 10, 15), 8 * MIB),
    ("CRM", (1, 4, 6, 1, 4), (5, 10, 15), 8 * MIB),
    ("PPIC", (1, 5, 8, 1, 4), (5, 10, 15), 8 * MIB),
    ("PPIC_RELAY", (2, 15, 20, 0, 2), (5, 10, 15), 8 * MIB),
    ("AI", (2, 120, 180, 1, 2), (3, 5, 60), 2 * MIB),
]


@pytest.mark.parametrize(("name", "times", "rule", "cap"), ROWS, ids=str)
def test_limits_are_those_of_the_table(
    name: str, times: tuple[float, ...], rule: tuple[float, ...], cap: int
) -> None:
    limits: UpstreamLimits = getattr(upstreams, name)
    found = (
        limits.connect,
        limits.read,
        limits.total,
        limits.retries,
        limits.concurrency,
    )
    assert list(found) == list(times)
    breaker = limits.breaker
    assert [breaker.failures, breaker.window, breaker.open_seconds] == list(rule)
    assert limits.body_cap == cap


def test_only_the_ai_asks_again_with_a_post() -> None:
    assert upstreams.AI.retried_posts == {429, 503}
    others = ("AUTH_LOGIN", "AUTH_DIRECTORY", "CRM", "PPIC", "PPIC_RELAY")
    assert not any(getattr(upstreams, name).retried_posts for name in others)


def test_lists_are_fresh_as_long_as_the_table_says() -> None:
    day = 24 * 3600
    assert Freshness(300, 900, day) == upstreams.AUTH_FRESHNESS
    assert Freshness(300, 1800, day) == upstreams.CRM_FRESHNESS
    assert Freshness(600, 3600, day) == upstreams.PPIC_FRESHNESS


def test_only_a_login_is_back_within_half_a_minute_of_a_retry_after() -> None:
    assert upstreams.AUTH_LOGIN.longest_wait == 30
    assert upstreams.PPIC.longest_wait == upstreams.AI.longest_wait == 3600


def test_an_excerpt_is_64_kib() -> None:
    assert EXCERPT == 64 * KIB
