"""Dashboard MP by hand: near and far, departments; holidays and leave as missing capacity."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from activities.queries import workload
from activities.queries.manpower import manpower
from activities.queries.workload import loads_of_departments, loads_of_people, team
from activities.tests.conftest import CREW, an_activity, at
from core.accounts.models import User
from core.workdays.models import Holiday, Leave, WorkingDay

MONDAY, FRIDAY, SUNDAY = date(2026, 3, 16), date(2026, 3, 20), date(2026, 3, 22)
DAY = timedelta(days=1)


def planned(agus: User, person: int, first: date, last: date, hours: int) -> None:
    """A task of one person over these days."""
    row = {"description": "x", "people": [person], "hours": hours}
    days = {"starts_at": at(first.isoformat()), "ends_at": at(last.isoformat())}
    an_activity(agus, row | days)


@pytest.mark.django_db
def test_near_is_seven_days_and_far_is_what_comes_after(
    agus: User, directory: None
) -> None:
    planned(agus, 1, MONDAY, MONDAY + 6 * DAY, 7)
    planned(agus, 1, MONDAY + 6 * DAY, MONDAY + 7 * DAY, 20)
    planned(agus, 2, MONDAY + 7 * DAY, MONDAY + 99 * DAY, 61)
    planned(agus, 3, MONDAY - DAY, MONDAY, 90)
    found = manpower(MONDAY)
    near = {row.near.name: row.near.total for row in found.people}
    far = {row.near.name: row.far.total for row in found.people}
    assert near == {"Ani": 7, "Beni": 0, "Cici": 90, "Dedi": 0}
    assert far == {"Ani": 20, "Beni": 61, "Cici": 0, "Dedi": 0}
    assert {row.far.capacity for row in found.people} == {60, 120}
    assert [(span, name) for span, name, _load in found.alerts] == [("near", "Arsip")]


@pytest.mark.django_db
def test_a_department_shows_its_people_and_their_hours(
    agus: User, directory: None
) -> None:
    found: Any = manpower(MONDAY)
    (arsip, desain), total = found.overviews, found.total
    assert (desain.manpower, desain.heads, desain.staff) == (2, 1, 1)
    assert (desain.head_hours, desain.staff_hours) == (20, 40)
    assert (desain.near.capacity, desain.far.capacity) == (60, 180)
    assert (arsip.manpower, arsip.heads, arsip.near.capacity) == (1, 0, 40)
    assert (total.manpower, total.heads, total.staff) == (3, 1, 2)
    assert (total.head_hours, total.staff_hours) == (20, 80)
    assert (total.near.capacity, total.far.capacity, total.near.members) == (
        100,
        300,
        3,
    )


@pytest.mark.django_db
def test_without_departments_there_is_no_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workload, "everybody", lambda: [CREW.people[3]])
    found = manpower(timezone.localdate())
    assert (found.overviews, found.total, found.flows, found.alerts) == (
        [],
        None,
        [],
        [],
    )
    assert len(found.people) == 1


# --- Holidays and leave -----------------------------------------------------------------


def away(person: int, first: date, last: date) -> None:
    """A leave of a person."""
    Leave.objects.create(ext_user_id=person, first=first, last=last)


def found_of(first: date, last: date) -> Any:
    """Capacity and days of leave of each in a window."""
    rows = loads_of_people(team(first), [], first, last)
    return {row.name: (row.capacity, row.away) for row in rows}


@pytest.mark.django_db
def test_a_holiday_and_a_weekend_are_no_capacity(directory: None) -> None:
    for day in (FRIDAY, SUNDAY):
        Holiday.objects.create(date=day, name="Idulfitri")
    four_days = {"Ani": (32, 0), "Beni": (16, 0), "Cici": (32, 0), "Dedi": (32, 0)}
    assert found_of(MONDAY, SUNDAY) == found_of(MONDAY, FRIDAY) == four_days
    assert {capacity for capacity, _away in found_of(FRIDAY, SUNDAY).values()} == {0}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "capacity", "days"),
    [
        pytest.param(-9, -1, 40, 0, id="before"),
        pytest.param(0, 0, 32, 1, id="a day"),
        pytest.param(-3, 1, 24, 2, id="from before"),
        pytest.param(3, 30, 24, 2, id="until later"),
        pytest.param(5, 6, 40, 0, id="a weekend"),
        pytest.param(-30, 30, 0, 5, id="all of it"),
        pytest.param(7, 9, 40, 0, id="after"),
    ],
)
def test_leave_is_taken_from_the_capacity_of_its_person(
    directory: None, first: int, last: int, capacity: int, days: int
) -> None:
    away(1, MONDAY + first * DAY, MONDAY + last * DAY)
    away(99, MONDAY, SUNDAY)
    found = found_of(MONDAY, SUNDAY)
    assert found["Ani"] == (capacity, days)
    assert found["Cici"] == (40, 0)


@pytest.mark.django_db
def test_leave_on_a_holiday_is_counted_once(directory: None) -> None:
    Holiday.objects.create(date=MONDAY, name="Nyepi")
    away(1, MONDAY, MONDAY + DAY)
    assert found_of(MONDAY, SUNDAY)["Ani"] == (24, 1)


@pytest.mark.django_db
def test_a_shorter_day_weighs_as_its_hours(directory: None) -> None:
    """Four of the forty hours of the six days are worked on Saturday; a day off then costs a tenth."""
    WorkingDay.objects.all().delete()
    for weekday, minutes in enumerate([108] * 5 + [0]):
        WorkingDay.objects.create(
            weekday=weekday, break_minutes=minutes, ends="17:00" if minutes else "12:00"
        )
    away(1, FRIDAY + DAY, FRIDAY + DAY)
    assert found_of(MONDAY, SUNDAY)["Ani"] == (36, 1)


@pytest.mark.django_db
def test_departments_and_the_dashboard_count_with_it(directory: None) -> None:
    away(1, MONDAY, MONDAY + 7 * DAY)
    crew = team(MONDAY)
    people = loads_of_people(crew, [], MONDAY, SUNDAY)
    rows: Any = {row.name: row for row in loads_of_departments(crew, people)}
    assert (rows["Desain"].capacity, rows["Desain"].away) == (20, 5)
    total: Any = manpower(MONDAY).total
    assert (total.near.capacity, total.near.away) == (60, 5)
    assert (total.far.capacity, total.far.away) == (292, 1)
    assert total.staff_hours == 80  # a week without holidays and leave


def test_nobody_has_less_than_no_hours() -> None:
    """Two rows of one leave, which a race might leave."""
    twice = {1: [(MONDAY, SUNDAY), (MONDAY, SUNDAY)]}
    crew = workload.Team(CREW.people, CREW.hours, CREW.calendar, leave=twice)
    assert crew.capacity_within(CREW.people[0], MONDAY, SUNDAY) == Decimal(0)
