"""Guessing passwords, and locking others out by guessing (docs/threats.md#t20)."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.models import LoginFailures
from core.accounts.services import throttle
from core.accounts.services.throttle import release_attempt, reserve_attempt
from tests.people import PASSWORD, Caller, Cast, make_cast, told

WRONG = {"username": "agus", "password": "guess"}
RIGHT = {"username": "agus", "password": PASSWORD}


def attempt(body: dict[str, str], address: str = "10.0.0.9", **headers: str) -> Any:
    """One login from an address."""
    caller = Caller(raise_request_exception=False, REMOTE_ADDR=address)
    return caller.call("POST", "/login", body, headers)


def reached(cast: Cast) -> int:
    """How many logins the auth server saw."""
    return sum(call.path == "/login" for call in cast.sandbox.auth.calls)


def test_the_eleventh_wrong_password_is_429_whatever_address_it_pretends(
    cast: Cast,
) -> None:
    found = [
        attempt(
            WRONG, **{"X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"1.1.1.{n}"}
        )
        for n in range(30)
    ]
    assert [each.status_code for each in found] == [401] * 10 + [429] * 20
    assert reached(cast) == 10
    assert 0 < int(found[10]["Retry-After"]) <= 15 * 60
    assert told(found[10])["code"] == "throttled"


def test_the_right_password_is_429_too_while_it_is_locked(cast: Cast) -> None:
    for _ in range(10):
        attempt(WRONG)
    assert attempt(RIGHT).status_code == 429
    assert reached(cast) == 10


def test_names_are_counted_without_regard_to_case_and_spaces(cast: Cast) -> None:
    names = ["agus", "AGUS", " Agus ", "aGUS"] * 3
    found = [attempt({"username": n, "password": "x"}).status_code for n in names]
    assert found == [401] * 10 + [429] * 2


def test_others_are_not_touched(cast: Cast) -> None:
    for _ in range(12):
        attempt(WRONG)
    body = {"username": "rina", "password": PASSWORD}
    assert attempt(body).status_code == 200
    assert attempt(body, "10.0.0.10").status_code == 200


def test_the_owner_gets_in_from_a_known_address(cast: Cast) -> None:
    assert attempt(RIGHT, "10.0.0.1").status_code == 200
    for stranger in range(4):
        for _ in range(12):
            attempt(WRONG, f"203.0.113.{stranger}")
    assert reached(cast) == 1 + 20
    assert attempt(RIGHT, "203.0.113.200").status_code == 429
    assert attempt(RIGHT, "10.0.0.1").status_code == 200


def test_one_address_cannot_spray_many_names(cast: Cast) -> None:
    found = [
        attempt({"username": f"user{n}", "password": "x"}).status_code
        for n in range(60)
    ]
    assert found == [401] * 50 + [429] * 10


def test_the_lock_ends_after_a_quarter_of_an_hour(cast: Cast) -> None:
    start = timezone.now()
    with time_machine.travel(start):
        for _ in range(11):
            attempt(WRONG)
        assert attempt(RIGHT).status_code == 429
    with time_machine.travel(start + timedelta(minutes=15, seconds=5)):
        assert attempt(RIGHT).status_code == 200


def test_a_few_dozen_right_logins_in_a_row_are_fine(cast: Cast) -> None:
    assert {attempt(RIGHT).status_code for _ in range(60)} == {200}


def test_a_right_password_after_wrong_ones_does_not_reset_the_count(cast: Cast) -> None:
    for _ in range(9):
        attempt(WRONG)
    assert attempt(RIGHT).status_code == 200
    assert attempt(WRONG).status_code == 401
    assert attempt(WRONG).status_code == 429


def test_a_sick_auth_server_is_not_the_persons_failure(cast: Cast) -> None:
    cast.sandbox.auth.faults.set("/login", "html", times=15)
    for _ in range(15):
        assert attempt(RIGHT).status_code in {502, 503}
    assert not LoginFailures.objects.filter(count__gt=0).exists()


def test_a_trusted_proxy_names_the_address(cast: Cast, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    forged = {"X-Forwarded-For": "1.2.3.4, 198.51.100.7, 10.0.0.3"}
    for _ in range(10):
        attempt(WRONG, **forged)
    assert attempt(WRONG, **forged).status_code == 429
    other = {"X-Forwarded-For": "1.2.3.4, 198.51.100.8, 10.0.0.3"}
    assert attempt(WRONG, **other).status_code == 401


def test_the_page_and_the_admin_count_together_with_the_api(cast: Cast) -> None:
    codes = []
    for n in range(12):
        caller = Caller(REMOTE_ADDR="10.0.0.9")
        path = ("/accounts/login/", "/admin/login/", "/login")[n % 3]
        if path == "/login":
            codes.append(attempt(WRONG).status_code)
        else:
            codes.append(caller.post(path, WRONG).status_code)
    assert reached(cast) == 10
    assert codes[-2:] != [200, 200]


SPELLINGS = [
    "agus",
    "\uff41\uff47\uff55\uff53",
    "a\u200bgus",
    "agu\u00ads",
    "\u2066agus\u2069",
    " AGUS ",
]


def test_spellings_of_one_name_are_counted_together(cast: Cast) -> None:
    names = SPELLINGS * 2
    found = [attempt({"username": n, "password": "x"}).status_code for n in names]
    assert found == [401] * 10 + [429] * 2


def test_who_is_over_the_limit_costs_no_write(cast: Cast) -> None:
    for n in range(50):
        attempt({"username": f"user{n}", "password": "x"})
    rows = LoginFailures.objects.count()
    with CaptureQueriesContext(connection) as queries:
        codes = {
            attempt({"username": f"new{n}", "password": "x"}).status_code
            for n in range(20)
        }
    assert codes == {429}
    assert LoginFailures.objects.count() == rows
    words = ("INSERT", "UPDATE", "DELETE")
    assert not [q for q in queries.captured_queries if q["sql"].startswith(words)]


def test_a_known_person_passes_a_locked_address(cast: Cast) -> None:
    assert attempt(RIGHT).status_code == 200
    for n in range(60):
        attempt({"username": f"user{n}", "password": "x"})
    assert attempt({"username": "rina", "password": PASSWORD}).status_code == 429
    assert attempt(RIGHT).status_code == 200


@pytest.mark.parametrize("kind", ["address", "pair"])
def test_many_at_once_are_not_called_wrong_passwords(cast: Cast, kind: str) -> None:
    """As if so many logins of this address, or account, were with the auth server just now."""
    held = [
        reserve_attempt("agus" if kind == "pair" else f"user{n}", "10.0.0.9")
        for n in range(10 if kind == "pair" else 50)
    ]
    answer = attempt(RIGHT)
    assert answer.status_code == 429
    assert "salah" not in told(answer)["message"]
    assert int(answer["Retry-After"]) <= 5
    for keys in held:
        release_attempt(keys)
    assert attempt(RIGHT).status_code == 200


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_200_at_once_at_most_ten_reach_the_auth_server(
    sandbox: Any, settings: Any
) -> None:
    settings.EMS_ADMINS = ["admin"]
    settings.WHITENOISE_AUTOREFRESH = True
    cast = make_cast(sandbox)
    found = in_parallel(200)
    assert reached(cast) <= 10
    assert set(found) <= {401, 429, 503}
    assert found.count(401) <= 10


def in_parallel(count: int, width: int = 20) -> list[int]:
    """So many wrong logins from as many threads as ``width`` at a time, all at once."""
    gate, found = threading.Barrier(width), []

    def run() -> None:
        gate.wait()
        found.extend([attempt(WRONG).status_code for _ in range(count // width)])
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(width)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_count_that_is_not_atomic_would_be_seen(
    sandbox: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMS_ADMINS = ["admin"]
    settings.WHITENOISE_AUTOREFRESH = True
    monkeypatch.setattr(throttle, "_take", lambda *_: True)
    monkeypatch.setattr(throttle, "_require_room", lambda *_: None)
    cast = make_cast(sandbox)
    in_parallel(40)
    assert reached(cast) > 10
