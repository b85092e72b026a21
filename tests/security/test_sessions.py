"""The life of a session, and CSRF on each write (docs/threats.md#login-tokens-sessions)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.urls import path as url_path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from core.accounts.sessions import stored_key
from ems import urls
from ems.views import figures_form
from tests.contract.paths import PATHS
from tests.contract.world import World, make_world, undone
from tests.factories import a_change
from tests.people import PASSWORD, Caller, Cast, sign_in
from tests.security.authz import all_pages
from tests.security.database import is_changed, print_of_database, rows_written
from tests.security.switch_pages import old_rows

INSIDE = "/inbox/"


def is_in(browser: Caller) -> bool:
    """Whether the browser is logged in, by a page and by the API alike."""
    page = browser.get(INSIDE).status_code
    api = browser.call("GET", "/api/userroles").status_code
    assert (page, api) in {(200, 200), (302, 401)}
    return bool(page == 200)


def test_a_session_ends_after_an_hour_without_use(cast: Cast) -> None:
    start = timezone.now()
    with time_machine.travel(start):
        browser = cast.browser("agus")
        assert is_in(browser)
    with time_machine.travel(start + timedelta(minutes=59)):
        assert is_in(browser)
    with time_machine.travel(start + timedelta(minutes=59 + 61)):
        assert not is_in(browser)


def test_a_session_ends_after_twelve_hours_of_use(cast: Cast) -> None:
    start = timezone.now()
    with time_machine.travel(start):
        browser = cast.browser("agus")
    for minutes in range(0, 12 * 60, 50):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert is_in(browser)
    with time_machine.travel(start + timedelta(hours=12, minutes=5)):
        assert not is_in(browser)


def test_logging_in_changes_the_key_of_the_session(cast: Cast) -> None:
    browser = cast.browser("agus")
    old = browser.cookies["ems"].value
    browser.post("/accounts/logout/")
    planted = Caller()
    planted.cookies["ems"] = old
    sign_in(planted, "rina")
    new = planted.cookies["ems"].value
    assert new != old
    thief = Caller()
    thief.cookies["ems"] = old
    assert not is_in(thief)


def test_a_cookie_is_worthless_after_logout(cast: Cast) -> None:
    browser = cast.browser("agus")
    copy = browser.cookies["ems"].value
    browser.post("/accounts/logout/")
    thief = Caller()
    thief.cookies["ems"] = copy
    assert not is_in(thief)
    assert not Session.objects.filter(session_key=stored_key(copy)).exists()


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    browser = cast.browser("agus", csrf=True)
    session = browser.cookies["ems"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert browser.cookies["emscsrf"]["samesite"] == "Lax"


def test_a_closed_account_is_out_with_the_next_click(cast: Cast) -> None:
    browser = cast.browser("agus")
    cast.agus.is_active = False
    cast.agus.save(update_fields=["is_active"])
    assert not is_in(browser)


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/"])
@pytest.mark.usefixtures("cast")
def test_the_login_form_needs_its_token(path: str) -> None:
    browser = Caller(enforce_csrf_checks=True)
    data = {"username": "agus", "password": PASSWORD}
    assert browser.post(path, data).status_code == 403


@pytest.mark.usefixtures("cast")
def test_there_is_no_other_door() -> None:
    basic = {"Authorization": "Basic YWd1czpwYW5lbC0yMDI2"}
    assert Caller().get(INSIDE, headers=basic).status_code == 302
    remote = {"Remote-User": "admin", "X-Remote-User": "admin"}
    caller = Caller(REMOTE_USER="admin")
    assert caller.get("/admin/", headers=remote).status_code == 302


# --- CSRF (docs/threats.md#t24b) -----------------------------------------------------


@pytest.fixture
def world(cast: Cast) -> World:
    """Something to forge requests against."""
    return make_world(cast)


def writes(world: World) -> list[tuple[str, str]]:
    """Every method of every route that may change something."""
    facts = world.ids | {"fileId": 1, "noticeId": 1, "exportId": 1, "returnedId": 1}
    facts |= old_rows()
    api = [
        (each.method, each.path.format_map(facts))
        for each in PATHS
        if each.method != "GET" and each.path != "/login"
    ]
    pages = [
        ("POST", page.path.format_map(facts | _models(page.path)))
        for page in all_pages().values()
        if page.writes is not None
    ]
    return api + pages


def _models(path: str) -> dict[str, int]:
    name = path.partition("{")[2].partition("}")[0]
    return {name: 1} if "/" in name else {}


def unguarded(browser: Caller, calls: list[tuple[str, str]]) -> list[str]:
    """Calls that a foreign page could make in this person's name."""
    found = []
    before = print_of_database()
    for method, path in calls:
        with undone():
            written = rows_written()
            answer = browser.call(
                method, path, b"{}", {"Origin": "https://evil.example"}
            )
            has_written = is_changed(before, written)
        # 401: the webhook, which asks for a signature and not for a session.
        if answer.status_code not in {401, 403} or has_written:
            found.append(f"{method} {path}: {answer.status_code}")
    return found


def test_no_foreign_page_writes_in_my_name(world: World) -> None:
    browser = world.cast.browser("admin", csrf=True, raise_request_exception=False)
    assert not unguarded(browser, writes(world))


def test_a_token_of_the_page_lets_a_write_through(cast: Cast) -> None:
    change = a_change(cast.agus)
    browser = cast.browser("agus", csrf=True)
    token = browser.cookies["emscsrf"].value
    body = {"id": change.pk, "engineering": "lain"}
    path = "/engineeringDetailProblems"
    assert browser.call("POST", path, body).status_code == 403
    answer = browser.call("POST", path, body, {"X-CSRFToken": token})
    assert answer.status_code == 200


def test_a_bearer_token_needs_no_csrf_token(cast: Cast) -> None:
    caller = Caller(enforce_csrf_checks=True)
    caller.token = cast.token("agus")
    caller.write("/engineeringDetailProblems", {"engineering": "x"})


def test_an_exempt_view_would_be_seen(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    door = url_path("exempt/", csrf_exempt(figures_form))
    monkeypatch.setattr(urls, "urlpatterns", [door, *urls.urlpatterns])
    settings.ROOT_URLCONF = "ems.urls"
    browser = world.cast.browser("admin", csrf=True, raise_request_exception=False)
    assert unguarded(browser, [("POST", "/exempt/")])
