"""The month as a grid, a window as bars, and the windows that an address may ask for."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory

from activities.models import Activity, Task
from activities.queries import calendar as calendar_queries
from activities.queries.calendar import DayCell, gantt_chart, month_grid, tasks_of
from activities.services import remove_activity, remove_task
from activities.tests.conftest import a_task, an_activity, at, signed, the_task
from activities.views.calendar import _month, period
from core.accounts.models import User

pytestmark = pytest.mark.django_db
MARCH, DAY = date(2026, 3, 1), timedelta(days=1)
MONDAY, SUNDAY = date(2026, 3, 16), date(2026, 3, 22)


def days(first: str, last: str) -> dict[str, Any]:
    """Dates of a task."""
    return {"starts_at": at(first), "ends_at": at(last)}


def by_day(first: date = MARCH) -> dict[date, list[str]]:
    """Titles of the tasks on each day of a month's grid that has some."""
    grid, _is_cut = month_grid(first, Task.objects.alive())
    cells = [cell for week in grid for cell in week]
    return {
        cell.day: [str(dot.task) for dot in cell.dots] for cell in cells if cell.dots
    }


# --- The month --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "begin", "end"),
    [
        (date(2026, 3, 1), date(2026, 2, 23), date(2026, 4, 5)),
        (date(2027, 2, 1), date(2027, 2, 1), date(2027, 2, 28)),
        (date(2026, 12, 1), date(2026, 11, 30), date(2027, 1, 3)),
        (date(2028, 2, 1), date(2028, 1, 31), date(2028, 3, 5)),
    ],
)
def test_a_month_is_whole_weeks_from_monday(
    no_holidays: None, first: date, begin: date, end: date
) -> None:
    grid, is_cut = month_grid(first, Task.objects.none())
    cells = [cell for week in grid for cell in week]
    assert (cells[0].day, cells[-1].day, is_cut) == (begin, end, False)
    assert {len(week) for week in grid} == {7}
    assert [week[0].day.weekday() for week in grid] == [0] * len(grid)
    assert {cell.day.month for cell in cells if cell.is_in_month} == {first.month}
    weekend = [cell.day.weekday() for cell in cells if cell.is_free]
    assert set(weekend) == {5, 6}


def test_a_task_stands_on_each_of_its_days(agus: User) -> None:
    an_activity(agus, a_task("A", agus, **days("2026-03-16 23:59", "2026-03-18 00:01")))
    expected = {MONDAY + n * DAY: ["A"] for n in range(3)}
    assert by_day() == expected


def test_days_outside_the_grid_are_cut_off(agus: User) -> None:
    an_activity(agus, a_task("A", agus, **days("2026-01-01", "2026-02-24")))
    an_activity(agus, a_task("B", agus, **days("2026-04-05", "2026-06-01")))
    an_activity(agus, a_task("C", agus, **days("2026-04-06", "2026-04-07")))
    assert by_day() == {
        date(2026, 2, 23): ["A"],
        date(2026, 2, 24): ["A"],
        date(2026, 4, 5): ["B"],
    }


def test_a_day_lists_by_start(agus: User) -> None:
    late, early = days("2026-03-16", "2026-03-16"), days("2026-03-15", "2026-03-16")
    an_activity(agus, a_task("kedua", **late), a_task("pertama", **early))
    assert by_day()[MONDAY] == ["pertama", "kedua"]


def test_a_dot_says_how_far_and_who(agus: User, budi: User, hendi: User) -> None:
    row = a_task("A", agus, budi, **days("2026-03-16", "2026-03-16"))
    task = signed(the_task(an_activity(agus, row)), agus, hendi)
    with time_machine.travel(at("2026-03-17 00:30"), tick=False):
        grid, _is_cut = month_grid(MARCH, Task.objects.alive())
    (dot,) = [dot for week in grid for cell in week for dot in cell.dots]
    assert (dot.task, dot.progress, dot.is_late) == (task, "spv", True)
    assert dot.initials == "A B"


