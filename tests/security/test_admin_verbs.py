"""The Django admin is a door like the API and the portal: the same verb opens all of them."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import RequestFactory

from core.accounts.models import User, UserRole
from core.accounts.permissions import MAY, may
from core.approvals.models import ApprovalRule, ApprovalStep
from core.http.api import Endpoint
from core.ledger.models import Event
from ems.setup.sheets import SHEETS
from engineering.admin import DepartmentConfigAdmin
from engineering.api.setup import TableEndpoint
from engineering.models import DepartmentConfig
from tests.people import Caller, Cast

ACTORS = ("budi", "agus", "hendi", "rina", "admin")
VERBS = ("add", "change", "delete")
# What the portal has a page of its own for (``/setup/departments/``, ``/setup/rules/``).
OWN_PAGES: dict[type[Model], str] = {
    DepartmentConfig: "set_up",
    ApprovalRule: "set_up",
    ApprovalStep: "set_up",
}
PORTAL = {sheet.model: sheet.verb for sheet in SHEETS} | OWN_PAGES


def allowed(by: User, model: type[Model]) -> bool:
    """Whether the portal lets this person keep the table; what it keeps no table of, nobody does."""
    return model in PORTAL and may(by, PORTAL[model])


def differing(by: User) -> list[str]:
    """Where the admin and the portal are not of one mind, over every class and inline."""
    request: Any = RequestFactory().get("/admin/")
    request.user = by
    found = []
    for model, page in admin.site._registry.items():
        inlines = page.get_inline_instances(request)
        for each in (page, *inlines):
            table = getattr(each, "model", model)
            for verb in VERBS:
                ask = getattr(each, f"has_{verb}_permission")
                is_open = ask(request) if each is page else ask(request, None)
                if bool(is_open) != allowed(by, table):
                    found.append(f"{by} {verb} {table.__name__}")
    return found


@pytest.mark.parametrize("name", ACTORS)
def test_the_admin_opens_a_table_to_whom_the_portal_does(cast: Cast, name: str) -> None:
    assert not differing(cast.people[name])


def test_a_class_that_forgot_its_verb_is_seen(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DepartmentConfigAdmin, "verb", "keep_tables")
    assert differing(cast.hendi) == [
        f"{cast.hendi} {v} DepartmentConfig" for v in VERBS
    ]


def test_the_api_asks_for_the_same_verb_as_the_portal() -> None:
    tables = TableEndpoint.__subclasses__()
    assert len(tables) > 4
    assert {each.model: each.verb for each in tables} == {
        each.model: PORTAL[each.model] for each in tables
    }
    assert issubclass(TableEndpoint, Endpoint)
    assert set(PORTAL.values()) <= set(MAY)
    assert PORTAL[UserRole] == "set_up"


PAGES = {
    "add": {"department_id": "777"},
    "change": {"department_id": "778"},
    "delete": {"post": "yes"},
}


def send(browser: Caller, verb: str, row: int) -> int:
    """The status of one form of the admin."""
    place = "add/" if verb == "add" else f"{row}/{verb}/"
    answer = browser.post(f"/admin/engineering/departmentconfig/{place}", PAGES[verb])
    return answer.status_code


def departments() -> list[int]:
    """Those that count as engineering."""
    rows = DepartmentConfig.objects.order_by("department_id")
    return list(rows.values_list("department_id", flat=True))


@pytest.mark.parametrize("verb", PAGES)
@pytest.mark.parametrize("name", ["agus", "hendi", "rina"])
def test_departments_are_for_administrators_only(
    cast: Cast, name: str, verb: str
) -> None:
    row = DepartmentConfig.objects.create(department_id=4)
    assert send(cast.browser(name), verb, row.pk) == 403
    assert departments() == [4]


def test_an_administrator_chooses_them_with_one_chain_of_events(cast: Cast) -> None:
    DepartmentConfig.objects.create(department_id=4)
    browser = cast.browser("admin")
    for verb, after in {"add": [4, 777], "change": [4, 778], "delete": [4]}.items():
        row = DepartmentConfig.objects.latest("pk")
        assert send(browser, verb, row.pk) == 302
        assert departments() == after
    events = Event.objects.filter(record_type="engineering.DepartmentConfig")
    assert [(each.kind, each.record_id) for each in events.order_by("seq")] == [
        ("departments.chosen", 0)
    ] * 3
