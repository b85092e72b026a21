"""The Excel files of planned work cell by cell, and those that the worker makes."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone, translation

from activities import tasks as jobs
from activities.exports import (
    API_COLUMNS,
    API_HEADS,
    LIST_COLUMNS,
    LOAD_COLUMNS,
    REPORT_COLUMNS,
    list_records,
    report_records,
)
from activities.models import Activity, Export
from activities.queries.workload import Load
from activities.services import remove_activity, remove_task
from activities.tasks import forget_exports, is_long, make_export, order_export
from activities.tests.conftest import a_task, an_activity, at, signed, the_task
from core.accounts.models import User
from core.db.paging import id_chunks
from core.files.xlsx import write_columns
from tests.excel import records_of
from tests.people import content_of, make_person

pytestmark = pytest.mark.django_db
FIRST, LAST = at("2026-03-16 00:30"), at("2026-03-18 23:30")
DAYS = {"starts_at": FIRST, "ends_at": LAST}


def rows_of(file: Any) -> list[tuple[Any, ...]]:
    """The rows of a workbook; moments as days."""
    sheet = openpyxl.load_workbook(BytesIO(file)).active
    assert sheet is not None
    return [
        tuple(v.date() if isinstance(v, datetime) else v for v in row)
        for row in records_of(sheet)
    ]


def sheet(columns: Any, records: Any) -> list[tuple[Any, ...]]:
    """The rows of a file of these records."""
    with translation.override("en"), write_columns("x", columns, records) as file:
        return rows_of(file.read())


def test_the_list_says_all_of_an_activity(agus: User, rina: User) -> None:
    make_person(31, "Tuti", department_name="Arsip")
    activity = an_activity(
        agus,
        a_task("SLD", agus, hours="1.5", **DAYS),
        {"description": "FAT", "people": [31, 12, 999]},
        kind=2,
    )
    signed(the_task(activity), rina, rina, rina)
    heads, row = sheet(LIST_COLUMNS, list_records(Activity.objects.all()))
    assert heads == (
        *("#", "Type", "Inquiry", "Job", "Customer", "Description", "From", "To"),
        *("In charge", "Tasks", "Tasks done", "Total hours"),
    )
    assert row[:6] == (activity.pk, "Others", None, None, "PT Contoh", "Panel LVMDP")
    assert row[6:8] == (date(2026, 3, 16), date(2026, 3, 18))
    assert row[8] == "Agus, Tuti (Arsip), #999"
    assert row[9:] == (2, 1, 1.5)


def test_the_report_has_a_row_per_live_task_with_the_activitys_days(
    agus: User, budi: User
) -> None:
    activity = an_activity(
        agus,
        a_task("kedua", agus, budi, position=2, hours=2, **DAYS),
        a_task("pertama", position=1, hours=None, starts_at=None, ends_at=None),
        a_task("dihapus", agus),
    )
    last = activity.tasks.get(description="dihapus")
    remove_task(task_id=last.pk, by=agus)
    _heads, *rows = sheet(REPORT_COLUMNS, report_records(Activity.objects.all()))
    days = (date(2026, 3, 16), date(2026, 3, 18))
    assert [(row[0], row[1], row[6], *row[7:]) for row in rows] == [
        ("pertama", "PrePO", None, *days),
        ("kedua", "PrePO", 2, *days),
    ]
    assert [row[5] for row in rows] == [None, "#12, #101"]


def test_programs_read_other_heads_over_the_same_columns() -> None:
    with translation.override("en"):
        assert [str(column.head) for column in API_COLUMNS] == list(API_HEADS)
    for ours, theirs in zip(REPORT_COLUMNS, API_COLUMNS, strict=True):
        assert (ours.width, ours.value) == (theirs.width, theirs.value)


def test_the_load_says_hours_and_what_is_free() -> None:
    kinds = (Decimal(10), Decimal("2.5"), Decimal(40))
    load = Load(1, "Agus", "Engineering", kinds, Decimal(40), away=2)
    heads, row = sheet(LOAD_COLUMNS, [load])
    assert heads[5:9] == ("Total hours", "Capacity", "Load (%)", "Free hours")
    assert heads[9:] == ("Days of leave",)
    assert row == ("Agus", "Engineering", 10, 2.5, 40, 52.5, 40, 131, -12.5, 2)


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "-2"])
def test_a_text_is_no_formula(agus: User, text: str) -> None:
    an_activity(agus, a_task(text, agus), customer=text)
    _heads, row = sheet(LIST_COLUMNS, list_records(Activity.objects.all()))
    assert row[4] == text
    _heads, row = sheet(REPORT_COLUMNS, report_records(Activity.objects.all()))
    assert row[0] == text


@pytest.mark.parametrize("size", [1, 2, 500])
def test_every_row_is_written_once_however_they_are_read(
    agus: User, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    in_chunks = partial(id_chunks, size=size)
    monkeypatch.setattr("activities.exports.id_chunks", in_chunks)
    for number in range(5):
        an_activity(agus, a_task(str(number), agus))
    names = [row.task for row in report_records(Activity.objects.all())]
    assert sorted(names) == ["0", "1", "2", "3", "4"]
    assert len(list(list_records(Activity.objects.all()))) == 5


# --- Made by the worker ------------------------------------------------------------------


def made(by: User, report: str, query: str = "", language: str = "en") -> Export:
    """A file that was ordered and made."""
    with translation.override(language):
        export = order_export(by=by, report=report, query=query, total=0)
    make_export.func(export.pk)
    return Export.objects.get(pk=export.pk)


def content(export: Export) -> list[tuple[Any, ...]]:
    """Rows of a file that was made."""
    with default_storage.open(export.stored_name) as file:
        return rows_of(file.read())


@pytest.mark.parametrize(
    ("report", "query", "count"),
    [
        ("list", "", 3),
        ("tasks", "", 4),
        ("list", "kind=2", 1),
        ("tasks", "kind=2", 2),
        ("list", "kind=9", 0),
        ("list", "mine=planned", 2),
        ("tasks", "mine=waiting", 1),
    ],
)
def test_the_worker_writes_what_its_owner_saw(
    agus: User, hendi: User, report: str, query: str, count: int
) -> None:
    an_activity(agus, a_task("A", agus))
    an_activity(agus, a_task("B", hendi), a_task("C", hendi), kind=2)
    an_activity(hendi, a_task("D", hendi))
    gone = an_activity(agus, a_task("E", agus))
    remove_activity(activity_id=gone.pk, by=agus)
    export = made(agus, report, query)
    assert (export.state, export.done) == ("ready", count)
    assert len(content(export)) == count + 1


@pytest.mark.parametrize(("language", "head"), [("en", "Type"), ("id", "Jenis")])
def test_a_file_is_in_its_owners_language(agus: User, language: str, head: str) -> None:
    assert content(made(agus, "list", language=language))[0][1] == head


def test_progress_is_noted_on_the_way(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_activity(agus, *[a_task(str(n), agus) for n in range(5)])
    seen: list[int] = []
    note = jobs._note

    def watch(export: Export, **values: Any) -> None:
        seen.extend([values["done"]] if "done" in values else [])
        note(export, **values)

    monkeypatch.setattr(jobs, "STEP", 2)
    monkeypatch.setattr(jobs, "_note", watch)
    made(agus, "tasks")
    assert seen == [0, 2, 4, 5]


def test_a_file_that_cannot_be_kept_is_noted_as_failed(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(default_storage, "save", full)
    export = made(agus, "list")
    assert (export.state, export.stored_name) == ("failed", "")


def test_a_file_that_is_ready_is_not_made_again(agus: User) -> None:
    export = made(agus, "list")
    make_export.func(export.pk)
    assert Export.objects.get().stored_name == export.stored_name


@pytest.mark.parametrize(
    ("days", "state", "is_kept"),
    [(6, "ready", True), (8, "ready", False), (8, "failed", False)],
)
def test_files_are_forgotten_after_a_week(
    agus: User, days: int, state: str, *, is_kept: bool
) -> None:
    export = made(agus, "list")
    old = timezone.now() - timedelta(days=days)
    Export.objects.update(created_at=old, state=state)
    assert forget_exports() == int(not is_kept)
    assert Export.objects.exists() is is_kept
    assert default_storage.exists(export.stored_name) is is_kept


@pytest.mark.parametrize(
    ("limit", "is_list_long", "is_report_long"),
    [(1, True, True), (2, False, True), (3, False, False)],
)
def test_a_file_is_long_by_its_rows(
    agus: User,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
    *,
    is_list_long: bool,
    is_report_long: bool,
) -> None:
    an_activity(agus, a_task("A"), a_task("B"), a_task("C"))
    an_activity(agus)
    monkeypatch.setattr(jobs, "LONG", limit)
    rows = Activity.objects.alive()
    assert is_long(rows, "list") is is_list_long
    assert is_long(rows, "tasks") is is_report_long


def test_the_page_gives_short_files_at_once_and_only_to_the_logged_in(
    agus: User, as_person: Any, client: Any, sandbox: Any
) -> None:
    an_activity(agus, a_task("A", agus))
    for query in ("", "?report=tasks", "?report=unknown"):
        answer = as_person(agus).get(f"/activities/excel/{query}")
        assert len(rows_of(content_of(answer))) == 2
        assert client.get(f"/activities/excel/{query}").status_code == 302
    assert as_person(agus).get("/activities/excel/?kind=9").status_code == 400
    assert not Export.objects.exists()
