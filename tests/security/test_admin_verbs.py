"""The Django admin is a door like the API and the portal: each table is set up in one of them."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import RequestFactory

from core.accounts.models import User, UserRole
from core.accounts.permissions import MAY, may
from core.http.api import Endpoint
from ems.setup_index import PLACES
from engineering.admin import ConfigurationAdmin
from engineering.api.setup import TableEndpoint
from tests.people import Cast

ACTORS = ("budi", "agus", "hendi", "rina", "admin")
VERBS = ("add", "change", "delete")
# The verb that opens each table, and the tables that are set up in the admin, each in one place.
TABLES = {place.model: place.verb for place in PLACES}
IN_ADMIN = {place.model for place in PLACES if place.view.startswith("admin:")}


def allowed(by: User, model: type[Model]) -> bool:
    """Whether this person keeps the table, and does so in the admin."""
    return model in IN_ADMIN and may(by, TABLES[model])


def differing(by: User) -> list[str]:
    """Where the admin and the index of the setup are not of one mind, over every class and inline."""
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
def test_the_admin_opens_the_tables_that_are_set_up_there_to_their_keepers(
    cast: Cast, name: str
) -> None:
    assert not differing(cast.people[name])


def test_a_class_that_forgot_its_verb_is_seen(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ConfigurationAdmin, "verb", "keep_tables")
    assert differing(cast.hendi) == [f"{cast.hendi} {v} Configuration" for v in VERBS]


def test_the_api_asks_for_the_same_verb_as_the_setup() -> None:
    tables = TableEndpoint.__subclasses__()
    assert len(tables) > 4
    assert {each.model: each.verb for each in tables} == {
        each.model: TABLES[each.model] for each in tables
    }
    assert issubclass(TableEndpoint, Endpoint)
    assert set(TABLES.values()) <= set(MAY)
    assert TABLES[UserRole] == "set_up"
