"""The pages of the week and the holidays: who may, what counts at once, what is refused."""

from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event
from core.workdays.models import Holiday, WorkingDay
from core.workdays.policies import read_holidays
from core.workdays.queries import calendar
from core.workdays.services import (
    remove_calendar_row,
    save_calendar_row,
    take_holidays,
)
from core.workdays.views.setup import TABLES
from tests.people import Cast

pytestmark = pytest.mark.django_db
MONDAY = date(2029, 7, 2)  # of a year without rows of the migration
DAY = {
    "weekday": "5",
    "starts": "08:00",
    "ends": "12:00",
    "break_starts": "10:00",
    "break_minutes": "0",
}
TYPED: dict[str, tuple[dict[str, str], str]] = {
    "working-days": (DAY, "12:00"),
    "holidays": (
        {"date": "2029-07-02", "name": "HUT perusahaan", "kind": "company"},
        "02 Jul 2029",
    ),
}


@pytest.fixture
def week() -> None:
    """Monday to Friday, whatever an earlier test has left."""
    WorkingDay.objects.all().delete()
    WorkingDay.objects.bulk_create(WorkingDay(weekday=day) for day in range(5))


# --- The value ------------------------------------------------------------------------


def test_the_migration_ships_a_week_and_two_years_with_their_source() -> None:

    shipped = import_module("core.workdays.migrations.0002_week_and_holidays")
    for model in (WorkingDay, Holiday):
        model.objects.all().delete()
    shipped.add_rows(apps, None)
    assert calendar().hours_a_week == 40
    for year, national, leave in ((2026, 17, 8), (2027, 18, 8)):
        rows = Holiday.objects.filter(date__year=year)
        assert rows.filter(kind="national").count() == national
        assert rows.filter(kind="leave").count() == leave
        assert all("SKB 3 Menteri" in row.source for row in rows)
    assert all(
        row.date.weekday() < 5 for row in Holiday.objects.filter(kind="leave")
    )  # nobody decrees leave on a weekend
    named = {row.date.isoformat() for row in Holiday.objects.all()}
    assert {"2026-08-17", "2027-08-17", "2027-12-25", "2027-03-10"} <= named
    provisional = Holiday.objects.filter(source__contains="provisional")
    assert {row.date.year for row in provisional} == {2027}
    assert all("1448" in row.name for row in provisional)


@pytest.mark.usefixtures("week")
def test_the_calendar_is_read_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        first = calendar()
    with django_assert_num_queries(0):
        assert calendar() is first


@pytest.mark.usefixtures("week")
def test_a_change_counts_with_its_commit(
    admin: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert calendar().is_working(MONDAY)
    data = {"date": MONDAY, "name": "HUT", "kind": "company"}
    with django_capture_on_commit_callbacks(execute=True):
        row = save_calendar_row(model=Holiday, data=data, by=admin)
    assert calendar().holiday(MONDAY) == "HUT"
    with django_capture_on_commit_callbacks(execute=True):
        remove_calendar_row(row=row, by=admin)
    assert calendar().is_working(MONDAY)


def test_without_any_row_the_ordinary_week_holds() -> None:
    WorkingDay.objects.all().delete()
    cache.clear()
    assert calendar().hours_a_week == 40


@pytest.mark.usefixtures("week")
def test_the_break_of_a_row_is_no_working_time() -> None:
    WorkingDay.objects.filter(weekday=0).update(break_minutes=90)
    cache.clear()
    start = datetime(2029, 7, 2, 1, tzinfo=UTC)  # eight o'clock in Jakarta
    assert calendar().add_hours(start, 5) == datetime(2029, 7, 2, 7, 30, tzinfo=UTC)


# --- The verbs ------------------------------------------------------------------------


@pytest.mark.usefixtures("week")
def test_the_last_working_day_stays(admin: User) -> None:
    for row in WorkingDay.objects.exclude(weekday=4):
        remove_calendar_row(row=row, by=admin)
    friday = WorkingDay.objects.get()
    with pytest.raises(DomainError, match="one working day at least"):
        remove_calendar_row(row=friday, by=admin)
    assert WorkingDay.objects.get() == friday


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"starts": "17:00", "ends": "08:00"}, id="backwards"),
        pytest.param({"starts": "08:00", "ends": "08:00"}, id="no time"),
        pytest.param(
            {"break_starts": "07:00", "break_minutes": "30"}, id="a break before work"
        ),
        pytest.param(
            {"break_starts": "11:30", "break_minutes": "30"}, id="a break past the end"
        ),
        pytest.param({"break_minutes": "601"}, id="nothing but a break"),
        pytest.param({"break_minutes": "-1"}, id="less than no break"),
        pytest.param({"weekday": "7"}, id="no such day"),
        pytest.param({"weekday": "0"}, id="a day that is there"),
        pytest.param({"starts": "delapan"}, id="no time of day"),
        pytest.param({"ends": ""}, id="no end"),
    ],
)
@pytest.mark.usefixtures("week")
def test_hours_that_make_no_sense_are_refused_in_the_form(
    cast: Cast, data: dict[str, str]
) -> None:
    answer = cast.browser("admin").post("/setup/working-days/new/", DAY | data)
    assert answer.status_code == 400
    assert 'class="errorlist' in answer.content.decode()
    assert WorkingDay.objects.count() == 5


