"""The auth server gives tokens to the right people and knows who is who."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest

from sandbox.server import Sandbox
from sandbox.tables import load
from sandbox.tests.wire import Answer, ask, get

RIGHT = {"username": "agus", "password": "panel-2026"}


def _login(box: Sandbox, **members: str) -> Answer:
    return ask(box.auth, "POST", "/login", RIGHT | members)


def _decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _claims(token: str) -> Any:
    return _decoded(token.split(".")[1])


def test_login_answers_a_signed_token_as_plain_text(box: Sandbox) -> None:
    answer = _login(box)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    head, claims, signature = answer.body.decode().split(".")
    key = load("login")["signingKey"].encode()
    wanted = hmac.digest(key, f"{head}.{claims}".encode(), hashlib.sha256)
    assert base64.urlsafe_b64decode(signature + "=") == wanted
    assert _decoded(head) == {"alg": "HS256", "typ": "JWT"}


def test_the_token_says_who_and_until_when(box: Sandbox) -> None:
    claims = _claims(_login(box).body.decode())
    assert claims["jti"] == "12"
    assert claims["sub"] == "agus"
    assert claims["iat"] <= time.time() < claims["exp"]


@pytest.mark.parametrize("username", ["agus", "hendi", "rina", "admin"])
def test_the_demo_people_can_log_in(box: Sandbox, username: str) -> None:
    assert _login(box, username=username).status == 200


@pytest.mark.parametrize("wrong", [{"password": "guess"}, {"username": "nobody"}])
def test_a_wrong_login_is_401(box: Sandbox, wrong: dict[str, str]) -> None:
    answer = _login(box, **wrong)
    assert answer.status == 401
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_login_that_is_no_json_is_400(box: Sandbox) -> None:
    assert ask(box.auth, "POST", "/login", []).status == 400
    assert ask(box.auth, "POST", "/login").status == 400


@pytest.mark.parametrize("scheme", ["", "Bearer "])
def test_a_token_shows_a_user(box: Sandbox, scheme: str) -> None:
    headers = {"authorization": scheme + _login(box).body.decode()}
    assert ask(box.auth, "GET", "/users/12", headers=headers).json() == {
        "id": 12,
        "username": "agus",
        "name": "Agus Wijaya",
        "departmentId": 4,
    }
    assert ask(box.auth, "GET", "/users/9999", headers=headers).status == 404


def test_no_user_is_shown_without_a_good_token(box: Sandbox) -> None:
    token = _login(box).body.decode()
    assert get(box.auth, "/users/12").status == 401
    for bad in (token[:-3] + "AAA", "x.y.z", "nonsense"):
        answer = ask(box.auth, "GET", "/users/12", headers={"authorization": bad})
        assert answer.status == 401


def test_an_expired_token_shows_nobody(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box.auth, "token_seconds", -1)
    headers = {"authorization": box.auth.token_for("agus")}
    assert ask(box.auth, "GET", "/users/12", headers=headers).status == 401


def test_everybody_is_in_the_view(box: Sandbox) -> None:
    rows = get(box.auth, "/users/view").json()
    assert len(rows) == 30
    assert all(set(r) == {"id", "name", "username", "departmentId"} for r in rows)


def test_departments_are_listed(box: Sandbox) -> None:
    rows = get(box.auth, "/ext-departments").json()
    assert [row["name"] for row in rows] == [
        "Eng Elec LV",
        "Eng Elec HV",
        "Eng Mechanical",
        "Estimator",
        "PPIC",
    ]


def test_whatsapp_messages_are_kept(box: Sandbox) -> None:
    message = {"phone_num": ["628000000012"], "message": "ECN 7", "source": "ems"}
    assert ask(box.auth, "POST", "/send-multi-whatsapp", message).status == 200
    assert box.auth.messages == [message]
    assert ask(box.auth, "POST", "/send-multi-whatsapp", {}).status == 400


def test_unsigned_token_has_no_signature(box: Sandbox) -> None:
    box.auth.faults.set("/login", "unsigned_token")
    head, claims, signature = _login(box).body.decode().split(".")
    assert signature == ""
    assert _decoded(head)["alg"] == "none"
    assert _decoded(claims)["jti"] == "12"


def test_wrong_jti_names_somebody_else(box: Sandbox) -> None:
    box.auth.faults.set("/login", "wrong_jti", 3, times=1)
    assert _claims(_login(box).body.decode())["jti"] == "3"
    box.auth.faults.set("/login", "wrong_jti", times=1)
    assert _claims(_login(box).body.decode())["jti"] == "9999"


@pytest.mark.parametrize("name", ["token", "accessToken", "access_token"])
def test_token_json_wraps_the_token(box: Sandbox, name: str) -> None:
    box.auth.faults.set("/login", "token_json", name)
    assert _claims(_login(box).json()[name])["jti"] == "12"


def test_token_json_wraps_it_twice(box: Sandbox) -> None:
    box.auth.faults.set("/login", "token_json", "data")
    assert _claims(_login(box).json()["data"]["token"])["jti"] == "12"


def test_token_faults_leave_a_refusal_alone(box: Sandbox) -> None:
    for kind in ("unsigned_token", "wrong_jti", "token_json"):
        box.auth.faults.set("/login", kind)
    assert _login(box, password="guess").status == 401
