"""The page of substitutes: whose it shows, what it refuses beside its field, the end; the inbox's mark."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bom.tests.conftest import put_up
from core.accounts.models import User
from core.approvals.models import Substitution
from core.approvals.services import end_substitution, substitute
from engineering.tests.conftest import a_change
from tests.people import Cast, make_person

pytestmark = pytest.mark.django_db
PAGE = "/substitutes/"


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def form(**more: Any) -> dict[str, Any]:
    return {"substitute": "7", "first_day": day(0), "last_day": day(2), **more}


def read(client: Client) -> str:
    client.cookies["django_language"] = "en"
    return str(client.get(PAGE).content.decode())


def named(person: User, stand_in: User, first: int, last: int) -> Substitution:
    today = timezone.localdate()
    return substitute(
        person=person,
        by=person,
        stand_in=stand_in,
        first_day=today + timedelta(days=first),
        last_day=today + timedelta(days=last),
    )


def test_a_person_names_and_ends_their_substitute(cast: Cast) -> None:
    rina = cast.browser("rina")
    assert rina.post(PAGE, form(kinds=["ECN", "BOM"])).status_code == 302
    row = Substitution.objects.get()
    assert (row.person, row.substitute) == (cast.rina, cast.hendi)
    assert (row.made_by, sorted(row.kinds)) == (cast.rina, ["BOM", "ECN"])
    page = rina.get(PAGE).content.decode()
    assert f"/substitutes/{row.pk}/end/" in page
    assert rina.post(f"/substitutes/{row.pk}/end/").status_code == 302
    assert rina.post(f"/substitutes/{row.pk}/end/").status_code == 302
    row.refresh_from_db()
    assert row.ended_at is not None
    assert f"/substitutes/{row.pk}/end/" not in rina.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"substitute": ""}, "substitute"),
        ({"substitute": "3"}, "substitute"),
        ({"substitute": "999999"}, "substitute"),
        ({"substitute": "x"}, "substitute"),
        ({"substitute": "9" * 30}, "substitute"),
        ({"first_day": ""}, "first_day"),
        ({"first_day": "kapan"}, "first_day"),
        ({"first_day": "0026-01-01"}, "first_day"),
        ({"last_day": "2020-01-01", "first_day": "2020-01-01"}, "last_day"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"last_day": "2099-01-01"}, "last_day"),
        ({"kinds": ["XYZ"]}, "kinds"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    cast: Cast, given: dict[str, Any], field: str
) -> None:
    answer: Any = cast.browser("rina").post(PAGE, form(**given))
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Substitution.objects.exists()


def test_what_was_typed_stays(cast: Cast) -> None:
    given = form(last_day="2020-01-01", kinds=["CCN"])
    page = cast.browser("rina").post(PAGE, given).content.decode()
    assert 'value="2020-01-01"' in page
    assert 'value="7" selected' in page
    assert 'value="CCN"' in page
    assert "checked" in page


def test_a_circle_and_a_second_one_are_refused_beside_their_fields(cast: Cast) -> None:
    named(cast.hendi, cast.rina, 0, 3)
    answer: Any = cast.browser("rina").post(PAGE, form())
    assert list(answer.context["form"].errors) == ["substitute"]
    named(cast.rina, cast.agus, 5, 6)
    again: Any = cast.browser("rina").post(
        PAGE, form(first_day=day(5), last_day=day(5))
    )
    assert list(again.context["form"].errors) == ["first_day"]
    assert Substitution.objects.count() == 2


def test_a_person_who_left_stands_in_for_nobody(
    rina: User, as_person: Callable[[User], Client], sandbox: Any
) -> None:
    make_person(7, "Hendi", is_active=False)
    answer: Any = as_person(rina).post(PAGE, form())
    assert list(answer.context["form"].errors) == ["substitute"]


def test_only_an_administrator_names_one_for_others(cast: Cast) -> None:
    """What a person sends for somebody else is theirs."""
    cast.browser("agus").post(PAGE, form(person="3"))
    assert Substitution.objects.get().person == cast.agus
    admin = cast.browser("admin")
    assert admin.post(PAGE, form(person="3")).status_code == 302
    row = Substitution.objects.get(person=cast.rina)
    assert row.made_by == cast.admin
    answer: Any = admin.post(PAGE, form(person="999999"))
    assert list(answer.context["form"].errors) == ["person"]
    # Named for them by another: their own to end.
    assert cast.browser("rina").post(f"/substitutes/{row.pk}/end/").status_code == 302


def test_nobody_ends_those_of_others(cast: Cast) -> None:
    row = named(cast.rina, cast.hendi, 0, 1)
    for name in ("hendi", "agus"):
        answer = cast.browser(name).post(f"/substitutes/{row.pk}/end/")
        assert answer.status_code == 403
    assert cast.browser("rina").post("/substitutes/999/end/").status_code == 404
    row.refresh_from_db()
    assert row.ended_at is None


def test_present_to_come_and_ended_are_listed_to_those_concerned(
    rina: User, hendi: User, agus: User, admin: User, as_person: Any, sandbox: Any
) -> None:
    named(rina, hendi, 0, 1)
    named(rina, agus, 5, 6)
    end_substitution(substitution_id=named(rina, hendi, 8, 9).pk, by=rina)
    page = read(as_person(rina))
    assert [word in page for word in ("in force", "to come", "ended")] == [True] * 3
    assert "in force" in read(as_person(hendi))
    assert "in force" not in read(as_person(agus))
    assert "in force" in read(as_person(admin))
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert "in force" not in read(as_person(rina))


def test_a_stranger_is_sent_to_the_login(db: None) -> None:
    for answer in (Client().get(PAGE), Client().post("/substitutes/1/end/")):
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]


def test_the_inbox_and_the_home_page_say_on_whose_behalf(
    agus: User, rina: User, hendi: User, as_person: Any, sandbox: Any
) -> None:
    change = a_change(agus)
    put_up(700, rina, agus)
    named(rina, hendi, 0, 1)
    client = as_person(hendi)
    client.cookies["django_language"] = "en"
    for path in ("/inbox/", "/home/waiting/"):
        page = client.get(path).content.decode()
        assert page.count("on behalf of Rina") == 2, path
    assert "on behalf of Rina" in client.get(f"/changes/{change.pk}/").content.decode()
    assert "on behalf of Rina" in client.get("/bom/700/").content.decode()
    own = as_person(rina)
    own.cookies["django_language"] = "en"
    assert "on behalf" not in own.get("/inbox/").content.decode()


def test_a_form_that_comes_twice_names_one(cast: Cast) -> None:
    rina, given = cast.browser("rina"), form(form_key="0123456789abcdef" * 2)
    for _ in range(2):
        assert rina.post(PAGE, given).status_code == 302
    assert Substitution.objects.count() == 1
