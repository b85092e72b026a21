"""The table of permissions, each verb for each role; and who a request is."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from core.accounts.backends import AuthServerBackend
from core.accounts.models import User, UserRole
from core.accounts.permissions import MAY, may, person, require
from core.accounts.queries import holders_of, roles_of
from core.accounts.services import change_role, grant_role, revoke_role
from core.accounts.services.roles import valid_role
from core.accounts.signals import role_granted, role_revoked
from core.errors import DomainError
from tests.people import make_person

pytestmark = pytest.mark.django_db
WHO = ("staff", "pic", "spv", "manager", "admin")
# Verb by verb: who may, in the order of WHO.
TABLE = {
    "read": "x x x x x",
    "raise_change": "x x x x x",
    "edit_any_change": "- - x x -",
    "analyse_document": "x x x x x",
    "open_bom_approval": "- - x x -",
    "manage_approvals": "- - - x x",
    "plan_activity": "x x x x x",
    "upload_document": "x x x x x",
    "delete_any_document": "- - - x x",
    "set_up": "- - - - x",
    "keep_tables": "- - x x x",
    "keep_leave": "- - x x x",
    "update_metrics": "- - x x x",
    "strike_any_comment": "- - - x x",
    "resend_delivery": "- - x x x",
}


def somebody(who: str) -> User:
    """A person of a role; an administrator has none."""
    roles = [who] if who in {"pic", "spv", "manager"} else []
    return make_person(50, who, *roles, is_superuser=who == "admin")


def test_the_table_names_every_verb() -> None:
    assert set(TABLE) == set(MAY)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("verb", TABLE)
def test_who_may(verb: str, who: str) -> None:
    by, is_allowed = somebody(who), TABLE[verb].split()[WHO.index(who)] == "x"
    assert may(by, verb) is is_allowed
    code = "done"
    try:
        require(by, verb)
    except DomainError as error:
        code = error.code
    assert code == ("done" if is_allowed else "forbidden")


def test_a_verb_that_is_in_no_table_is_a_fault(rina: User) -> None:
    with pytest.raises(KeyError):
        may(rina, "fly")


@pytest.mark.parametrize("user", [AnonymousUser(), None])
def test_nobody_is_asked_to_log_in(user: Any) -> None:
    with pytest.raises(DomainError) as caught:
        person(SimpleNamespace(user=user))
    assert caught.value.code == "unauthenticated"


# --- Roles ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "role"),
    [("pic", "pic"), ("PIC", "pic"), (" Spv ", "spv"), ("manager", "manager")],
)
def test_a_role_in_any_letter_case(text: str, role: str) -> None:
    assert valid_role(text) == role


@pytest.mark.parametrize("text", ["", "boss", "pic,spv", "p1c", "admin", "staff"])
def test_what_is_no_role_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(DomainError) as caught:
        valid_role(text)
    assert (caught.value.code, list(caught.value.errors)) == ("invalid", ["role"])


@pytest.mark.parametrize("who", ["staff", "pic", "spv", "manager"])
def test_only_an_administrator_gives_changes_and_takes_roles(
    admin: User, who: str
) -> None:
    row = grant_role(user_id=70, role="pic", by=admin)
    by = somebody(who)
    before = set(UserRole.objects.values_list("user_id", "role"))
    calls: list[Any] = [
        lambda: grant_role(user_id=50, role="manager", by=by),
        lambda: change_role(row=row, user_id=50, role="manager", by=by),
        lambda: revoke_role(row=row, by=by),
    ]
    for call in calls:
        with pytest.raises(DomainError) as caught:
            call()
        assert caught.value.code == "forbidden"
    assert set(UserRole.objects.values_list("user_id", "role")) == before


@pytest.fixture
def heard() -> Any:
    """What the signals of roles said."""
    found: list[tuple[str, int, str]] = []

    def granted(*, user_id: int, role: str, **_: Any) -> None:
        found.append(("+", user_id, role))

    def revoked(*, user_id: int, role: str, **_: Any) -> None:
        found.append(("-", user_id, role))

    role_granted.connect(granted)
    role_revoked.connect(revoked)
    yield found
    role_granted.disconnect(granted)
    role_revoked.disconnect(revoked)


def test_each_change_of_a_role_is_said_once(admin: User, heard: list[Any]) -> None:
    row = grant_role(user_id=70, role="PIC", by=admin)
    grant_role(user_id=70, role="pic", by=admin)
    change_role(row=row, user_id=None, role=None, by=admin)
    change_role(row=row, user_id=None, role="spv", by=admin)
    change_role(row=row, user_id=71, role=None, by=admin)
    revoke_role(row=UserRole.objects.get(), by=admin)
    assert heard == [
        ("+", 70, "pic"),
        ("-", 70, "pic"),
        ("+", 70, "spv"),
        ("-", 70, "spv"),
        ("+", 71, "spv"),
        ("-", 71, "spv"),
    ]


def test_a_role_that_is_held_already_is_refused_on_change(
    admin: User, heard: list[Any]
) -> None:
    grant_role(user_id=70, role="pic", by=admin)
    row = grant_role(user_id=70, role="spv", by=admin)
    with pytest.raises(DomainError) as caught:
        change_role(row=row, user_id=None, role="pic", by=admin)
    assert list(caught.value.errors) == ["role"]
    assert len(heard) == 2


def test_holders_are_active_people_of_any_of_the_roles(rina: User, hendi: User) -> None:
    make_person(60, "Keluar", "spv", is_active=False)
    UserRole.objects.create(user_id=999, role="spv")
    make_person(61, "Dua", "spv", "manager")
    names = holders_of(["spv", "manager"]).order_by("name")
    assert [str(by) for by in names] == ["Dua", "Hendi", "Rina"]
    assert not holders_of([]).exists()
    assert roles_of([61, 3, 12]) == {61: {"spv", "manager"}, 3: {"manager"}}


@pytest.mark.parametrize(
    ("who", "is_staff"),
    [("staff", False), ("pic", True), ("spv", True), ("admin", True)],
)
def test_who_enters_the_administration_and_only_looks(
    who: str, *, is_staff: bool
) -> None:
    by, door = somebody(who), AuthServerBackend()
    assert by.is_staff is is_staff
    assert door.has_perm(by, "engineering.view_changenotice") is is_staff
    assert not door.has_perm(by, "engineering.change_changenotice")
    assert not door.has_perm(by, "engineering.delete_changenotice")
    assert door.has_module_perms(by, "engineering") is is_staff
    by.is_active = False
    assert not door.has_perm(by, "engineering.view_changenotice")
    assert not door.has_module_perms(by, "engineering")


def test_a_closed_account_has_no_session(rina: User) -> None:
    door = AuthServerBackend()
    assert door.get_user(rina.pk) == rina
    User.objects.update(is_active=False)
    assert door.get_user(rina.pk) is None
    assert door.get_user(rina.pk + 1000) is None


def test_roles_of_a_person_without_a_number_are_none(db: None) -> None:
    assert User.objects.create_user("tanpa").role_names == frozenset()