@pytest.mark.parametrize("year", ["0026", "1999", "2101"])
def test_a_year_that_nobody_means_is_refused(cast: Cast, year: str) -> None:
    typed = {"date": f"{year}-01-01", "name": "x", "kind": "national"}
    answer = cast.browser("admin").post("/setup/holidays/new/", typed)
    assert answer.status_code == 400
    assert not Holiday.objects.filter(name="x").exists()


# --- The pages ------------------------------------------------------------------------


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.slug)
def test_an_administrator_adds_finds_changes_and_removes_a_row(
    cast: Cast, table: Any
) -> None:
    browser, (typed, seen) = cast.browser("admin"), TYPED[table.slug]
    place = f"/setup/{table.slug}/"
    answer = browser.post(f"{place}new/", typed, follow=True)
    assert seen in answer.content.decode()
    row = table.model.objects.order_by("-pk")[0]
    browser.post(f"{place}{row.pk}/", typed)
    page = browser.get(f"{place}{row.pk}/").content.decode()
    assert 'class="line"' in page  # its history
    browser.post(f"{place}{row.pk}/remove/")
    assert browser.get(f"{place}{row.pk}/").status_code == 404
    kinds = Event.objects.filter(kind__startswith="row.").values_list("kind", flat=True)
    assert list(kinds.order_by("pk")) == ["row.added", "row.removed"]


@pytest.mark.usefixtures("week")
def test_the_last_day_of_the_week_says_why_it_stays(cast: Cast) -> None:
    WorkingDay.objects.exclude(weekday=0).delete()
    place = f"/setup/working-days/{WorkingDay.objects.get().pk}/"
    answer = cast.browser("admin").post(f"{place}remove/", follow=True)
    assert answer.redirect_chain == [(place, 302)]
    assert "satu hari kerja" in answer.content.decode()


@pytest.mark.parametrize("slug", ["working-days", "holidays", "holidays/paste"])
def test_only_administrators_keep_the_calendar(cast: Cast, slug: str) -> None:
    for name, status in {"agus": 403, "hendi": 403, "rina": 403, "admin": 200}.items():
        assert cast.browser(name).get(f"/setup/{slug}/").status_code == status, name


def test_the_index_of_the_setup_leads_there(cast: Cast) -> None:
    page = cast.browser("admin").get("/setup/").content.decode()
    assert "/setup/working-days/" in page
    assert "/setup/holidays/" in page
    assert (
        "/setup/holidays/" not in cast.browser("rina").get("/setup/").content.decode()
    )


# --- A pasted list --------------------------------------------------------------------

LIST = """
2029-05-01 Hari Buruh
17/8/2029\tProklamasi Kemerdekaan

2029-12-24; Cuti Bersama Natal
"""


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Hari Buruh 2029-05-01", "date and a name"),
        ("2029-05-01", "date and a name"),
        ("2029-02-30 Hari apa", "no such day"),
        ("31/4/2029 Hari apa", "no such day"),
        ("0026-05-01 Hari Buruh", "The year must lie"),
        ("2029-05-01 " + "x" * 121, "too long"),
        ("٢٠٢٩-05-01 Hari Buruh", "date and a name"),
    ],
)
def test_what_is_wrong_about_a_line(line: str, problem: str) -> None:
    (found,) = read_holidays(line, "national")
    assert problem in found.problem
    assert found.text == line


