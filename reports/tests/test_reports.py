"""Reports: each figure against a plain SQL sum over random data, months of Jakarta, drill-down, limits."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection

from reports.catalogue import REPORTS
from reports.period import MAX_DAYS, ReportPeriod
from reports.tests.crowd import PERIOD, crowd, noon, table_of
from tests.excel import below_the_title
from tests.people import Cast, content_of

pytestmark = pytest.mark.django_db
__all__ = ["crowd", "noon"]
# Midnight of Jakarta is 17:00 of the day before in UTC.
START, END = "2026-06-30 17:00:00", "2026-07-31 17:00:00"
TODAY = "2026-07-19 17:00:00"


def one(sql: str, *values: Any) -> Any:
    """A figure as plain SQL has it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return row[0] if row else None


TASKS = """
  FROM activities_task t JOIN activities_activity a ON a.id = t.activity_id
  WHERE t.deleted_at IS NULL AND a.deleted_at IS NULL
    AND a.to_cache >= %s AND a.from_cache < %s AND a.kind = %s
"""
IN_PERIOD = (START, END)


def values(row: Any) -> list[Any]:
    return [cell.value for cell in row]


def number(value: Any) -> Decimal:
    """SQL's sums as exact numbers."""
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def test_done_and_outstanding_equal_plain_sums(crowd: random.Random) -> None:
    done = "AND t.completed_date_manager IS NOT NULL"
    for kind, row in enumerate(table_of("done").rows):
        shown = values(row)
        by = (*IN_PERIOD, kind)
        assert shown[4] == one(f"SELECT COUNT(*) {TASKS}", *by)
        for place, stage in ((5, "pic"), (6, "spv"), (7, "manager")):
            sql = f"SELECT COUNT(t.completed_date_{stage}) {TASKS}"
            assert shown[place] == one(sql, *by)
        assert shown[8] == shown[4] - shown[7]
        assert number(shown[9]) == number(one(f"SELECT SUM(t.hours) {TASKS}", *by))
        assert number(shown[10]) == number(
            one(f"SELECT SUM(t.hours) {TASKS} {done}", *by)
        )
        spent = one(f"SELECT SUM(t.hours_spent) {TASKS}", *by)
        assert number(shown[11]) == number(spent)
        activities = """SELECT COUNT(*) FROM activities_activity a WHERE a.deleted_at IS NULL
            AND a.to_cache >= %s AND a.from_cache < %s AND a.kind = %s"""
        assert shown[1] == one(activities, *by)
        whole = """AND EXISTS (SELECT 1 FROM activities_task t WHERE t.activity_id = a.id
              AND t.deleted_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM activities_task t WHERE t.activity_id = a.id
              AND t.deleted_at IS NULL AND t.completed_date_manager IS NULL)"""
        assert shown[2] == one(f"{activities} {whole}", *by)


def test_totals_are_the_sums_of_the_rows(crowd: random.Random) -> None:
    table = table_of("done")
    for place, total in enumerate(table.totals[1:], 1):
        assert total.value == sum(row[place].value for row in table.rows)