@pytest.mark.parametrize(("count", "shown", "more"), [(0, 0, 0), (5, 5, 0), (7, 5, 2)])
def test_a_full_day_shows_five_and_counts_the_rest(
    count: int, shown: int, more: int
) -> None:
    dots: Any = list(range(count))
    cell = DayCell(MONDAY, dots, is_in_month=True, is_today=False, is_free=False)
    assert (len(cell.shown), cell.more) == (shown, more)


def test_too_many_tasks_are_cut_and_that_is_said(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = days("2026-03-16", "2026-03-16")
    an_activity(agus, *[a_task(name, **row) for name in "AB"])
    for most, is_cut in ((2, False), (1, True)):
        monkeypatch.setattr(calendar_queries, "MOST_TASKS", most)
        grid, was_cut = month_grid(MARCH, Task.objects.alive())
        count = sum(len(cell.dots) for week in grid for cell in week)
        assert (count, was_cut) == (most, is_cut)


@pytest.mark.parametrize(
    ("moment", "today"),
    [("2026-03-16 00:01", MONDAY), ("2026-03-15 23:59", MONDAY - DAY)],
)
def test_today_is_jakartas(moment: str, today: date) -> None:
    with time_machine.travel(at(moment), tick=False):
        grid, _is_cut = month_grid(MARCH, Task.objects.none())
    assert [cell.day for week in grid for cell in week if cell.is_today] == [today]


@pytest.mark.parametrize(
    ("person", "department", "titles"),
    [
        (None, None, ["A", "B", "C"]),
        (12, None, ["A", "C"]),
        (101, None, ["B", "C"]),
        (99, None, []),
        (None, frozenset({12, 101}), ["A", "B", "C"]),
        (None, frozenset(), []),
    ],
)
def test_tasks_of_a_person_or_a_department(
    agus: User,
    budi: User,
    person: int | None,
    department: frozenset[int] | None,
    titles: list[str],
) -> None:
    rows = a_task("A", agus), a_task("B", budi), a_task("C", agus, budi)
    activity = an_activity(agus, *rows, a_task("D", agus, budi))
    last = activity.tasks.last()
    assert last is not None
    remove_task(task_id=last.pk, by=agus)
    found = tasks_of(person, department).order_by("pk")
    assert [str(task) for task in found] == titles


# --- The bars ---------------------------------------------------------------------------


def bars() -> list[tuple[Any, ...]]:
    """Title, whether a task, begin, length of each bar of the week."""
    chart = gantt_chart(Activity.objects.alive(), MONDAY, SUNDAY)
    return [(bar.title, bar.is_task, bar.begin, bar.length) for bar in chart.bars]


@pytest.mark.parametrize(
    ("first", "last", "begin", "length"),
    [
        ("2026-03-16", "2026-03-22", 0, 7),
        ("2026-03-17", "2026-03-17 23:00", 1, 1),
        ("2026-03-01", "2026-03-16", 0, 1),
        ("2026-03-22", "2026-05-01", 6, 1),
        ("2026-01-01", "2026-12-31", 0, 7),
    ],
)
def test_a_bar_lies_within_the_window(
    agus: User, first: str, last: str, begin: int, length: int
) -> None:
    an_activity(agus, a_task("SLD", agus, **days(first, last)))
    place = (begin, length)
    assert bars() == [("Panel LVMDP", False, *place), ("SLD", True, *place)]


@pytest.mark.parametrize(
    ("first", "last"), [("2026-03-01", "2026-03-15"), ("2026-03-23", "2026-03-30")]
)
def test_what_does_not_touch_the_window_has_no_bar(
    agus: User, first: str, last: str
) -> None:
    an_activity(agus, a_task("SLD", agus, **days(first, last)))
    assert bars() == []


def test_an_activity_is_followed_by_its_tasks_in_the_window(agus: User) -> None:
    an_activity(
        agus,
        a_task("kedua", **days("2026-03-18", "2026-03-19"), position=2),
        a_task("pertama", **days("2026-03-16", "2026-03-16"), position=1),
        a_task("nanti", **days("2026-04-01", "2026-04-02"), position=3),
        {"description": "tanpa tanggal", "position": 4},
        {"description": "hanya akhir", "ends_at": at("2026-03-20"), "position": 5},
        description="Utama",
    )
    assert bars() == [
        ("Utama", False, 0, 7),
        ("pertama", True, 0, 1),
        ("kedua", True, 2, 2),
        ("hanya akhir", True, 4, 1),
    ]


def test_removed_work_has_no_bar(agus: User) -> None:
    row = a_task("SLD", **days("2026-03-16", "2026-03-17"))
    kept, gone = an_activity(agus, row, row), an_activity(agus, row)
    remove_task(task_id=the_task(kept).pk, by=agus)
    remove_activity(activity_id=gone.pk, by=agus)
    assert [bar[1] for bar in bars()] == [False, True]


def test_a_bar_names_people_and_customer(agus: User, budi: User) -> None:
    an_activity(agus, a_task("SLD", budi, agus, **days("2026-03-16", "2026-03-17")))
    chart = gantt_chart(Activity.objects.alive(), MONDAY, SUNDAY)
    assert [bar.note for bar in chart.bars] == ["PT Contoh", "Agus, Budi"]
    assert {bar.progress for bar in chart.bars} == {"open"}


def test_too_many_activities_are_cut_and_that_is_said(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first in ("2026-03-17", "2026-03-16"):
        an_activity(agus, a_task("x", **days(first, "2026-03-18")), description=first)
    monkeypatch.setattr(calendar_queries, "MOST_BARS", 1)
    chart = gantt_chart(Activity.objects.alive(), MONDAY, SUNDAY)
    assert (chart.bars[0].title, chart.is_cut) == ("2026-03-16", True)


@pytest.mark.parametrize(
    ("moment", "place"),
    [("2026-03-16 00:00", 0), ("2026-03-22 23:59", 6), ("2026-03-23 00:00", -1)],
)
def test_the_line_of_today(moment: str, place: int) -> None:
    with time_machine.travel(at(moment), tick=False):
        assert gantt_chart(Activity.objects.none(), MONDAY, SUNDAY).today == place


# --- What an address may ask for --------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", MONDAY, SUNDAY),
        ("first=2026-03-18", date(2026, 3, 18), date(2026, 3, 24)),
        ("first=2026-03-18&last=2026-03-19", date(2026, 3, 18), date(2026, 3, 19)),
        ("first=2026-03-18&last=2026-03-17", date(2026, 3, 18), date(2026, 3, 24)),
        ("first=2026-01-01&last=2026-12-31", date(2026, 1, 1), date(2026, 1, 10)),
        ("last=2026-03-20", MONDAY, date(2026, 3, 20)),
        ("first=kapan", MONDAY, SUNDAY),
        ("first=0001-01-01", MONDAY, SUNDAY),
        ("first=2026-03-18&last=9999-12-31", MONDAY, SUNDAY),
    ],
)
def test_a_window_is_as_asked_or_the_default(
    query: str, first: date, last: date
) -> None:
    request = RequestFactory().get(f"/activities/gantt/?{query}")
    assert period(request, MONDAY, SUNDAY, 10) == (first, last)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-01", date(2026, 1, 1)),
        ("2025-12", date(2025, 12, 1)),
        ("2026-13", MARCH),
        ("2026-0", MARCH),
        ("26-01", MARCH),
        ("9999-01", MARCH),
        ("", MARCH),
        ("x-y", MARCH),
    ],
)
def test_a_month_is_as_asked_or_this_one(text: str, first: date) -> None:
    with time_machine.travel(at("2026-03-31 23:59"), tick=False):
        assert _month(text) == first
