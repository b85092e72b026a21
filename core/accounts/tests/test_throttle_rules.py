"""Counting failed logins: places taken and given back, limits, windows, spellings of one name."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core.accounts.models import KnownAddress, LoginFailures
from core.accounts.services import forget_expired, throttle
from core.accounts.services.throttle import (
    BUSY_SECONDS,
    account_of,
    count_failure,
    release_attempt,
    remember_address,
    reserve_attempt,
)
from core.errors import DomainError

pytestmark = pytest.mark.django_db
HOME, AWAY = "10.0.0.1", "10.0.0.2"
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _limits(settings: Any) -> None:
    settings.LOGIN_FAILURES = {"pair": 2, "account": 3, "address": 4, "window": 900}


def fail(name: str = "agus", address: str = HOME, times: int = 1) -> None:
    """Wrong passwords."""
    for _try in range(times):
        count_failure(reserve_attempt(name, address))


def tried(name: str = "agus", address: str = HOME) -> str:
    """``open``, or the code and seconds of a refusal; the place is given back."""
    try:
        keys = reserve_attempt(name, address)
    except DomainError as error:
        return f"{error.code} {error.retry_after}"
    release_attempt(keys)
    return "open"


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("agus", "AGUS", True),
        ("agus", " agus ", True),
        ("agus", "ag\u200bus", True),
        ("agus", "\uff41gus", True),
        ("agus", "ag\u00adus", True),
        ("stra\u00dfe", "STRASSE", True),
        ("\ufb01n", "fin", True),
        ("agus", "agus1", False),
        ("agus", "\u0430gus", False),
        ("a gus", "agus", False),
    ],
)
def test_spellings_of_one_account(one: str, other: str, *, are_same: bool) -> None:
    assert (account_of(one) == account_of(other)) is are_same


def test_a_place_is_taken_for_each_kind_and_given_back() -> None:
    keys = reserve_attempt("agus", HOME)
    rows = LoginFailures.objects.filter(key__in=keys)
    assert [(row.count, row.judging) for row in rows] == [(0, 1)] * 3
    release_attempt(keys)
    assert {(row.count, row.judging) for row in rows.all()} == {(0, 0)}
    release_attempt(keys)
    assert {row.judging for row in rows.all()} == {0}


def test_a_wrong_password_turns_the_place_into_a_failure() -> None:
    fail()
    found = LoginFailures.objects.values_list("count", "judging")
    assert set(found) == {(1, 0)}


@pytest.mark.parametrize(
    ("failures", "who", "where", "is_open"),
    [
        pytest.param([("agus", HOME, 1)], "agus", HOME, True, id="below the limit"),
        pytest.param(
            [("agus", HOME, 2)], "agus", HOME, False, id="account and address"
        ),
        pytest.param([("agus", HOME, 2)], "agus", AWAY, True, id="another address"),
        pytest.param([("agus", HOME, 2)], "budi", HOME, True, id="another account"),
        pytest.param(
            [("agus", HOME, 2), ("agus", AWAY, 1)],
            "agus",
            "10.0.0.3",
            False,
            id="account from anywhere",
        ),
        pytest.param(
            [("agus", HOME, 2), ("budi", HOME, 2)], "rina", HOME, False, id="address"
        ),
        pytest.param(
            [("agus", HOME, 2), ("budi", HOME, 2)], "rina", AWAY, True, id="elsewhere"
        ),
        pytest.param([("AGUS", HOME, 2)], "agus ", HOME, False, id="another spelling"),
    ],
)
def test_each_limit_by_itself(
    failures: list[Any], who: str, where: str, *, is_open: bool
) -> None:
    for name, address, times in failures:
        fail(name, address, times)
    assert (tried(who, where) == "open") is is_open


def test_a_known_address_counts_for_itself_only() -> None:
    remember_address("agus", HOME)
    remember_address("agus", HOME)
    assert KnownAddress.objects.count() == 1
    fail("agus", AWAY, 2)
    fail("budi", HOME, 2)
    fail("rina", HOME, 2)
    assert tried("agus", HOME) == "open"
    assert tried("agus", "10.0.0.3") == "open"
    fail("agus", HOME, 2)
    assert tried("agus", HOME).startswith("throttled")


def test_open_attempts_take_room_but_are_not_called_wrong() -> None:
    keys = [reserve_attempt("agus", HOME) for _ in range(2)]
    assert tried() == f"throttled {BUSY_SECONDS}"
    release_attempt(keys[0])
    assert tried() == "open"
    count_failure(keys[1])
    reserve_attempt("agus", HOME)
    assert tried() == f"throttled {BUSY_SECONDS}"


def test_a_refused_attempt_leaves_the_counts_as_they_are() -> None:
    for address in ("10.0.1.1", "10.0.1.2", "10.0.1.3"):
        fail("agus", address)
    before = set(LoginFailures.objects.values_list("key", "count", "judging"))
    assert tried("agus", "10.0.1.9").startswith("throttled")
    assert set(LoginFailures.objects.values_list("key", "count", "judging")) == before


def test_who_loses_the_last_place_gives_back_what_they_had_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There was room when they looked, and somebody else took it: of three places the third."""
    take, asked = throttle._take, []

    def third_is_gone(key: str, limit: int) -> bool:
        asked.append(key)
        return len(asked) < 3 and take(key, limit)

    monkeypatch.setattr(throttle, "_take", third_is_gone)
    assert tried() == f"throttled {BUSY_SECONDS}"
    assert len(asked) == 3
    assert set(LoginFailures.objects.values_list("count", "judging")) == {(0, 0)}


@pytest.mark.parametrize(
    ("seconds", "answer"),
    [(0, "throttled 900"), (600, "throttled 300"), (899, "throttled 1"), (901, "open")],
)
def test_the_lock_counts_down_from_the_first_failure(seconds: int, answer: str) -> None:
    with time_machine.travel(NOW, tick=False):
        fail(times=2)
    with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
        assert tried() == answer


def test_a_new_window_begins_with_a_clean_count() -> None:
    with time_machine.travel(NOW, tick=False):
        fail()
    with time_machine.travel(NOW + timedelta(seconds=901), tick=False):
        fail()
        assert tried() == "open"
        assert set(LoginFailures.objects.values_list("count", flat=True)) == {1}


def test_failures_are_forgotten_after_the_window() -> None:
    with time_machine.travel(NOW, tick=False):
        fail()
    with time_machine.travel(NOW + timedelta(seconds=890), tick=False):
        assert forget_expired() == 0
    with time_machine.travel(NOW + timedelta(seconds=910), tick=False):
        assert forget_expired() == 3
