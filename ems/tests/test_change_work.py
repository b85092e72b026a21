"""A change shows what is planned for it, and leads to planning more."""

from collections.abc import Callable

import pytest
from django.test import Client

from activities.models import Activity
from activities.tests.conftest import a_task, an_activity
from core.accounts.models import User
from engineering.tests.conftest import a_change
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


def test_its_activities_and_tasks_are_listed(agus: User, as_person: Log) -> None:
    change, other = a_change(agus), a_change(agus)
    activity = an_activity(agus, a_task("Gambar SLD", agus))
    Activity.objects.filter(pk=activity.pk).update(
        ext_engineering_detail_problem_id=change.pk
    )
    client = as_person(agus)
    assert f"/changes/{change.pk}/planned/" in text_of(
        client.get(f"/changes/{change.pk}/")
    )
    part = text_of(client.get(f"/changes/{change.pk}/planned/"))
    assert "Gambar SLD" in part
    assert agus.name in part
    assert f"/activities/new/?change={change.pk}" in part
    assert "Gambar SLD" not in text_of(client.get(f"/changes/{other.pk}/planned/"))


def test_planning_from_a_change_names_it(agus: User, as_person: Log) -> None:
    change = a_change(agus)
    page = text_of(as_person(agus).get("/activities/new/", {"change": change.pk}))
    assert change.number in page
