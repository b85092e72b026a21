"""Who is asked without having a role gets in to their own list of the administration, and to nothing else."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bom.models import BomApproval
from bom.tests.conftest import put_up
from core.accounts.models import User
from core.approvals.models import (
    ApprovalRule,
    ApprovalStep,
)
from core.approvals.tests.admin_pages import (
    BOMS,
    LIST,
    MINE,
    Log,
    page_of,
    row,
)
from ems.administration import OF_APPROVERS
from engineering.tests.conftest import a_change
from tests.people import Cast, make_person, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(sandbox: object, agus: User) -> User:
    """A person without any role, whom a rule names."""
    person = make_person(310, "Wati")
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1).people.add(person)
    return person


def test_who_is_named_gets_in_to_their_own(
    named: User, agus: User, hendi: User, as_person: Log
) -> None:
    mine = a_change(agus)
    ApprovalRule.objects.all().delete()
    other = a_change(agus)
    client = as_person(named)
    page = text_of(client.get(f"{LIST}?waiting=all"))
    assert mine.number in page
    assert other.number not in page
    assert client.get(page_of(mine)).status_code == 200
    assert client.get(page_of(other)).status_code == 302  # Django's own answer
    client.post(f"{LIST}decide/", row(mine, 1))
    mine.refresh_from_db()
    assert mine.status == 1
    # What was decided can still be read, and the list is there, though empty.
    assert client.get(page_of(mine)).status_code == 200
    assert client.get(MINE).status_code == 200


def test_the_portal_leads_there_with_the_number(
    named: User, agus: User, budi: User, as_person: Log
) -> None:
    a_change(agus)
    client = as_person(named)
    page = text_of(client.get("/inbox/"))
    assert f'href="{MINE}"' in page
    assert client.get("/admin/").headers["Location"] == MINE
    assert MINE not in text_of(as_person(budi).get("/inbox/"))


def test_who_is_not_asked_stays_outside(
    named: User, agus: User, budi: User, as_person: Log
) -> None:
    a_change(agus)
    for path in ("/admin/", LIST, BOMS, f"{LIST}decide/", f"{LIST}forward/"):
        answer = as_person(budi).get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/login/")


def test_a_closed_account_stays_outside(
    named: User, agus: User, as_person: Log
) -> None:
    a_change(agus)
    client = as_person(named)
    User.objects.filter(pk=named.pk).update(is_active=False)
    assert "login" in client.get(LIST).headers["Location"]


def admin_routes() -> list[tuple[str, str]]:
    """Name and address of every page of the administration."""
    found: list[tuple[str, str]] = []

    def walk(patterns: Any, prefix: str) -> None:
        for each in patterns:
            route = prefix + str(each.pattern)
            if isinstance(each, URLResolver):
                walk(each.url_patterns, route)
            elif isinstance(each, URLPattern):
                found.append((each.name or "", route))

    for each in get_resolver().url_patterns:
        if getattr(each, "app_name", "") == "admin":
            walk(each.url_patterns, "/admin/")  # type: ignore[union-attr]
    return found


def test_nothing_else_of_the_administration_opens(
    named: User, agus: User, as_person: Log
) -> None:
    change = a_change(agus)
    client, seen = as_person(named), 0
    for name, route in admin_routes():
        path = re.sub(r"<[^>]+>", str(change.pk), route)
        if name in OF_APPROVERS or "(?P" in route or "^" in route or name == "login":
            continue
        seen += 1
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            to = answer.headers.get("Location", "")
            is_refused = answer.status_code in {403, 404} or "/admin/login/" in to
            assert is_refused, (method, path, answer.status_code, to)
    assert seen > 80


def test_a_named_pic_of_a_bom_gets_in_to_the_boms(
    agus: User, as_person: Log, sandbox: object
) -> None:
    wati = make_person(310, "Wati")
    mine, other = put_up(700, wati, agus), put_up(701, agus)
    client = as_person(wati)
    assert client.get("/admin/").headers["Location"] == f"{BOMS}?waiting=me"
    page = text_of(client.get(f"{BOMS}?waiting=all"))
    assert f"{BOMS}{mine.pk}/change/" in page
    assert f"{BOMS}{other.pk}/change/" not in page
    assert BomApproval.objects.count() == 2


def test_the_administrations_own_login_lets_them_in(cast: Cast) -> None:
    def enter() -> Any:
        data = {"username": "budi", "password": "panel-2026"}
        return Client().post(f"/admin/login/?next={LIST}", data)

    assert enter().status_code == 200  # nobody asks budi: the form again
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1).people.add(cast.budi)
    a_change(cast.agus)
    answer = enter()
    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
