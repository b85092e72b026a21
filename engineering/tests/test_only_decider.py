"""A change on which nobody else may decide says so, before it is raised and after."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.models import User
from engineering.tests.conftest import a_change
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


def test_the_only_manager_is_told_before_and_after(rina: User, as_person: Log) -> None:
    client = as_person(rina)
    assert "Hanya Anda yang dapat memutuskan" in text_of(client.get("/changes/new/"))
    page = text_of(client.get(f"/changes/{a_change(rina).pk}/"))
    assert "Tidak ada yang dapat memutuskannya sekarang" in page


def test_where_somebody_else_decides_nothing_is_said(
    rina: User, ratna: User, agus: User, as_person: Log
) -> None:
    for person in (rina, agus):
        page = text_of(as_person(person).get("/changes/new/"))
        assert "Hanya Anda yang dapat memutuskan" not in page
