"""Tokens, sessions and languages: the small rules behind the doors, as tables."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.backends.cache import SessionStore as AnyStore
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from core.accounts.authentication import token_in
from core.accounts.middleware import LanguageMiddleware
from core.accounts.models import ApiToken, LoginFailures, User
from core.accounts.queries import PersonRef, sha256, user_of_token
from core.accounts.services import sign_in
from core.accounts.services.login import SignIn, forget_token, remember_token
from core.accounts.sessions import (
    BEGAN,
    SEEN,
    WRITE_EVERY,
    SessionStore,
    begin,
    is_over,
    note_use,
    stored_key,
)
from core.errors import DomainError
from core.integrations import upstreams
from core.integrations.errors import (
    IdentityMismatch,
    Reason,
    UnknownPerson,
    UpstreamError,
    WrongCredentials,
)
from tests.people import make_person

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SECOND = timedelta(seconds=1)


# --- A login that does not come to its end ------------------------------------------------


class Auth:
    """An auth server that answers as it is told."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.asked = 0

    def login(self, *_: Any) -> Any:
        """Fails."""
        self.asked += 1
        raise self.error


@pytest.mark.parametrize(
    ("error", "code", "failures"),
    [
        (WrongCredentials(), "wrong_credentials", 1),
        (IdentityMismatch(), "upstream_invalid", 0),
        (UnknownPerson(), "upstream_invalid", 0),
        (UpstreamError("auth", Reason.TIMEOUT, "x"), "unavailable", 0),
        (UpstreamError("auth", Reason.BUSY, "x", 7), "unavailable", 0),
        (UpstreamError("auth", Reason.INVALID, "x"), "upstream_invalid", 0),
    ],
    ids=lambda value: value.reason.name if isinstance(value, UpstreamError) else None,
)
def test_only_a_wrong_password_counts_against_the_person(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: str, failures: int
) -> None:
    monkeypatch.setattr(upstreams, "auth", lambda: Auth(error))
    with pytest.raises(DomainError) as caught:
        sign_in(username="agus", password="x", address="10.0.0.1")
    assert caught.value.code == code
    rows = LoginFailures.objects.values_list("count", "judging")
    assert set(rows) == {(failures, 0)}
    assert not User.objects.exists()
    if code == "unavailable":
        assert caught.value.retry_after == (getattr(error, "retry_after", None) or 10)


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [
        ("", "x", "invalid"),
        ("  ", "x", "invalid"),
        ("agus", "", "invalid"),
        ("a" * 151, "x", "wrong_credentials"),
        ("agus", "x" * 1025, "wrong_credentials"),
    ],
)
def test_what_cannot_be_right_asks_nobody_and_counts_nothing(
    monkeypatch: pytest.MonkeyPatch, username: str, password: str, code: str
) -> None:
    auth = Auth(WrongCredentials())
    monkeypatch.setattr(upstreams, "auth", lambda: auth)
    with pytest.raises(DomainError) as caught:
        sign_in(username=username, password=password, address="10.0.0.1")
    assert (caught.value.code, auth.asked) == (code, 0)
    assert not LoginFailures.objects.exists()


