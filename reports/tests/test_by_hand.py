"""Every figure of the reports of planned work against a world that was counted by hand."""

from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.utils import translation

from activities.models import InCharge, Task
from engineering.models import DepartmentConfig
from reports.catalogue import BY_SLUG
from reports.period import ReportPeriod, read
from reports.shapes import ReportCell, Table
from reports.tasks import tasks_of_period
from reports.tests.crowd import PERIOD, noon, table_of
from reports.tests.world import AGUS, BUDI, TUTI, world
from tests.excel import below_the_title
from tests.people import content_of

pytestmark = pytest.mark.django_db
__all__ = ["noon", "world"]
World = dict[str, Task]


def values(table: Table) -> list[list[Any]]:
    """The rows as they are."""
    return [[cell.value for cell in row] for row in table.rows]


def totals(table: Table) -> list[Any]:
    """The last line."""
    return [cell.value for cell in table.totals]


# --- The tables -------------------------------------------------------------------------


def test_done_and_outstanding_by_type(world: World) -> None:
    table = table_of("done")
    assert values(table) == [
        ["PrePO", 1, 0, 1, 5, 4, 3, 2, 3, Decimal("15.5"), 12, Decimal("4.5")],
        ["PostPO", 1, 1, 0, 1, 1, 1, 1, 0, 10, 10, 11],
        ["Others", 1, 0, 1, 1, 0, 0, 0, 1, 3, 0, 0],
    ]
    assert totals(table)[1:] == [
        3,
        1,
        2,
        7,
        5,
        4,
        3,
        4,
        Decimal("28.5"),
        22,
        Decimal("15.5"),
    ]


def test_what_was_due_and_finished_in_each_week(world: World) -> None:
    """June's task was signed in July; the one that is due in August is no matter of July."""
    table = table_of("weeks")
    found = [[row[0], *row[2:]] for row in values(table)]
    assert found == [
        ["2026-W27", 0, 1, 0, 1, 1],
        ["2026-W28", 2, 0, 0, 2, 2],
        ["2026-W29", 1, 0, 0, 1, 0],
        ["2026-W30", 1, 0, 0, 1, 0],
        ["2026-W31", 0, 0, 0, 0, 0],
    ]
    assert totals(table)[2:] == [4, 1, 0, 5, 3]


def test_the_days_of_a_week_end_with_the_period(world: World) -> None:
    with translation.override("en"):
        days = [row[1] for row in values(table_of("weeks"))]
    assert days[0] == "01 Jul 2026 … 05 Jul 2026"
    assert days[1] == "06 Jul 2026 … 12 Jul 2026"
    assert days[-1] == "27 Jul 2026 … 31 Jul 2026"


def test_deadlines_kept_and_broken(world: World) -> None:
    """A signature on the day of the deadline is on time, half an hour later is not."""
    table = table_of("deadlines")
    assert values(table) == [
        ["PrePO", 1, 2, 1, 1, 5],
        ["PostPO", 1, 0, 0, 0, 1],
        ["Others", 0, 0, 1, 0, 1],
    ]
    assert totals(table)[1:] == [2, 2, 2, 1, 7]


def test_why_deadlines_were_broken(world: World) -> None:
    table = table_of("deadlines", 1)
    found = [row[1:] for row in values(table)]
    assert found == [[1, 4], *[[0, 0]] * 4, [1, Decimal("2.5")]]
    Task.objects.filter(description="overdue").update(late_reason=5)
    found = [row[1:] for row in values(table_of("deadlines", 1))]
    assert found[-2:] == [[1, Decimal("2.5")], [0, 0]]


def test_the_load_of_the_department(world: World) -> None:
    """6.5 h are open; the two engineers' own part of them is 2.5 h and twice a third."""
    page = BY_SLUG["load"].build(ReportPeriod(PERIOD))
    with translation.override("en"):
        shown = [fact[1].split()[0] for fact in page.facts]
    assert [text.replace(",", ".") for text in shown] == ["6.5", "2", "3.3", "0.4"]
    assert values(page.tables[0]) == [
        ["Engineering", 2, 2, Decimal("3.17"), Decimal("1.6"), Decimal("0.2")]
    ]