def test_a_list_is_read_with_its_kinds_and_line_numbers() -> None:
    found = [
        (line.number, f"{line.day}", line.name, line.kind, line.problem)
        for line in read_holidays(LIST, "company")
    ]
    assert found == [
        (2, "2029-05-01", "Hari Buruh", "company", ""),
        (3, "2029-08-17", "Proklamasi Kemerdekaan", "company", ""),
        (5, "2029-12-24", "Cuti Bersama Natal", "leave", ""),
    ]


def test_a_day_that_stands_twice_is_wrong_the_second_time() -> None:
    first, second = read_holidays("2029-05-01 A\n1/5/2029 B", "national")
    assert not first.problem
    assert "twice" in second.problem


def test_a_preview_saves_nothing_and_names_what_would_happen(cast: Cast) -> None:
    Holiday.objects.create(date=date(2029, 5, 1), name="Buruh")
    Holiday.objects.create(date=date(2029, 8, 17), name="Proklamasi Kemerdekaan")
    count = Holiday.objects.count()
    typed = {"lines": LIST, "kind": "national"}
    answer = cast.browser("admin").post("/setup/holidays/paste/", typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("Menggantikan Buruh", "Sudah ada", "Baru", 'name="save"'):
        assert words in page
    assert Holiday.objects.count() == count


def test_a_list_is_saved_as_a_whole(cast: Cast) -> None:
    row = Holiday.objects.create(date=date(2029, 5, 1), name="Buruh", source="kalender")
    typed = {"lines": LIST, "kind": "national", "source": "SKB 2029", "save": "1"}
    answer = cast.browser("admin").post("/setup/holidays/paste/", typed, follow=True)
    assert answer.redirect_chain == [("/setup/holidays/", 302)]
    rows = Holiday.objects.filter(date__year=2029).values_list("name", "kind", "source")
    assert list(rows) == [
        ("Hari Buruh", "national", "kalender"),
        ("Proklamasi Kemerdekaan", "national", "SKB 2029"),
        ("Cuti Bersama Natal", "leave", "SKB 2029"),
    ]
    row.refresh_from_db()
    assert row.name == "Hari Buruh"
    again = cast.browser("admin").post("/setup/holidays/paste/", typed, follow=True)
    assert "0" in again.content.decode()
    assert Event.objects.filter(kind__startswith="row.").count() == 3


def test_one_wrong_line_saves_none(cast: Cast) -> None:
    typed = {"lines": f"{LIST}\nbesok libur", "kind": "national", "save": "1"}
    answer = cast.browser("admin").post("/setup/holidays/paste/", typed)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "besok libur" in page
    assert 'name="save"' not in page
    assert not Holiday.objects.filter(date__year=2029).exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"lines": "", "kind": "national"},
        {"lines": "2029-05-01 A", "kind": "hari raya"},
        {"lines": "x" * 60_001, "kind": "national"},
        {"lines": "\n" * 100, "kind": "national", "save": "1"},
        {},
    ],
)
def test_a_form_that_makes_no_sense_is_400(cast: Cast, typed: dict[str, str]) -> None:
    assert (
        cast.browser("admin").post("/setup/holidays/paste/", typed).status_code == 400
    )


def test_the_service_itself_refuses(admin: User, rina: User) -> None:
    good, wrong = read_holidays("2029-05-01 A\nbesok", "national")
    many = read_holidays("\n".join(["2029-05-01 A"] * 900), "national")
    assert len(many) == 401
    for lines, by, code in (
        ([good], rina, "forbidden"),
        ([], admin, "invalid"),
        (many, admin, "invalid"),
        ([good, wrong], admin, "invalid"),
    ):
        with pytest.raises(DomainError) as caught:
            take_holidays(lines=lines, by=by)
        assert caught.value.code == code
    assert not Holiday.objects.filter(date__year=2029).exists()
