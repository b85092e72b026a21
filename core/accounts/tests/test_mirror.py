"""People as they are mirrored: what is kept, what is refreshed, who is closed, who is only named."""

from typing import Any

import pytest

from core.accounts.models import User
from core.accounts.services import ensure_users, mirror_person, sync_directory
from core.accounts.signals import person_named
from core.integrations import upstreams
from core.integrations.authserver import Person
from tests.people import make_person

pytestmark = pytest.mark.django_db


def person(ext_id: int, **told: Any) -> Person:
    """Somebody of a directory; what is not told is None."""
    given = {
        "username": f"u{ext_id}",
        "name": f"P{ext_id}",
        "department_ext_id": 4,
        "department_name": "Engineering",
        "is_head": None,
        "entry_date": None,
        "phone": None,
    }
    return Person(ext_id=ext_id, **{**given, **told})


# --- A login ----------------------------------------------------------------------------


def test_a_first_login_makes_a_person_without_a_password() -> None:
    user = mirror_person(person(12))
    assert (user.username, user.name, user.department_ext_id) == ("u12", "P12", 4)
    assert user.department_name == "Engineering"
    assert not user.has_usable_password()
    assert user.is_active


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"name": "Baru"}, {"name": "Baru"}),
        ({"username": "baru"}, {"username": "baru"}),
        ({"username": None}, {"username": "12"}),
        ({"department_ext_id": 5}, {"department_ext_id": 5}),
        ({"department_ext_id": None}, {"department_ext_id": 4}),
        ({"department_name": "Arsip"}, {"department_name": "Arsip"}),
        ({"department_name": None}, {"department_name": "Engineering"}),
        ({"department_name": ""}, {"department_name": "Engineering"}),
    ],
)
def test_a_later_login_refreshes_what_it_tells(
    told: dict[str, Any], kept: dict[str, Any]
) -> None:
    first = mirror_person(person(12))
    again = mirror_person(person(12, **told))
    assert again.pk == first.pk
    row = User.objects.get()
    assert {name: getattr(row, name) for name in kept} == kept


def test_who_comes_back_is_active_again() -> None:
    mirror_person(person(12))
    User.objects.update(is_active=False)
    assert mirror_person(person(12)).is_active


def test_a_placeholder_becomes_the_true_name_with_the_login(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upstreams, "known_people", dict)
    (pk,) = ensure_users([12])
    assert User.objects.get(pk=pk).username == "#12"
    user = mirror_person(person(12))
    assert (user.pk, user.username) == (pk, "u12")


def test_the_new_owner_of_a_name_inherits_nothing() -> None:
    old = mirror_person(person(12, username="agus"))
    marker = old.password
    new = mirror_person(person(99, username="agus"))
    old.refresh_from_db()
    assert (new.pk, new.username) != (old.pk, old.username)
    assert (old.username, old.is_active) == ("#12", False)
    assert old.password != marker  # its sessions hold the old one


# --- The directory ----------------------------------------------------------------------


def sync(auth: list[Person], names: list[Person] | None = None) -> dict[int, User]:
    """A fresh reading of the auth server, and of a fuller directory; our people then."""
    fuller = None if names is None else {each.ext_id: each for each in names}
    sync_directory({each.ext_id: each for each in auth}, fuller)
    return {user.ext_id or 0: user for user in User.objects.all()}


@pytest.mark.parametrize(
    ("auth", "names", "is_active"),
    [
        ([12], None, True),
        ([], None, False),
        ([13], None, False),
        ([], [12], False),
        ([12], [], True),
        ([12], [12], True),
    ],
)
def test_only_the_auth_server_says_who_is_there(
    auth: list[int], names: list[int] | None, *, is_active: bool
) -> None:
    mirror_person(person(12))
    fuller = None if names is None else [person(key) for key in names]
    found = sync([person(key) for key in auth], fuller)
    assert found[12].is_active is is_active