@pytest.mark.parametrize(
    ("departments", "names"),
    [
        ([4], ["Engineering"]),
        ([5], ["Arsip"]),
        ([4, 5], ["Arsip", "Engineering"]),
        ([], ["Engineering"]),
        ([99], []),
    ],
)
def test_engineering_is_what_is_set_up_or_what_is_called_so(
    world: World, departments: list[int], names: list[str]
) -> None:
    DepartmentConfig.objects.all().delete()
    for key in departments:
        DepartmentConfig.objects.create(department_id=key)
    assert [row[0] for row in values(table_of("load"))] == names


def test_manpower_by_engineer_the_fullest_first(world: World) -> None:
    third, rest = Decimal("0.33"), [0, 0]
    assert values(table_of("manpower")) == [
        ["Tuti", "Arsip", 1, third, 1, 10, *rest, 2, Decimal("10.33")],
        ["Agus", "Engineering", 3, Decimal("8.33"), *rest, *rest, 3, Decimal("8.33")],
        ["Budi", "Engineering", 3, Decimal("6.83"), *rest, *rest, 3, Decimal("6.83")],
    ]


@pytest.mark.parametrize(
    ("state", "tasks"),
    [("done", {"Agus": 2, "Budi": 1, "Tuti": 1}), ("over", {"Agus": 1, "Budi": 1})],
)
def test_manpower_of_a_state(world: World, state: str, tasks: dict[str, int]) -> None:
    found = {row[0]: row[-2] for row in values(table_of("manpower", state=state))}
    assert {name: count for name, count in found.items() if count} == tasks


def test_an_engineer_without_work_has_a_line_and_a_stranger_one_with_work(
    world: World,
) -> None:
    InCharge.objects.filter(ext_user_id=BUDI).delete()
    InCharge.objects.filter(ext_user_id=TUTI).update(ext_user_id=777)
    found = {row[0]: row[-2:] for row in values(table_of("manpower"))}
    assert found["Budi"] == [0, 0]
    assert found["#777"] == [2, Decimal("10.5")]
    assert "Tuti" not in found


# --- The list of tasks and its filters --------------------------------------------------

EVERY = "on time, late, overdue, today, undated, early, edge"
FILTERS: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, EVERY),
    ({"kind": 0}, "on time, late, overdue, today, undated"),
    ({"kind": 1}, "early"),
    ({"state": "done"}, "on time, late, early"),
    ({"state": "outstanding"}, "overdue, today, undated, edge"),
    ({"state": "by_pic"}, "on time, late, overdue, today, early"),
    ({"state": "by_spv"}, "on time, late, today, early"),
    ({"state": "on_time"}, "on time, early"),
    ({"state": "over"}, "late, overdue"),
    ({"state": "not_yet"}, "today, edge"),
    ({"state": "undated"}, "undated"),
    ({"on": "due"}, "on time, late, overdue, today, early"),
    ({"on": "signed"}, "on time, late, june"),
    ({"on": "signed", "state": "over"}, "late, june"),
    ({"person": AGUS}, "on time, late, today"),
    ({"person": BUDI}, "on time, overdue, today"),
    ({"person": 999}, ""),
    ({"department": 4}, "on time, late, overdue, today"),
    ({"department": 5}, "today, early"),
    ({"department": 99}, ""),
    ({"reason": "1"}, "late"),
    ({"reason": "2"}, ""),
    ({"reason": "none"}, "on time, overdue, today, undated, early, edge"),
    ({"reason": "none", "state": "over"}, "overdue"),
    ({"kind": 0, "person": TUTI}, "today"),
)


@pytest.mark.parametrize(("asked", "names"), FILTERS)
def test_a_filter_finds_its_own(
    world: World, asked: dict[str, Any], names: str
) -> None:
    found = [str(task) for task in tasks_of_period(ReportPeriod(PERIOD, **asked))]
    assert sorted(found) == sorted(filter(None, names.split(", ")))


