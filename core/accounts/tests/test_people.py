"""Who administers, who is gone, and who is logged out everywhere."""

from typing import Any

import pytest

from core.accounts.models import ApiToken, User
from core.accounts.queries import people_by_id, strangers
from core.accounts.services import (
    end_sessions,
    grant_role,
    mirror_person,
    sync_directory,
    update_admin_flag,
)
from core.accounts.sessions import user_of_session
from core.errors import DomainError
from core.integrations.authserver import Person, make_person
from core.ledger.models import Event
from ems.jobs import follow_directory
from notifications.models import Notification
from tests.people import IDS, Caller, Cast, forget_upstreams

pytestmark = pytest.mark.django_db
ANY_PATH = "/api/userroles"


def person_named(ext_id: int, username: str) -> Person:
    """Somebody of the auth server."""
    return make_person({"id": ext_id, "username": username, "name": f"P{ext_id}"})


# --- Administrators ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "ext_id", "username", "is_admin"),
    [
        (["9"], 9, "agus", True),
        (["9"], 12, "9", False),
        (["9"], 12, "#9", False),
        (["\uff19"], 9, "agus", False),
        (["agus"], 12, "agus", True),
        (["agus"], 13, "Agus", False),
        ([" agus ", ""], 12, "agus", True),
        ([""], 12, "", False),
        ([], 12, "agus", False),
    ],
)
def test_numbers_name_ids_and_names_name_user_names(
    settings: Any, named: list[str], ext_id: int, username: str, *, is_admin: bool
) -> None:
    settings.EMS_ADMINS = named
    assert mirror_person(person_named(ext_id, username or "x")).is_superuser is is_admin


def test_the_history_says_who_administers_from_when_to_when(settings: Any) -> None:
    settings.EMS_ADMINS = ["agus"]
    agus = mirror_person(person_named(12, "agus"))
    mirror_person(person_named(12, "agus"))
    settings.EMS_ADMINS = []
    update_admin_flag(agus)
    events = Event.objects.filter(record_type="accounts.User", record_id=agus.pk)
    assert [(each.kind, each.after) for each in events.order_by("seq")] == [
        ("person.became_admin", {"userId": 12, "username": "agus"}),
        ("person.is_no_admin", {"userId": 12, "username": "agus"}),
    ]


@pytest.mark.parametrize("door", ["session", "token"])
def test_who_is_no_longer_named_administers_no_longer(
    cast: Cast, settings: Any, door: str
) -> None:
    caller = cast.browser("admin") if door == "session" else cast.api("admin")
    body = {"userId": 12, "role": "spv"}
    assert caller.call("POST", ANY_PATH, body).status_code in {201, 403}
    settings.EMS_ADMINS = []
    answer = caller.call("POST", ANY_PATH, {"userId": 12, "role": "manager"})
    assert answer.status_code == 403
    assert not User.objects.get(username="admin").is_superuser


def test_who_never_comes_again_loses_it_with_the_next_look(
    cast: Cast, settings: Any
) -> None:
    settings.EMS_ADMINS = []
    follow_directory()
    assert not User.objects.filter(is_superuser=True).exists()


def test_managers_see_an_administrator_become_one_of_them(cast: Cast) -> None:
    Notification.objects.all().delete()
    grant_role(user_id=IDS["admin"], role="manager", by=cast.admin)
    grant_role(user_id=IDS["budi"], role="manager", by=cast.admin)
    told = Notification.objects.filter(kind="role.admin_is_manager")
    assert {each.recipient for each in told} == {cast.rina, cast.ratna}
    assert str(cast.admin) in told[0].title


# --- Names that move -----------------------------------------------------------------


def test_a_name_that_moves_collides_with_no_number() -> None:
    mirror_person(person_named(7, "12"))
    mirror_person(person_named(9, "#12"))
    mirror_person(person_named(12, "agus"))
    new = mirror_person(person_named(99, "agus"))
    assert new.username == "agus"
    old = User.objects.get(ext_id=12)
    assert (old.username, old.is_active) == ("##12", False)


# --- Leaving --------------------------------------------------------------------------


def is_in(caller: Caller) -> bool:
    """Whether the API still knows who this is."""
    return bool(caller.call("GET", ANY_PATH).status_code == 200)


