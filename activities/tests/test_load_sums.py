"""Every figure of the load is the sum of the rows that stand beneath it: on the page, in Excel, on Dashboard MP."""

import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from activities.queries.workload import Load, pieces
from activities.tests.conftest import CREW, a_task, an_activity
from core.accounts.models import User
from tests.people import content_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
HOMES = {face.ext_id: face.department_id for face in CREW.people}


@pytest.fixture
def client(agus: User, directory: None, as_person: Log, sandbox: Any) -> Client:
    """Of somebody in a department with forty tasks of all kinds, some shared, some beside the window."""
    dice, now = random.Random(7), timezone.now()  # noqa: S311
    for _each in range(40):
        begin = now + timedelta(days=dice.randint(-9, 9))
        row = a_task(
            "SLD",
            starts_at=begin,
            ends_at=begin + timedelta(days=dice.randint(0, 9)),
            hours=dice.choice(["0.25", "7.5", "16", "3.33"]),
        )
        people = dice.sample([face.ext_id for face in CREW.people], dice.randint(1, 3))
        an_activity(agus, row | {"people": people}, kind=dice.randint(0, 2))
    return as_person(agus)


def added(rows: Iterable[Load]) -> list[Any]:
    """By kind, in all, capacity and days of leave, summed over rows."""
    each = [
        [*row.by_kind, row.total, row.capacity, Decimal(row.away)]
        for row in sorted(rows, key=lambda row: row.name)
    ]
    return [sum(column) for column in zip(*each, strict=True)]


def test_a_department_is_the_sum_of_its_people(client: Client) -> None:
    context: Any = client.get("/activities/workload/").context
    people, departments = context["people"], context["departments"]
    assert sum(row.total for row in people) > 0
    assert len(departments) == 2
    for department in departments:
        members = [row for row in people if HOMES[row.key] == department.key]
        assert added([department]) == added(members)


def test_the_people_are_the_tasks_that_touch_the_window(client: Client) -> None:
    """Each hour of a task of the window is somebody's, and nobody has one more."""
    context: Any = client.get("/activities/workload/").context
    first, last = context["first"], context["last"]
    whole = sum(part.within(CREW.calendar, first, last) for part in pieces(first, last))
    shown = sum(row.total for row in context["people"])
    kinds = 3 * len(context["people"])  # each is rounded to a tenth
    assert abs(whole - shown) <= Decimal("0.05") * kinds


def test_the_file_has_the_rows_of_the_page(client: Client) -> None:
    people: Any = client.get("/activities/workload/").context["people"]
    file = content_of(client.get("/activities/workload/excel/"))
    sheet: Any = load_workbook(BytesIO(file)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    by_name = {row[0]: row for row in rows if row[0]}
    for load in people:
        assert Decimal(str(by_name[load.name][5])) == load.total
    total = rows[-1]
    assert Decimal(str(total[5])) == sum(row.total for row in people)


@pytest.mark.parametrize("span", ["near", "far"])
def test_the_dashboard_is_the_sum_of_its_departments_and_they_of_their_people(
    client: Client, span: str
) -> None:
    found: Any = client.get("/activities/manpower/").context["found"]
    in_departments = [
        getattr(row, span) for row in found.people if HOMES[row.near.key] is not None
    ]
    departments = [getattr(row, span) for row in found.overviews]
    assert added([getattr(found.total, span)]) == added(departments)
    assert added(departments) == added(in_departments)


def test_a_sum_that_forgets_a_row_would_be_seen(client: Client) -> None:
    """Sabotage."""
    people: Any = client.get("/activities/workload/").context["people"]
    loaded = [row for row in people if row.total]
    assert added(loaded) != added(loaded[1:])