def test_a_line_of_the_list_says_all_of_a_task(world: World) -> None:
    lines = {row[0]: row[1:] for row in values(table_of("tasks"))}
    assert set(lines) == set(EVERY.split(", "))
    with translation.override("en"):
        line = next(row for row in values(table_of("tasks")) if row[0] == "late")
    task = world["late"]
    assert line[1:3] == ["PT 0", ""]
    assert line[3:9] == ["over deadline", "", "PrePO", "Agus", 4, Decimal("4.5")]
    assert line[9:14] == [
        None,
        task.ends_at,
        task.completed_date_pic,
        task.completed_date_spv,
        task.completed_date_manager,
    ]
    # Nobody signed in place of another.
    assert line[14:] == [None, "Waiting for a vendor's price", ""]
    days_left = {name: row[13] for name, row in lines.items()}
    assert days_left == {
        "on time": None,
        "late": None,
        "overdue": -5,
        "today": 0,
        "undated": None,
        "early": None,
        "edge": 13,
    }


def test_a_long_list_shows_the_first_and_says_how_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.tasks.SHOWN", 2)
    with translation.override("en"):
        page = BY_SLUG["tasks"].build(ReportPeriod(PERIOD))
    assert len(page.tables[0].rows) == 2
    assert "The first 2 of 7" in page.tables[0].note
    assert [fact[1].replace(",", ".") for fact in page.facts] == ["7", "28.5", "15.5"]


@pytest.mark.parametrize("chunk", [1, 3, 7, 500])
def test_the_excel_list_is_whole_however_it_is_read(
    world: World, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("reports.tasks.CHUNK", chunk)
    heads, rows = BY_SLUG["tasks"].stream(ReportPeriod(PERIOD))
    found = list(rows)
    assert len(heads) == len(found[0]) == 17
    names = [row[0] for row in found]
    assert sorted(names) == sorted(EVERY.split(", "))


# --- Links and files --------------------------------------------------------------------


def behind(cell: ReportCell) -> int:
    """How many tasks the address behind a figure asks for."""
    address = urlsplit(cell.url)
    query = {name: found[0] for name, found in parse_qs(address.query).items()}
    _form, asked = read(query, BY_SLUG["tasks"].filters)
    assert asked is not None, cell.url
    return tasks_of_period(asked).count()


COUNTS = {
    ("done", 0): (4, 5, 6, 7, 8),
    ("weeks", 0): (2, 3, 4, 5, 6),
    ("deadlines", 0): (1, 2, 3, 4, 5),
    ("deadlines", 1): (1,),
    ("load", 0): (2,),
    ("manpower", 0): (2, 4, 6, 8),
}


@pytest.mark.parametrize(("slug", "place"), COUNTS)
def test_a_number_leads_to_that_many_tasks(world: World, slug: str, place: int) -> None:
    figures = [
        row[column]
        for row in table_of(slug, place).rows
        for column in COUNTS[slug, place]
    ]
    assert any(cell.value for cell in figures)
    assert [behind(cell) for cell in figures] == [cell.value for cell in figures]


def sheet_of(answer: Any) -> list[tuple[Any, ...]]:
    """The rows of an Excel file."""
    sheet = openpyxl.load_workbook(BytesIO(content_of(answer))).active
    assert sheet is not None
    return below_the_title(sheet)


@pytest.mark.parametrize("slug", ["done", "weeks", "deadlines", "load", "manpower"])
def test_the_file_holds_the_columns_rows_and_sums_of_the_page(
    world: World, agus: Any, as_person: Any, slug: str
) -> None:
    client = as_person(agus)
    client.cookies["django_language"] = "en"
    query = {"since": "2026-07-01", "until": "2026-07-31"}
    answer = client.get(f"/reports/{slug}/excel/", query)
    assert f"report_{slug}_2026-07-01_2026-07-31.xlsx" in answer["Content-Disposition"]
    heads, *rows, last = sheet_of(answer)
    with translation.override("en"):
        table = table_of(slug)
        assert list(heads) == [str(column.label) for column in table.columns]
    shown = [
        [float(v) if isinstance(v, Decimal) else v for v in r] for r in values(table)
    ]
    assert [list(row) for row in rows] == shown
    sums = [
        float(value or 0) for value in totals(table) if isinstance(value, int | Decimal)
    ]
    assert [value for value in last if isinstance(value, int | float)] == sums
    assert "Total" in last