def test_one_logs_oneself_out_everywhere(cast: Cast) -> None:
    laptop, phone, other = (cast.browser(name) for name in ("agus", "agus", "budi"))
    script = cast.api("agus")
    key = phone.cookies["ems"].value
    assert is_in(laptop)
    assert is_in(script)
    answer = laptop.post("/accounts/logout-everywhere/")
    assert answer.headers["Location"] == "/accounts/login/"
    assert [is_in(each) for each in (laptop, phone, script)] == [False] * 3
    assert user_of_session(key) is None
    assert is_in(other)
    assert is_in(cast.browser("agus"))
    event = Event.objects.latest("pk")
    assert (event.kind, event.actor) == ("person.logged_out_everywhere", cast.agus)


def test_a_stranger_logs_nobody_out(cast: Cast) -> None:
    answer = Caller().post("/accounts/logout-everywhere/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_an_administrator_logs_others_out_in_the_admin(cast: Cast) -> None:
    phone, script = cast.browser("agus"), cast.api("agus")
    form = {"action": "log_out_everywhere", "_selected_action": [cast.agus.pk]}
    assert cast.browser("rina").post("/admin/accounts/user/", form).status_code == 403
    assert is_in(phone)
    assert cast.browser("admin").post("/admin/accounts/user/", form).status_code == 302
    assert [is_in(phone), is_in(script)] == [False, False]


def test_nobody_else_logs_others_out(cast: Cast) -> None:
    with pytest.raises(DomainError) as caught:
        end_sessions(user=cast.agus, by=cast.rina)
    assert caught.value.code == "forbidden"


def test_the_menu_offers_it(cast: Cast) -> None:
    page = cast.browser("agus").get("/inbox/").content.decode()
    assert 'action="/accounts/logout-everywhere/"' in page


def test_a_closed_account_keeps_no_session_for_later(cast: Cast) -> None:
    phone = cast.browser("agus")
    sync_directory({1: person_named(1, "admin")})
    User.objects.filter(pk=cast.agus.pk).update(is_active=True)
    assert not is_in(phone)
    assert not ApiToken.objects.filter(user=cast.agus).exists()


# --- Only the auth server opens and closes accounts ----------------------------------


def test_the_meeting_server_closes_no_account(cast: Cast, settings: Any) -> None:
    settings.MEETING_URL = cast.sandbox.urls["meeting"]
    people = cast.sandbox.meeting.people
    people[:] = [row for row in people if row["id"] == IDS["admin"]]
    assert follow_directory()
    assert User.objects.get(pk=cast.agus.pk).is_active


def test_who_left_the_auth_server_is_out_whatever_the_meeting_server_says(
    cast: Cast, settings: Any
) -> None:
    settings.MEETING_URL = cast.sandbox.urls["meeting"]
    script = cast.api("agus")
    assert is_in(script)
    people = cast.sandbox.auth.people
    people[:] = [row for row in people if row["id"] != IDS["agus"]]
    assert follow_directory()
    assert not User.objects.get(pk=cast.agus.pk).is_active
    assert not is_in(script)


# --- Names behind ids -----------------------------------------------------------------


def test_a_person_is_called_as_in_the_directory_else_as_mirrored_else_by_number(
    cast: Cast, settings: Any
) -> None:
    settings.MEETING_URL = ""
    people = cast.sandbox.auth.people
    people[:] = [row for row in people if row["id"] != IDS["hendi"]]
    for row in people:
        if row["id"] == IDS["agus"]:
            row["name"] = "Agus Baru"
    found = people_by_id([IDS["agus"], IDS["hendi"], 4242])
    assert {key: each.name for key, each in found.items()} == {
        IDS["agus"]: "Agus Baru",
        IDS["hendi"]: cast.hendi.name,
        4242: "#4242",
    }


def test_a_stranger_is_whom_neither_the_directory_nor_the_mirror_knows(
    cast: Cast, settings: Any
) -> None:
    settings.MEETING_URL = ""
    people = cast.sandbox.auth.people
    people[:] = [row for row in people if row["id"] != IDS["hendi"]]
    assert strangers([IDS["agus"], IDS["hendi"], 4242]) == {4242}


def test_nobody_is_a_stranger_while_the_directory_never_answered(
    cast: Cast, settings: Any
) -> None:
    settings.MEETING_URL, settings.AUTH_SERVER_URL = "", "http://127.0.0.1:1"
    forget_upstreams()
    assert strangers([4242]) == frozenset()
    assert people_by_id([cast.agus.ext_id or 0])[IDS["agus"]].name == cast.agus.name
