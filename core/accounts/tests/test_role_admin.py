"""Roles in the administration: chosen by name, given by the service, with their history."""

import re

import pytest

from core.accounts.models import Role, User, UserRole
from core.ledger.models import Event
from tests.people import Cast, text_of

pytestmark = pytest.mark.django_db
ROLES = "/admin/accounts/userrole/"
SPV = {"user_id": "15", "role": "spv"}


def test_an_administrator_gives_finds_changes_and_takes_a_role(cast: Cast) -> None:
    browser = cast.browser("admin")
    browser.post(f"{ROLES}add/", SPV)
    row = UserRole.objects.get(user_id=15)
    place = f"{ROLES}{row.pk}/change/"
    name = cast.sandbox.auth.people[15]["name"]
    assert place in browser.get(ROLES, {"q": name.split()[0].lower()}).content.decode()
    assert place not in browser.get(ROLES, {"q": "zzz"}).content.decode()
    browser.post(place, SPV | {"role": "manager"})
    page = browser.get(place).content.decode()
    assert "SPV" in page
    assert "MANAGER" in page
    assert 'class="line"' in page  # the history of this person's roles
    browser.post(f"{ROLES}{row.pk}/delete/", {"post": "yes"})
    assert not UserRole.objects.filter(user_id=15).exists()
    kinds = Event.objects.filter(actor=cast.admin, record_id=15).order_by("seq")
    assert [each.kind for each in kinds] == [
        "role.granted",
        "role.revoked",
        "role.granted",
        "role.revoked",
    ]


def test_the_same_role_twice_is_one_role(cast: Cast) -> None:
    browser = cast.browser("admin")
    for _ in range(2):
        assert browser.post(f"{ROLES}add/", SPV).status_code == 302
    assert UserRole.objects.filter(user_id=15, role=Role.SPV).count() == 1


def test_a_role_that_somebody_holds_already_is_refused_in_the_form(cast: Cast) -> None:
    browser = cast.browser("admin")
    browser.cookies["django_language"] = "en"
    browser.post(f"{ROLES}add/", SPV)
    second = UserRole.objects.create(user_id=15, role=Role.PIC)
    page = browser.post(f"{ROLES}{second.pk}/change/", SPV).content.decode()
    assert "This person holds that role already." in page
    second.refresh_from_db()
    assert second.role == Role.PIC


@pytest.mark.parametrize(
    "typed", [{"user_id": "12", "role": "boss"}, {"user_id": "x", "role": "pic"}]
)
def test_a_role_that_makes_no_sense_is_refused_in_its_form(
    cast: Cast, typed: dict[str, str]
) -> None:
    before = UserRole.objects.count()
    page = cast.browser("admin").post(f"{ROLES}add/", typed).content.decode()
    assert 'class="errorlist' in page
    assert UserRole.objects.count() == before


def test_somebody_whom_the_directory_does_not_list_stays_chosen(cast: Cast) -> None:
    row = UserRole.objects.create(user_id=4711, role=Role.PIC)
    page = cast.browser("admin").get(f"{ROLES}{row.pk}/change/").content.decode()
    assert '<option value="4711" selected>#4711</option>' in page


def test_people_of_no_department_can_be_chosen(cast: Cast) -> None:
    """A filter whose line has no words is a link without a name."""
    User.objects.filter(pk=cast.agus.pk).update(department_name="Desain")
    client = cast.browser("admin")
    client.cookies["django_language"] = "en"
    page = text_of(client.get("/admin/accounts/user/?department_name="))
    assert re.search(r'href="[^"]*department_name="[^>]*>\s*Without a department', page)
    assert "Budi" in page
    assert "Agus" not in page.split("result_list")[-1]