def test_a_fault_of_ours_gives_the_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstreams, "auth", lambda: Auth(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        sign_in(username="agus", password="x", address="10.0.0.1")
    assert set(LoginFailures.objects.values_list("judging", flat=True)) == {0}


# --- Tokens -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer abc", "abc"),
        ("BEARER   abc ", "abc"),
        ("abc", "abc"),
        ("Basic abc", ""),
        ("Bearer a b", ""),
        ("Bearer", "Bearer"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_the_token_of_a_header(header: str, token: str) -> None:
    assert token_in(header) == token


@pytest.mark.parametrize(
    ("told", "lives"),
    [(None, 3600), (60, 60), (3600, 3600), (99_999, 3600), (-5, -5)],
)
def test_a_token_lives_as_told_but_never_longer_than_we_allow(
    settings: Any, rina: User, told: int | None, lives: int
) -> None:
    settings.AUTH_TOKEN_TTL = 3600
    with time_machine.travel(NOW, tick=False):
        expires = None if told is None else timezone.now() + told * SECOND
        row = remember_token(SignIn(rina, "secret", expires))
        assert row.expires_at == timezone.now() + lives * SECOND
        assert user_of_token("secret") == (rina if lives > 0 else None)
    with time_machine.travel(NOW + (lives + 1) * SECOND, tick=False):
        assert user_of_token("secret") is None


def test_a_token_is_of_one_person_and_of_an_active_one(rina: User, agus: User) -> None:
    remember_token(SignIn(rina, "secret", None))
    remember_token(SignIn(agus, "secret", None))
    assert ApiToken.objects.count() == 1
    assert user_of_token("secret") == agus
    assert user_of_token("Secret") is None
    assert user_of_token(sha256("secret")) is None
    User.objects.filter(pk=agus.pk).update(is_active=False)
    assert user_of_token("secret") is None


def test_only_the_token_that_logs_out_is_forgotten(rina: User) -> None:
    for token in ("one", "two"):
        remember_token(SignIn(rina, token, None))
    forget_token("one")
    assert [user_of_token(token) for token in ("one", "two")] == [None, rina]


def test_a_sign_in_does_not_show_its_token(rina: User) -> None:
    assert "secret" not in repr(SignIn(rina, "secret", None))


# --- Sessions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("began", "seen", "expected"),
    [
        (0, 0, False),
        (3600, 3600, False),
        (3601, 3601, True),
        (12 * 3600, 0, False),
        (12 * 3600 + 1, 0, True),
        (None, None, False),
        (None, 3601, True),
    ],
)
def test_a_session_ends_idle_or_old(
    began: int | None, seen: int | None, *, expected: bool
) -> None:
    with time_machine.travel(NOW, tick=False):
        now, session = int(timezone.now().timestamp()), AnyStore()
        for clock, ago in ((BEGAN, began), (SEEN, seen)):
            if ago is not None:
                session[clock] = now - ago
        assert is_over(session) is expected


@pytest.mark.parametrize(
    ("seconds", "is_written"),
    [(0, False), (WRITE_EVERY - 1, False), (WRITE_EVERY, True)],
)
def test_use_is_written_once_a_minute(seconds: int, *, is_written: bool) -> None:
    session = AnyStore()
    with time_machine.travel(NOW, tick=False):
        begin(session)
    session.modified = False
    with time_machine.travel(NOW + seconds * SECOND, tick=False):
        note_use(session)
        assert session.modified is is_written
        assert not is_over(session)
    assert session[SEEN] - session[BEGAN] == (seconds if is_written else 0)


def test_a_session_is_kept_under_its_hash_and_removed_by_its_key() -> None:
    session = SessionStore()
    session["x"] = 1
    session.save()
    key = str(session.session_key)
    assert SessionStore().exists(key)
    assert not SessionStore().exists(stored_key(key))
    assert SessionStore(key)["x"] == 1
    SessionStore().delete(stored_key(key))
    assert SessionStore().exists(key)
    SessionStore().delete(key)
    assert not SessionStore().exists(key)
    SessionStore().delete()  # without a key there is nothing to remove
    assert SessionStore(key).get("x") is None


# --- Language ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "accept", "wanted", "language"),
    [
        ("en", "text/html", "", "en"),
        ("id", "text/html", "en", "id"),
        ("xx", "text/html", "en", "id"),
        ("", "text/html", "en-US,en", "id"),
        ("", "application/json", "en-US,en", "en"),
        ("", "application/json", "id", "id"),
        ("", "application/json", "fr", "id"),
        ("", "", "", "id"),
    ],
)
def test_the_language_of_an_answer(
    cookie: str, accept: str, wanted: str, language: str
) -> None:
    headers = {"Accept": accept, "Accept-Language": wanted}
    request = RequestFactory().get("/", headers=headers)
    if cookie:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie
    seen: list[str | None] = []

    def page(_request: Any) -> HttpResponse:
        seen.append(translation.get_language())
        return HttpResponse()

    answer = LanguageMiddleware(page)(request)
    assert (seen, answer["Content-Language"]) == ([language], language)


# --- Names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Agus Wijaya", "AW"),
        ("Agus", "A"),
        ("agus budi wijaya", "AW"),
        ("", ""),
        ("#12", "#"),
    ],
)
def test_initials_are_of_the_first_and_the_last_word(name: str, initials: str) -> None:
    assert PersonRef(1, name).initials == initials
    if name:
        assert make_person(50, name).initials == initials


def test_a_person_is_called_by_name_else_by_user_name() -> None:
    assert str(User(username="agus", name="Agus")) == "Agus"
    assert str(User(username="agus")) == "agus"