@pytest.mark.parametrize(
    ("told", "name", "department", "key"),
    [
        ({}, "P12", "Engineering", 4),
        ({"name": "Baru"}, "Baru", "Engineering", 4),
        ({"department_name": "Arsip", "department_ext_id": 5}, "P12", "Arsip", 5),
        ({"department_name": "Arsip", "department_ext_id": None}, "P12", "Arsip", 4),
        ({"department_name": None, "department_ext_id": 9}, "P12", "Engineering", 4),
        ({"name": "", "department_name": ""}, "P12", "Engineering", 4),
    ],
)
def test_names_and_departments_follow_the_directory(
    told: dict[str, Any], name: str, department: str, key: int
) -> None:
    mirror_person(person(12))
    row = sync([person(12, **told)])[12]
    assert (row.name, row.department_name, row.department_ext_id) == (
        name,
        department,
        key,
    )


def test_the_fuller_directory_names_people() -> None:
    mirror_person(person(12))
    row = sync([person(12)], [person(12, name="Lengkap")])[12]
    assert row.name == "Lengkap"


def test_people_of_our_own_are_left_alone() -> None:
    ours = User.objects.create_user("service", name="Layanan")
    closed = make_person(77, "Lama", is_active=False)
    sync([])
    ours.refresh_from_db()
    closed.refresh_from_db()
    assert (ours.is_active, closed.name) == (True, "Lama")


def test_nothing_new_writes_nothing(django_assert_num_queries: Any) -> None:
    mirror_person(person(12))
    mirror_person(person(13))
    with django_assert_num_queries(1):
        sync_directory({12: person(12), 13: person(13)})


# --- Only named -------------------------------------------------------------------------


@pytest.fixture
def named() -> Any:
    """Ids and telephone numbers of people who were named."""
    found: list[tuple[int | None, str]] = []

    def hear(*, user: User, phone: str, **_: Any) -> None:
        found.append((user.ext_id, phone))

    person_named.connect(hear)
    yield found
    person_named.disconnect(hear)


def known(monkeypatch: pytest.MonkeyPatch, *people: Person) -> None:
    """What the directory said last."""
    found = {each.ext_id: each for each in people}
    monkeypatch.setattr(upstreams, "known_people", lambda: found)


def test_who_never_logged_in_gets_a_row_that_opens_no_door(
    monkeypatch: pytest.MonkeyPatch, named: list[Any]
) -> None:
    known(monkeypatch, person(31, phone="0812"), person(32))
    mirror_person(person(12))
    found = ensure_users([12, 31, 32, 31])
    rows = User.objects.in_bulk(found)
    assert sorted(row.ext_id or 0 for row in rows.values()) == [12, 31, 32]
    tuti = User.objects.get(ext_id=31)
    assert (tuti.username, tuti.name, tuti.department_name) == (
        "#31",
        "P31",
        "Engineering",
    )
    assert not tuti.has_usable_password()
    assert sorted(named) == [(31, "0812"), (32, "")]
    assert ensure_users([31]) == [tuti.pk]
    assert len(named) == 2


def test_whom_the_directory_does_not_have_gets_none(
    monkeypatch: pytest.MonkeyPatch, named: list[Any]
) -> None:
    known(monkeypatch, person(31))
    assert ensure_users([999]) == []
    assert (named, User.objects.count()) == ([], 0)


def test_while_the_directory_never_answered_everybody_is_believed(
    monkeypatch: pytest.MonkeyPatch, named: list[Any]
) -> None:
    known(monkeypatch)
    assert len(ensure_users([999])) == 1
    user = User.objects.get()
    assert (user.username, user.name, user.department_ext_id) == ("#999", "", None)
    assert named == [(999, "")]


def test_nobody_new_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    mirror_person(person(12))

    def asked() -> Any:
        raise AssertionError("the directory was asked")

    monkeypatch.setattr(upstreams, "known_people", asked)
    assert len(ensure_users([12])) == 1
    assert ensure_users([]) == []
