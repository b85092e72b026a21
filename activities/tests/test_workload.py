"""Hours against capacity: parts of tasks, people, departments and the flow of days, counted by hand."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.models import Task
from activities.queries.manpower import flows
from activities.queries.workload import (
    DEFAULTS,
    HEAD,
    STAFF,
    Load,
    WorkloadPart,
    capacities,
    loads_of_departments,
    loads_of_people,
    pieces,
    team,
)
from activities.services import remove_activity, remove_task
from activities.tests.conftest import (
    CREW,
    ORDINARY,
    a_task,
    an_activity,
    at,
    signed,
    the_task,
)
from core.accounts.models import User
from engineering.models import Configuration, DepartmentConfig

MONDAY, TUESDAY, FRIDAY = date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 20)
DAY = timedelta(days=1)


def part(person: int, first: date, last: date, hours: Any, **more: Any) -> WorkloadPart:
    """A part of a PrePO task, open."""
    given = {"kind": 0, "done": None, **more}
    return WorkloadPart(person, first=first, last=last, hours=Decimal(hours), **given)


# --- A part in a window -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        pytest.param(0, 4, 10, id="all of it"),
        pytest.param(0, 0, 2, id="its first day"),
        pytest.param(4, 9, 2, id="its last day"),
        pytest.param(1, 3, 6, id="the middle"),
        pytest.param(-9, -1, 0, id="before it"),
        pytest.param(5, 9, 0, id="after it"),
        pytest.param(-9, 9, 10, id="around it"),
        pytest.param(3, 1, 0, id="no window"),
    ],
)
def test_a_part_weighs_by_the_days_that_lie_in_the_window(
    first: int, last: int, hours: int
) -> None:
    five_days = part(1, MONDAY, FRIDAY, 10)
    assert (
        five_days.within(ORDINARY, MONDAY + first * DAY, MONDAY + last * DAY) == hours
    )


def test_a_free_day_carries_no_work_unless_all_are_free() -> None:
    over_the_weekend = part(1, FRIDAY, FRIDAY + 3 * DAY, 10)
    weekend = part(1, FRIDAY + DAY, FRIDAY + 2 * DAY, 10)
    days = [FRIDAY + step * DAY for step in range(4)]
    assert [over_the_weekend.within(ORDINARY, day, day) for day in days] == [5, 0, 0, 5]
    assert [weekend.within(ORDINARY, day, day) for day in days] == [0, 5, 5, 0]


@pytest.mark.parametrize(
    ("hours", "capacity", "percent", "is_over"),
    [
        (0, 40, 0, False),
        ("39.9", 40, 99, False),
        (40, 40, 100, False),
        ("40.1", 40, 100, True),
        (60, 40, 150, True),
        (1, 0, 0, True),
    ],
)
def test_a_load_against_its_capacity(
    hours: Any, capacity: int, percent: int, *, is_over: bool
) -> None:
    load = Load(1, "Agus", "", (Decimal(hours), Decimal(0)), Decimal(capacity))
    assert (load.percent, load.is_over) == (percent, is_over)


# --- People and departments -------------------------------------------------------------

PARTS = [
    part(1, MONDAY, FRIDAY, 10),
    part(1, MONDAY, MONDAY, 3, kind=1),
    part(1, MONDAY, MONDAY, 9, done=MONDAY),
    part(2, MONDAY, TUESDAY, 30, kind=2),
    part(3, FRIDAY, FRIDAY, 8),
    part(4, MONDAY, MONDAY, 4),
    part(99, MONDAY, MONDAY, 7),
]


def test_people_the_fullest_first_each_kind_by_itself() -> None:
    rows = loads_of_people(CREW, PARTS, MONDAY, FRIDAY)
    found: Any = [(r.name, r.by_kind, r.capacity, r.percent) for r in rows]
    assert found == [
        ("Beni", (0, 0, 30), 20, 150),
        ("Ani", (10, 3, 0), 40, 32),
        ("Cici", (8, 0, 0), 40, 20),
        ("Dedi", (4, 0, 0), 40, 10),
    ]


def test_a_short_window_has_a_part_of_the_capacity() -> None:
    rows = loads_of_people(CREW, PARTS, MONDAY, MONDAY)
    found: Any = {r.name: (r.total, r.capacity) for r in rows}
    assert found == {
        "Ani": (5, 8),
        "Beni": (15, 4),
        "Cici": (0, 8),
        "Dedi": (4, 8),
    }


def test_people_without_work_stand_by_name() -> None:
    rows = loads_of_people(CREW, [], MONDAY, FRIDAY)
    assert [r.name for r in rows] == ["Ani", "Beni", "Cici", "Dedi"]


def test_hours_are_rounded_to_tenths_half_up() -> None:
    thirds = [part(1, MONDAY, MONDAY + 2 * DAY, 1), part(3, MONDAY, MONDAY, "0.25")]
    rows = loads_of_people(CREW, thirds, MONDAY, MONDAY)
    assert {r.name: r.total for r in rows if r.total} == {
        "Ani": Decimal("0.3"),
        "Cici": Decimal("0.3"),
    }


def test_departments_are_the_sum_of_their_people_by_name() -> None:
    people = loads_of_people(CREW, PARTS, MONDAY, FRIDAY)
    found: Any = [
        (r.name, r.by_kind, r.capacity, r.members, r.percent)
        for r in loads_of_departments(CREW, people)
    ]
    assert found == [
        ("Arsip", (8, 0, 0), 40, 1, 20),
        ("Desain", (10, 3, 30), 60, 2, 71),
    ]


# --- Flow -------------------------------------------------------------------------------


def test_the_flow_of_a_department_day_by_day() -> None:
    """Monday is today: 5 h run already, 10 h come today, 4 h tomorrow; what ends leaves."""
    parts = [
        part(1, MONDAY - DAY, TUESDAY, 5),
        part(1, MONDAY, FRIDAY, 10),
        part(2, TUESDAY, TUESDAY, 4),
        part(2, MONDAY - DAY, MONDAY + 9 * DAY, 3, done=MONDAY - DAY),
        part(2, MONDAY, FRIDAY, 6, done=TUESDAY),
        part(4, MONDAY, MONDAY, 50),
    ]
    arsip, desain = flows(CREW, parts, MONDAY)
    assert [arsip.name, arsip.balance] == ["Arsip", 0]
    rows: Any = [(d.begin, d.arrived, d.finished) for d in desain.days]
    assert rows == [
        (5, 16, 0),
        (21, 4, 15),
        (10, 0, 0),
        (10, 0, 0),
        (10, 0, 10),
        (0, 0, 0),
    ]
    assert [d.day for d in desain.days] == [MONDAY + n * DAY for n in range(6)]
    assert desain.balance == 0


@pytest.mark.parametrize(
    ("first", "last", "done", "left"),
    [
        pytest.param(-3, 2, None, 2, id="open: on its last day"),
        pytest.param(-3, 9, 1, 1, id="complete: when it was"),
        pytest.param(-3, 2, -1, None, id="complete before: not at all"),
        pytest.param(1, 2, -1, 1, id="complete before it began: as it arrives"),
    ],
)
def test_the_day_on_which_hours_leave(
    first: int, last: int, done: int | None, left: int | None
) -> None:
    days = [None if n is None else MONDAY + n * DAY for n in (first, last, done)]
    one = WorkloadPart(1, 0, days[0], days[1], Decimal(8), days[2])  # type: ignore[arg-type]
    _arsip, desain = flows(CREW, [one], MONDAY)
    gone = [n for n, row in enumerate(desain.days) if row.finished]
    assert gone == ([] if left is None else [left])
    assert desain.balance == 0


# --- From the database ------------------------------------------------------------------


@pytest.fixture
def dates() -> dict[str, Any]:
    """Monday to Friday, by the clock of Jakarta."""
    return {"starts_at": at("2026-03-16 00:30"), "ends_at": at("2026-03-20 23:30")}


@pytest.mark.django_db
def test_a_task_is_split_and_equal_days_are_one_part(
    agus: User, budi: User, dates: dict[str, Any]
) -> None:
    an_activity(
        agus,
        a_task("A", agus, budi, hours=7, **dates),
        a_task("B", agus, hours=2, **dates),
        a_task("C", agus, hours=4, **dates | {"ends_at": dates["starts_at"]}),
    )
    an_activity(agus, a_task("D", agus, hours=1, **dates), kind=1)
    found = [(p.person, p.kind, p.first, p.last, p.hours) for p in pieces(MONDAY)]
    assert sorted(found) == [
        (12, 0, MONDAY, MONDAY, 4),
        (12, 0, MONDAY, FRIDAY, Decimal("5.5")),
        (12, 1, MONDAY, FRIDAY, 1),
        (101, 0, MONDAY, FRIDAY, Decimal("3.5")),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        {"hours": 0},
        {"hours": None},
        {"starts_at": None},
        {"ends_at": None},
        {"people": []},
    ],
)
def test_what_cannot_weigh_is_no_part(
    agus: User, dates: dict[str, Any], row: dict[str, Any]
) -> None:
    an_activity(agus, a_task("A", agus, **{**dates, **row}))
    assert pieces(MONDAY) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (MONDAY, FRIDAY, 1),
        (MONDAY - DAY, MONDAY, 1),
        (MONDAY - 9 * DAY, MONDAY - DAY, 0),
        (FRIDAY, None, 1),
        (FRIDAY + DAY, None, 0),
        (MONDAY - 9 * DAY, None, 1),
    ],
)
def test_parts_touch_the_window(
    agus: User, dates: dict[str, Any], first: date, last: date | None, count: int
) -> None:
    an_activity(agus, a_task("A", agus, **dates))
    assert len(pieces(first, last)) == count


@pytest.mark.django_db
@pytest.mark.parametrize("gone", ["task", "activity"])
def test_removed_work_does_not_weigh(
    agus: User, dates: dict[str, Any], gone: str
) -> None:
    activity = an_activity(agus, a_task("A", agus, **dates))
    if gone == "task":
        remove_task(task_id=the_task(activity).pk, by=agus)
    else:
        remove_activity(activity_id=activity.pk, by=agus)
    assert pieces(MONDAY) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("level", "is_done"), [(0, False), (2, False), (3, True)])
def test_only_the_managers_signature_completes(
    agus: User, rina: User, dates: dict[str, Any], level: int, *, is_done: bool
) -> None:
    task = the_task(an_activity(agus, a_task("A", agus, **dates)))
    signed(task, *[rina] * level)
    Task.objects.filter(completed_date_manager__isnull=False).update(
        completed_date_manager=at("2026-03-18 00:10")
    )
    (one,) = pieces(MONDAY)
    assert one.done == (MONDAY + 2 * DAY if is_done else None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], DEFAULTS),
        ([(HEAD, 10, None)], {HEAD: 10, STAFF: 40}),
        ([(STAFF, 30, None), (HEAD, 12, None)], {HEAD: 12, STAFF: 30}),
        ([(STAFF, None, None)], DEFAULTS),
        ([(STAFF, 30, "2026-03-16T00:00Z")], DEFAULTS),
        ([("CapacityOther", 9, None)], DEFAULTS),
    ],
)
def test_capacities_are_set_by_name(rows: list[Any], expected: dict[str, Any]) -> None:
    for name, value, gone in rows:
        Configuration.objects.create(name=name, value=value, deleted_at=gone)
    assert capacities() == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "names", "departments"),
    [
        ([], ["Ani", "Beni", "Cici", "Dedi"], {4: "Desain", 5: "Arsip"}),
        ([5], ["Cici"], {5: "Arsip"}),
        ([4, 9], ["Ani", "Beni"], {4: "Desain"}),
    ],
)
def test_the_team_is_of_the_departments_that_are_set_up(
    directory: None, chosen: list[int], names: list[str], departments: dict[int, str]
) -> None:
    for key in chosen:
        DepartmentConfig.objects.create(department_id=key)
    found = team(MONDAY)
    assert [face.name for face in found.people] == names
    assert found.departments == departments
