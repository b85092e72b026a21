"""Logging in through the auth server, and who it says that somebody is."""

import json
import socket
import time
from typing import Any

import pytest

from core.integrations.authserver import AuthServer, make_person
from core.integrations.breaker import BreakerState
from core.integrations.errors import (
    IdentityMismatch,
    LoginRefused,
    Reason,
    UnknownPerson,
    UpstreamError,
    WrongCredentials,
)
from core.integrations.limits import BreakerRule
from core.integrations.tests.conftest import TIMES, Clock, MakeClient, in_threads

LOGIN = "/login"
USERS = "/users/"
LIST = "/users/view"


@pytest.fixture
def auth(box: Any, make_client: MakeClient) -> AuthServer:
    """The auth server, with the key that it signs with."""
    rule = BreakerRule(failures=5, window=5, open_seconds=10)
    login = make_client(box.auth.url, breaker=rule, concurrency=8, queue=0.02)
    directory = make_client(box.auth.url)
    return AuthServer(login, directory, TIMES, key=box.auth._key.decode())


def test_the_right_password_gives_a_token(auth: AuthServer, box: Any) -> None:
    login = auth.login("rina", box.auth.password)
    assert login.ext_id == 3
    assert login.token.count(".") == 2
    assert login.expires_at is not None
    assert login.expires_at.timestamp() > time.time()
    assert repr(auth) == "<AuthServer>"


def test_the_token_may_come_in_json(auth: AuthServer, box: Any) -> None:
    box.auth.faults.set(LOGIN, "token_json")
    assert auth.login("rina", box.auth.password).ext_id == 3


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_no_is_wrong_credentials_without_the_upstreams_words(
    status: int, auth: AuthServer, box: Any
) -> None:
    box.auth.faults.set(LOGIN, "status", status, body="no such user rina")
    with pytest.raises(WrongCredentials) as caught:
        auth.login("rina", "wrong")
    assert "rina" not in str(caught.value)
    assert len(box.auth.calls) == 1


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("status", 500, Reason.REFUSED),
        ("status", 503, Reason.REFUSED),
        ("status", 404, Reason.REFUSED),
        ("status", 202, Reason.INVALID),
        ("refuse", None, Reason.UNREACHABLE),
        ("drop_after_effect", None, Reason.UNREACHABLE),
        ("half_open", None, Reason.TIMEOUT),
        ("slow", 0.02, Reason.TIMEOUT),
        ("html", None, Reason.INVALID),
        ("empty", None, Reason.INVALID),
        ("garbage", None, Reason.INVALID),
        ("unsigned_token", None, Reason.INVALID),
        ("huge", None, Reason.TOO_BIG),
        ("redirect", None, Reason.REDIRECT),
    ],
)
def test_everything_else_is_an_upstream_error_after_one_call(
    kind: str, value: Any, reason: Reason, auth: AuthServer, box: Any
) -> None:
    box.auth.faults.set(LOGIN, kind, value)
    with pytest.raises(UpstreamError) as caught:
        auth.login("rina", box.auth.password)
    assert caught.value.reason is reason
    assert len(box.auth.calls) <= 1
    is_nonsense = reason in {Reason.INVALID, Reason.TOO_BIG, Reason.REDIRECT}
    assert caught.value.is_nonsense is is_nonsense


def test_the_password_does_not_follow_a_redirect(
    auth: AuthServer, box: Any, evil: socket.socket
) -> None:
    target = f"http://127.0.0.1:{evil.getsockname()[1]}/login"
    for status in (302, 307, 308):
        box.auth.faults.set(LOGIN, "redirect", [target, status])
        with pytest.raises(UpstreamError):
            auth.login("rina", box.auth.password)


def test_a_password_that_is_no_text_is_wrong(auth: AuthServer, box: Any) -> None:
    with pytest.raises(WrongCredentials):
        auth.login("rina", "\ud800")
    assert box.auth.calls == []


def test_wrong_passwords_do_not_open_the_breaker(auth: AuthServer) -> None:
    for _ in range(20):
        with pytest.raises(WrongCredentials):
            auth.login("rina", "wrong")
    assert auth.clients[0].breaker_state is BreakerState.CLOSED


def test_in_a_storm_eight_wait_and_the_others_are_told_at_once(
    auth: AuthServer, box: Any
) -> None:
    box.auth.faults.set(LOGIN, "latency", 0.25)

    def attempt() -> str:
        began = time.monotonic()
        try:
            auth.login("rina", box.auth.password)
        except UpstreamError as error:
            return f"{error.reason} {time.monotonic() - began < 0.2}"
        return "in"

    outcomes = in_threads(30, attempt)
    assert outcomes.count("in") >= 8
    assert set(outcomes) <= {"in", "busy True"}


