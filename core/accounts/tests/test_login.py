"""POST /login, tokens and logout (docs/contract.md#login, docs/contract.md#who-is-let-in)."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core.accounts.models import ApiToken, LoginFailures, User
from core.accounts.queries import sha256
from core.accounts.services import forget_expired, mirror_person, sync_directory
from core.integrations import upstreams
from core.integrations.authserver import make_person
from tests.people import PASSWORD, Caller, Cast, told

RIGHT = {"username": "agus", "password": PASSWORD}
ANY_PATH = "/api/userroles"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_it_answers_with_the_token_as_a_json_string(cast: Cast) -> None:
    answer = Caller().call("POST", "/login", RIGHT)
    assert answer.status_code == 200
    token = told(answer)
    assert token.count(".") == 2
    assert "no-store" in answer["Cache-Control"]
    assert Caller().call("GET", ANY_PATH, headers=bearer(token)).status_code == 200
    bare = {"Authorization": token}
    assert Caller().call("GET", ANY_PATH, headers=bare).status_code == 200


@pytest.mark.parametrize("name", ["token", "accessToken", "access_token", "data"])
def test_a_token_in_json_is_found(cast: Cast, name: str) -> None:
    cast.sandbox.auth.faults.set("/login", "token_json", name)
    token = Caller().write("/login", RIGHT)
    assert Caller().call("GET", ANY_PATH, headers=bearer(token)).status_code == 200


def test_only_the_hash_of_a_token_is_kept(cast: Cast) -> None:
    token = cast.token("agus")
    row = ApiToken.objects.get()
    assert row.token_sha256 == sha256(token)
    assert all(token not in str(value) for value in vars(row).values())


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "agus"},
        {"password": "x"},
        {"username": "", "password": "x"},
        {"username": "  ", "password": "x"},
        {"username": "agus", "password": ""},
        {"username": None, "password": None},
        {"username": 5, "password": []},
    ],
)
def test_blank_input_is_400(cast: Cast, body: dict[str, Any]) -> None:
    calls = len(cast.sandbox.auth.calls)
    assert Caller().write("/login", body, 400)["code"] == "invalid"
    assert len(cast.sandbox.auth.calls) == calls


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("agus", "wrong"),
        ("nobody", PASSWORD),
        ("x" * 151, PASSWORD),
        ("agus", "x" * 1025),
    ],
)
def test_wrong_credentials_are_401_in_the_same_words(
    cast: Cast, username: str, password: str
) -> None:
    body = {"username": username, "password": password}
    refused = Caller().write("/login", body, 401)
    wrong = Caller().write("/login", {"username": "agus", "password": "no"}, 401)
    assert refused | {"requestId": ""} == wrong | {"requestId": ""}
    assert refused["code"] == "wrong_credentials"
    assert not ApiToken.objects.exists()


def test_what_no_database_keeps_is_no_name(cast: Cast) -> None:
    body = {"username": "agus\u0000", "password": PASSWORD}
    assert Caller().write("/login", body, 400)["code"] == "invalid"


@pytest.mark.parametrize(
    ("path", "kind", "value", "status"),
    [
        ("/login", "status", 500, 503),
        ("/login", "status", 404, 503),
        ("/login", "reset", None, 503),
        ("/login", "refuse", None, 503),
        ("/login", "html", None, 502),
        ("/login", "empty", None, 502),
        ("/login", "garbage", None, 502),
        ("/login", "truncated", None, 502),
        ("/login", "unsigned_token", None, 502),
        ("/login", "wrong_jti", "3", 502),
        ("/login", "wrong_jti", "9999", 502),
        ("/login", "wrong_jti", "abc", 502),
        ("/login", "redirect", "http://127.0.0.1:9/", 502),
        ("/users", "status", 401, 503),
        ("/users", "wrong_charset", None, None),
    ],
)
def test_a_sick_auth_server_is_never_500(
    cast: Cast, path: str, kind: str, value: object, status: int | None
) -> None:
    cast.sandbox.auth.faults.set(path, kind, value)
    answer = Caller(raise_request_exception=False).call("POST", "/login", RIGHT)
    assert answer.status_code in ({status} if status else {200, 502, 503})
    if answer.status_code != 200:
        assert told(answer)["code"] in {"upstream_invalid", "unavailable"}
        assert not ApiToken.objects.exists()
    if answer.status_code == 503:
        assert int(answer["Retry-After"]) > 0


def test_the_list_decides_where_the_person_cannot_be_asked_for(cast: Cast) -> None:
    cast.sandbox.auth.faults.set("/users/12", "status", 404)
    Caller().write("/login", RIGHT)


# --- Tokens that are not ours ------------------------------------------------------


def forged(**claims: Any) -> str:
    """A token that somebody wrote at home."""
    parts = [{"alg": claims.pop("alg", "HS256"), "typ": "JWT"}, claims]
    texts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in parts
    ]
    return ".".join([*texts, claims.get("signature", "c2ln")])


FOREIGN = {
    "forged": forged(jti="3", exp=9_999_999_999),
    "unsigned": forged(alg="none", jti="3"),
    "empty": "",
    "blank": "   ",
    "short": "x",
    "long": "x" * 9000,
    "unicode": "ż" * 20,
    "basic": "Basic YWd1czpwYW5lbC0yMDI2",
    "three words": "Bearer a b",
    "quoted": '"token"',
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_token_that_we_did_not_obtain_is_401(cast: Cast, name: str) -> None:
    for header in (FOREIGN[name], f"Bearer {FOREIGN[name]}"):
        answer = Caller().call("GET", ANY_PATH, headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_of_the_auth_server_that_we_did_not_fetch_is_401(cast: Cast) -> None:
    token = cast.sandbox.auth.token_for("rina")
    assert Caller().call("GET", ANY_PATH, headers=bearer(token)).status_code == 401


def test_a_bad_token_is_not_saved_by_a_good_session(cast: Cast) -> None:
    browser = cast.browser("rina")
    assert browser.call("GET", ANY_PATH).status_code == 200
    assert browser.call("GET", ANY_PATH, headers=bearer("x")).status_code == 401


def test_a_token_ends_when_it_says(cast: Cast) -> None:
    token = cast.token("agus")
    row = ApiToken.objects.get()
    with time_machine.travel(row.expires_at - timedelta(seconds=5)):
        assert Caller().call("GET", ANY_PATH, headers=bearer(token)).status_code == 200
    with time_machine.travel(row.expires_at + timedelta(seconds=1)):
        assert Caller().call("GET", ANY_PATH, headers=bearer(token)).status_code == 401
        assert forget_expired() >= 1
    assert not ApiToken.objects.exists()


def test_a_token_lives_no_longer_than_we_allow(cast: Cast, settings: Any) -> None:
    settings.AUTH_TOKEN_TTL = 600
    cast.token("agus")
    left = ApiToken.objects.get().expires_at - timezone.now()
    assert timedelta(seconds=500) < left <= timedelta(seconds=600)


def test_logout_ends_the_token(cast: Cast) -> None:
    api = cast.api("agus")
    assert api.call("POST", "/logout").status_code == 204
    assert api.call("GET", ANY_PATH).status_code == 401
    assert not ApiToken.objects.exists()


def test_logout_ends_only_this_token(cast: Cast) -> None:
    mine = cast.token("agus")
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        other = Caller().write("/login", RIGHT)
        assert other != mine
        cast.api("agus").call("POST", "/logout")
        answer = Caller().call("GET", ANY_PATH, headers=bearer(other))
        assert answer.status_code == 200


def test_logout_with_a_session_ends_the_session(cast: Cast) -> None:
    browser = cast.browser("agus")
    assert browser.call("POST", "/logout").status_code == 204
    assert browser.call("GET", ANY_PATH).status_code == 401


def test_whoever_left_the_company_is_out_at_once(cast: Cast) -> None:
    api, browser = cast.api("agus"), cast.browser("agus")
    people = upstreams.auth().people().value
    sync_directory({key: each for key, each in people.items() if key != 12})
    assert api.call("GET", ANY_PATH).status_code == 401
    assert browser.get("/inbox/").status_code == 302
    assert not User.objects.get(ext_id=12).is_active


def test_whoever_comes_back_is_let_in(cast: Cast) -> None:
    User.objects.filter(ext_id=12).update(is_active=False)
    Caller().write("/login", RIGHT)
    assert User.objects.get(ext_id=12).is_active


def test_a_role_that_is_taken_away_is_gone_with_the_next_call(cast: Cast) -> None:
    hendi = cast.api("hendi")
    hendi.write("/donePOs", {"outs": 1})
    (row,) = cast.api("admin").read("/api/userroles/byUserId/7")
    cast.api("admin").call("DELETE", f"/api/userroles/{row['id']}")
    hendi.write("/donePOs", {"outs": 1}, 403)


def test_a_name_that_moved_to_another_id_is_another_person(cast: Cast) -> None:
    old = cast.agus
    for row in cast.sandbox.auth.people:
        if row["username"] == "agus":
            row["id"] = 900
    Caller().write("/login", RIGHT)
    old.refresh_from_db()
    assert old.username == "#12"
    assert not old.is_active
    assert User.objects.get(username="agus").ext_id == 900


def test_an_administrator_is_made_and_unmade_at_login(
    cast: Cast, settings: Any
) -> None:
    settings.EMS_ADMINS = ["agus"]
    Caller().write("/login", RIGHT)
    assert User.objects.get(ext_id=12).is_superuser
    settings.EMS_ADMINS = []
    Caller().write("/login", RIGHT)
    assert not User.objects.get(ext_id=12).is_superuser


def test_a_directory_need_not_tell_user_names(cast: Cast) -> None:
    cast.sandbox.auth.faults.set("/users", "reshape", "drop:username")
    User.objects.filter(ext_id=1).update(is_superuser=False, username="1")
    Caller().write("/login", {"username": "admin", "password": PASSWORD})
    admin = User.objects.get(ext_id=1)
    assert admin.username == "admin"
    assert admin.is_superuser


def test_right_logins_are_never_counted(cast: Cast) -> None:
    for _ in range(40):
        Caller().write("/login", RIGHT)
    assert not LoginFailures.objects.filter(count__gt=0).exists()


@pytest.mark.django_db
def test_a_login_keeps_the_department(cast: Cast) -> None:
    row = {"id": 12, "username": "agus", "name": "Agus Wijaya", "departmentId": 4}
    mirror_person(make_person(row | {"departmentName": "Eng Elec LV"}))
    mirror_person(make_person(row))
    assert User.objects.get(ext_id=12).department_name == "Eng Elec LV"