def test_weeks_equal_plain_counts(crowd: random.Random) -> None:
    rows = table_of("weeks").rows
    assert [row[0].value for row in rows] == [f"2026-W{n}" for n in range(27, 32)]
    for row in rows:
        year, _w, week = str(row[0].value).partition("-W")
        monday = datetime.fromisocalendar(int(year), int(week), 1).replace(tzinfo=UTC)
        first = max(monday - timedelta(hours=7), PERIOD.start)
        last = min(monday + timedelta(days=7, hours=-7), PERIOD.end)
        for field, place in (("ends_at", -2), ("completed_date_manager", -1)):
            sql = f"""SELECT COUNT(*) FROM activities_task t
                JOIN activities_activity a ON a.id = t.activity_id
                WHERE t.deleted_at IS NULL AND a.deleted_at IS NULL
                AND t.{field} >= %s AND t.{field} < %s"""  # noqa: S608
            by = [f"{each.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for each in (first, last)]
            assert values(row)[place] == one(sql, *by), (row[0].value, field)


def local_day(column: str) -> str:
    """The day in Jakarta, in the database's own words."""
    if connection.vendor == "sqlite":
        return f"date({column}, '+7 hours')"
    return f"date({column} AT TIME ZONE 'Asia/Jakarta')"


def test_deadlines_and_reasons_equal_plain_counts(crowd: random.Random) -> None:
    due, signed = local_day("t.ends_at"), local_day("t.completed_date_manager")
    late = f"""AND t.ends_at IS NOT NULL AND (
        (t.completed_date_manager IS NOT NULL AND {signed} > {due})
        OR (t.completed_date_manager IS NULL AND t.ends_at < %s))"""
    on_time = f"""AND t.ends_at IS NOT NULL AND t.completed_date_manager IS NOT NULL
        AND {signed} <= {due}"""
    reasons: dict[Any, int] = {}
    for kind, row in enumerate(table_of("deadlines").rows):
        _word, kept, over, not_yet, undated, total = values(row)
        by = (*IN_PERIOD, kind)
        assert kept == one(f"SELECT COUNT(*) {TASKS} {on_time}", *by)
        assert over == one(f"SELECT COUNT(*) {TASKS} {late}", *by, TODAY)
        assert undated == one(f"SELECT COUNT(*) {TASKS} AND t.ends_at IS NULL", *by)
        assert total == one(f"SELECT COUNT(*) {TASKS}", *by)
        assert not_yet == total - kept - over - undated
        for reason in (1, 2, 3, 4, 5, None):
            test = "IS NULL" if reason is None else f"= {reason}"
            sql = f"SELECT COUNT(*) {TASKS} {late} AND t.late_reason {test}"
            reasons[reason] = reasons.get(reason, 0) + one(sql, *by, TODAY)
    shown = [row[1].value for row in table_of("deadlines", 1).rows]
    assert shown == [reasons[key] for key in (1, 2, 3, 4, 5, None)]


def test_manpower_splits_hours_and_loses_none(crowd: random.Random) -> None:
    table = table_of("manpower")
    people = {row[0].value: values(row) for row in table.rows}
    live = """SELECT COUNT(*) FROM activities_incharge i WHERE i.task_id = t.id
        AND i.deleted_at IS NULL"""
    for kind in (0, 1, 2):
        sql = f"SELECT SUM(t.hours) {TASKS} AND ({live}) > 0"
        whole = number(one(sql, *IN_PERIOD, kind))
        split = sum(row[3 + 2 * kind] for row in people.values())
        assert abs(split - whole) <= Decimal("0.05"), (
            kind
        )  # cents of each row's rounding
        shared = f"""SELECT SUM(t.hours * 1.0 / ({live})) {TASKS} AND EXISTS (
            SELECT 1 FROM activities_incharge i WHERE i.task_id = t.id
            AND i.deleted_at IS NULL AND i.ext_user_id = 12)"""  # noqa: S608
        own = number(one(shared, *IN_PERIOD, kind))
        assert abs(people["Agus Wijaya"][3 + 2 * kind] - own) <= Decimal("0.01")


def test_load_is_the_outstanding_hours_by_people(
    crowd: random.Random, cast: Cast
) -> None:
    report = next(each for each in REPORTS if each.slug == "load")
    page = report.build(ReportPeriod(PERIOD))
    open_hours = sum(
        number(
            one(
                f"SELECT SUM(t.hours) {TASKS} AND t.completed_date_manager IS NULL",
                *IN_PERIOD,
                kind,
            )
        )
        for kind in (0, 1, 2)
    )
    shown = page.facts[0][1].split()[0].replace(".", "").replace(",", ".")
    assert Decimal(shown) == open_hours
    people = sum(row[1].value for row in page.tables[0].rows)
    assert f"{people} " in page.facts[1][1]


def test_changes_equal_plain_sums(crowd: random.Random) -> None:
    sql = """SELECT {} FROM engineering_changenotice c WHERE c.deleted_at IS NULL
        AND c.date >= '2026-07-01' AND c.date <= '2026-07-31' AND c.kind = %s"""
    for kind, row in zip(
        (0, 1, 2, 3), table_of("changes", by="kind").rows, strict=True
    ):
        shown = values(row)
        assert shown[1] == one(sql.format("COUNT(*)"), kind)
        for place, status in ((2, 0), (3, 1), (4, 2)):
            text = sql.format("COUNT(*)") + " AND c.status = %s"
            assert shown[place] == one(text, kind, status)
        for place, name in ((5, "increase"), (6, "decrease"), (7, "net")):
            assert number(shown[place]) == number(
                one(sql.format(f"SUM(c.{name})"), kind)
            )
        above = sql.format("COUNT(*)") + " AND c.net > 4000000"
        assert shown[8] == one(above, kind)


@pytest.mark.parametrize("by", ["month", "kind", "status", "customer"])
def test_every_grouping_adds_up_to_the_same(crowd: random.Random, by: str) -> None:
    table = table_of("changes", by=by)
    count = one(
        """SELECT COUNT(*) FROM engineering_changenotice c WHERE c.deleted_at IS NULL
        AND c.date >= '2026-07-01' AND c.date <= '2026-07-31'"""
    )
    assert sum(row[1].value for row in table.rows) == count


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_every_report_is_shown_printed_and_exported_alike(
    crowd: random.Random, cast: Cast, report: Any
) -> None:
    browser = cast.browser("rina")
    query = {"since": "2026-07-01", "until": "2026-07-31"}
    page = browser.get(f"/reports/{report.slug}/", query)
    assert page.status_code == 200
    file = content_of(browser.get(f"/reports/{report.slug}/excel/", query))
    sheet = openpyxl.load_workbook(BytesIO(file)).active
    assert sheet is not None
    lines = [list(row) for row in below_the_title(sheet)[1:]]
    shown = page.context["page"].tables[0]
    wanted = [str(row[0].value) for row in shown.rows]
    last = ["Total"] if shown.totals else []
    assert [str(row[0] or "") for row in lines] == [*wanted, *last]


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2016-01-01", "until": "2026-12-31"},
        {"since": "2026-07-31", "until": "2026-07-01"},
        {"since": "kemarin"},
        {"since": "0001-01-01", "until": "0001-02-01"},
        {"since": "9999-12-01", "until": "9999-12-31"},
        {"kind": "9"},
        {"state": "x"},
        {"person": "1" * 40},
    ],
)
def test_nonsense_is_400_and_names_the_field(cast: Cast, query: dict[str, str]) -> None:
    for path in ("/reports/tasks/", "/reports/tasks/excel/"):
        answer = cast.browser("rina").get(path, query)
        assert answer.status_code == 400
        assert "errorlist" in answer.content.decode()


def test_ten_years_are_refused_with_the_limit(cast: Cast) -> None:
    query = {"since": "2016-01-01", "until": "2026-12-31"}
    answer = cast.browser("rina").get("/reports/done/", query)
    assert str(MAX_DAYS) in answer.content.decode()


def test_an_unknown_report_is_404(cast: Cast) -> None:
    assert cast.browser("rina").get("/reports/nothing/").status_code == 404
