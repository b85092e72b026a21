"""Columns and rows of the Excel files of planned work (docs/contract.md#excel)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, InCharge, Task
from activities.queries.names import Lookups, books, people_names
from activities.queries.people import people_by_id
from activities.queries.workload import Load
from core.db.paging import id_chunks
from core.files.xlsx import workbook_response, write_workbook

Cells = list[object]
# As the predecessor's report had them; programs that ask the API read these words.
API_HEADERS = (
    "Task Name",
    "Type",
    "PO",
    "Inq",
    "Quo",
    "In Charge",
    "Hours",
    "Start Date",
    "End Date",
)
REPORT_WIDTHS = (44, 10, 34, 34, 24, 40, 10, 12, 12)
REPORTED = (
    "kind",
    "ext_purchase_order_id",
    "ext_inquiry_id",
    "from_cache",
    "to_cache",
)
LIST_WIDTHS = (8, 10, 34, 30, 28, 44, 12, 12, 40, 8, 12, 12)
LOAD_WIDTHS = (32, 26, 12, 12, 12, 12, 12, 14, 12)


def report_rows(rows: QuerySet[Activity]) -> Iterator[Cells]:
    """A row per live task of the filtered activities, a bounded number in memory."""
    found, names = books(), people_names().by_id or {}
    for ids in id_chunks(rows):
        activities = Activity.objects.only(*REPORTED).in_bulk(ids)
        tasks = list(
            Task.objects.filter(activity__in=ids, deleted_at=None)
            .order_by("activity_id", "position", "id")
            .values_list("pk", "activity_id", "description", "hours")
        )
        people = people_by_task([row[0] for row in tasks])
        texts = {key: _about(row, found) for key, row in activities.items()}
        for key, activity_id, description, hours in tasks:
            who = ", ".join(names.get(each, f"#{each}") for each in people[key])
            before, after = texts[activity_id]
            yield [description, *before, who, hours, *after]


def _about(activity: Activity, found: Lookups) -> tuple[Cells, Cells]:
    """The columns that all tasks of an activity share, before and after their own."""
    before: Cells = [
        activity.get_kind_display(),
        found.order(activity),
        found.inquiry(activity),
        found.quotation(activity),
    ]
    return before, [_day(activity.from_cache), _day(activity.to_cache)]


def _day(moment: Any) -> date | None:
    return timezone.localdate(moment) if moment else None


def people_by_task(task_ids: list[int]) -> Mapping[int, list[int]]:
    """Auth server ids of the people in charge, by task; one query."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = InCharge.objects.filter(task__in=task_ids, deleted_at=None).order_by("id")
    for task, person in rows.values_list("task_id", "ext_user_id"):
        found[task].append(person)
    return found


def report_headers() -> list[str]:
    """The same for people, in their language."""
    return [
        _("Task"),
        _("Type"),
        "PO",
        _("Inquiry"),
        _("Quotation"),
        _("In charge"),
        _("Hours"),
        _("From"),
        _("To"),
    ]


def report_workbook(rows: Iterable[Cells], heads: Sequence[str]) -> IO[bytes]:
    """The nine-column report as a file."""
    return write_workbook("Activities", heads, rows, REPORT_WIDTHS)


def report_file(rows: QuerySet[Activity], heads: Sequence[str]) -> FileResponse:
    """The nine-column report as a download."""
    file = report_workbook(report_rows(rows), heads)
    return workbook_response("activities.xlsx", file)


def list_headers() -> list[str]:
    """Columns of the list: those that the predecessor's page exported, and the description."""
    return [
        "#",
        _("Type"),
        _("Inquiry"),
        _("Job"),
        _("Customer"),
        _("Description"),
        _("From"),
        _("To"),
        _("In charge"),
        _("Tasks"),
        _("Tasks done"),
        _("Total hours"),
    ]


def list_rows(rows: QuerySet[Activity]) -> Iterator[Cells]:
    """A row per activity of the filtered list."""
    found = books()
    for ids in id_chunks(rows):
        people = people_by_activity(ids)
        names = people_by_id({key for group in people.values() for key in group})
        for row in Activity.objects.filter(pk__in=ids).order_by("pk"):
            yield [
                row.pk,
                row.get_kind_display(),
                found.inquiry(row),
                found.job(row),
                row.customer,
                row.description,
                _day(row.from_cache),
                _day(row.to_cache),
                ", ".join(_titled(names[key]) for key in people[row.pk]),
                row.task_count,
                row.done_count,
                row.hours,
            ]


def _titled(face: Any) -> str:
    return (
        f"{face.name} ({face.department_name})" if face.department_name else face.name
    )


def people_by_activity(ids: Iterable[int]) -> Mapping[int, list[int]]:
    """Auth server ids of the people in charge of live tasks, by activity; one query."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = (
        InCharge.objects.filter(
            task__activity__in=list(ids), task__deleted_at=None, deleted_at=None
        )
        .order_by("id")
        .values_list("task__activity_id", "ext_user_id")
    )
    for activity, person in rows:
        if person not in found[activity]:
            found[activity].append(person)
    return found


def load_headers() -> list[str]:
    """Columns of the workload."""
    return [
        _("Name"),
        _("Department"),
        "PrePO",
        "PostPO",
        "Others",
        _("Total hours"),
        _("Capacity"),
        _("Load (%)"),
        _("Free hours"),
    ]


def load_rows(loads: Iterable[Load]) -> Iterator[Cells]:
    """A row per person."""
    for load in loads:
        yield [
            load.name,
            load.department,
            *load.by_kind,
            load.total,
            load.capacity,
            load.percent,
            load.capacity - load.total,
        ]