def test_a_person_is_cross_checked(auth: AuthServer, box: Any) -> None:
    login = auth.login("rina", box.auth.password)
    person = auth.person(login.ext_id, login.token, "\uff32\uff29\uff2e\uff21 ")
    assert (person.ext_id, person.name, person.department_ext_id) == (
        3,
        "Rina Lestari",
        4,
    )
    assert (person.is_head, person.entry_date) == (None, None)
    call = box.auth.calls[-1]
    sent = {name.lower(): value for name, value in call.headers.items()}
    assert (call.path, sent["authorization"]) == ("/users/3", login.token)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("status", 404),
        ("status", 500),
        ("half_open", None),
        ("html", None),
        ("reset", None),
    ],
)
def test_where_the_route_does_not_answer_the_list_does(
    kind: str, value: Any, auth: AuthServer, box: Any
) -> None:
    box.auth.faults.set("/users/3", kind, value)
    assert auth.person(3, box.auth.token_for("rina"), "rina").name == "Rina Lestari"


@pytest.mark.parametrize("status", [401, 403])
def test_a_denial_there_is_an_answer(status: int, auth: AuthServer, box: Any) -> None:
    box.auth.faults.set("/users/3", "status", status)
    with pytest.raises(UpstreamError):
        auth.person(3, box.auth.token_for("rina"))


def test_a_person_in_neither_is_unknown(auth: AuthServer, box: Any) -> None:
    with pytest.raises(UnknownPerson):
        auth.person(9999, box.auth.token_for("rina"))


def test_who_was_hired_a_minute_ago_is_found(auth: AuthServer, box: Any) -> None:
    auth.people()
    box.auth.people.append(
        {"id": 99, "username": "baru", "name": "Baru", "departmentId": 4}
    )
    try:
        box.auth.faults.set("/users/99", "status", 500)
        assert auth.person(99, "t.o.k").name == "Baru"
    finally:
        box.auth.people.pop()


def test_without_list_and_route_the_server_is_not_there(
    auth: AuthServer, box: Any
) -> None:
    box.auth.faults.set(USERS, "status", 500)
    with pytest.raises(UpstreamError):
        auth.person(3, "t.o.k")


def test_a_token_with_somebody_elses_id_is_a_mismatch(
    auth: AuthServer, box: Any
) -> None:
    box.auth.faults.set(LOGIN, "wrong_jti", 4)
    login = auth.login("rina", box.auth.password)
    with pytest.raises(IdentityMismatch) as caught:
        auth.person(login.ext_id, login.token, "rina")
    assert isinstance(caught.value, LoginRefused)


@pytest.fixture
def answered(auth: AuthServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What ``/users/3`` answers, whatever the sandbox says."""
    answer: dict[str, Any] = {}
    fetch = auth.clients[1].fetch

    def instead(path: str, *args: Any, **kwargs: Any) -> Any:
        is_user = path == "/users/3" and answer
        return json.dumps(answer).encode() if is_user else fetch(path, *args, **kwargs)

    monkeypatch.setattr(auth.clients[1], "fetch", instead)
    return answer


@pytest.mark.parametrize("wrapped", ["data", "user", None])
def test_the_person_may_come_wrapped(
    wrapped: str | None, auth: AuthServer, answered: dict[str, Any]
) -> None:
    row = {"id": "3", "username": "Rina", "name": " Rina L "}
    answered.update({wrapped: row} if wrapped else row)
    assert auth.person(3, "t.o.k", "rina").name == "Rina L"


@pytest.mark.parametrize(
    "row",
    [
        {"id": 4, "username": "rina", "name": "R"},
        {"id": 3, "username": "rіna", "name": "Cyrillic i"},  # noqa: RUF001
        {"id": 3, "username": "budi", "name": "B"},
    ],
)
def test_another_id_or_name_is_a_mismatch(
    row: dict[str, Any], auth: AuthServer, answered: dict[str, Any]
) -> None:
    answered.update(row)
    with pytest.raises(IdentityMismatch):
        auth.person(3, "t.o.k", "rina")


def test_the_directory_is_a_reading(auth: AuthServer, box: Any) -> None:
    assert auth.people().value[3].name == "Rina Lestari"
    departments = auth.departments().value
    assert departments[4].raw["name"] == departments[4].name
    box.auth.faults.set(LIST, "refuse")
    assert auth.people().value


def test_the_list_serves_while_the_server_is_down(
    box: Any, make_client: MakeClient, clock: Clock
) -> None:
    client = make_client(box.auth.url, clock=clock)
    auth = AuthServer(client, client, TIMES, clock=clock)
    auth.people()
    box.auth.faults.set("/", "refuse")
    clock.advance(50)
    shown = auth.people()
    assert shown.is_stale
    assert shown.value[3].name == "Rina Lestari"


def test_a_full_row_tells_everything() -> None:
    person = make_person(
        {
            "id": "7",
            "username": " u\x00 ",
            "name": "N",
            "departmentId": "4",
            "departmentName": "Eng",
            "isHead": True,
            "entryDate": "2022-01-10T00:00:00",
            "phoneNumber": 628,
        }
    )
    assert person.username == "u"
    assert (person.is_head, str(person.entry_date), person.phone) == (
        True,
        "2022-01-10",
        "628",
    )
