"""Columns and records of the Excel files of planned work (docs/contract.md#excel)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, InCharge, Task
from activities.queries.lookups import Lookups, all_lookups, people_names
from activities.queries.mine import waiting_word
from activities.queries.workload import Load
from core.accounts.queries import people_by_id
from core.db.paging import id_chunks
from core.files.xlsx import Column, workbook_response, write_columns

# As the predecessor's report had them; programs that ask the API read these words.
API_HEADS = (
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
API_NAME = "activities.xlsx"
REPORTED = (
    "kind",
    "ext_purchase_order_id",
    "ext_inquiry_id",
    "from_cache",
    "to_cache",
)


def _day(moment: Any) -> date | None:
    return timezone.localdate(moment) if moment else None


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """What all tasks of an activity share in the report."""

    kind: str
    order: str
    inquiry: str
    quotation: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """A task of the nine-column report."""

    task: str
    people: str
    hours: Decimal | None
    activity: ActivityFacts


REPORT_COLUMNS: list[Column[ReportRecord]] = [
    Column(_("Task"), 44, attrgetter("task")),
    Column(_("Type"), 10, attrgetter("activity.kind")),
    Column("PO", 34, attrgetter("activity.order")),
    Column(_("Inquiry"), 34, attrgetter("activity.inquiry")),
    Column(_("Quotation"), 24, attrgetter("activity.quotation")),
    Column(_("In charge"), 40, attrgetter("people")),
    Column(_("Hours"), 10, attrgetter("hours"), is_summed=True),
    Column(_("From"), 12, attrgetter("activity.first")),
    Column(_("To"), 12, attrgetter("activity.last")),
]
API_COLUMNS = [
    replace(column, head=head, is_summed=False)
    for column, head in zip(REPORT_COLUMNS, API_HEADS, strict=True)
]


@dataclass(frozen=True, slots=True)
class ListRecord:
    """An activity of the list."""

    row: Activity
    inquiry: str
    job: str
    people: str


# What the predecessor's page exported, and the description.
LIST_COLUMNS: list[Column[ListRecord]] = [
    Column("#", 8, attrgetter("row.pk")),
    Column(_("Type"), 10, lambda record: record.row.get_kind_display()),
    Column(_("Inquiry"), 34, attrgetter("inquiry")),
    Column(_("Job"), 30, attrgetter("job")),
    Column(_("Customer"), 28, attrgetter("row.customer")),
    Column(_("Description"), 44, attrgetter("row.description")),
    Column(_("From"), 12, lambda record: _day(record.row.from_cache)),
    Column(_("To"), 12, lambda record: _day(record.row.to_cache)),
    Column(_("In charge"), 40, attrgetter("people")),
    Column(_("Tasks"), 8, attrgetter("row.task_count"), is_summed=True),
    Column(_("Tasks done"), 12, attrgetter("row.done_count"), is_summed=True),
    Column(_("Total hours"), 12, attrgetter("row.hours"), is_summed=True),
]


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A task of a list of tasks."""

    row: Task
    people: str


TASK_COLUMNS: list[Column[TaskRecord]] = [
    Column("#", 8, attrgetter("row.pk")),
    Column(_("Task"), 44, lambda record: str(record.row)),
    Column(_("Activity"), 44, lambda record: str(record.row.activity)),
    Column(_("Customer"), 28, attrgetter("row.activity.customer")),
    Column(_("From"), 12, lambda record: _day(record.row.starts_at)),
    Column(_("To"), 12, lambda record: _day(record.row.ends_at)),
    Column(_("In charge"), 40, attrgetter("people")),
    Column(_("Hours"), 10, attrgetter("row.hours")),
    Column(_("Hours spent"), 12, attrgetter("row.hours_spent")),
    Column(_("Status"), 24, lambda record: waiting_word(record.row)),
    Column(_("Reason for lateness"), 24, lambda record: late_word(record.row)),
]
LOAD_COLUMNS: list[Column[Load]] = [
    Column(_("Name"), 32, attrgetter("name")),
    Column(_("Department"), 26, attrgetter("department")),
    Column("PrePO", 12, lambda load: load.by_kind[0], is_summed=True),
    Column("PostPO", 12, lambda load: load.by_kind[1], is_summed=True),
    Column(_("Others"), 12, lambda load: load.by_kind[2], is_summed=True),
    Column(_("Total hours"), 12, attrgetter("total"), is_summed=True),
    Column(_("Capacity"), 12, attrgetter("capacity"), is_summed=True),
    Column(_("Load (%)"), 14, attrgetter("percent")),
    Column(
        _("Free hours"), 12, lambda load: load.capacity - load.total, is_summed=True
    ),
    Column(_("Days of leave"), 12, attrgetter("away"), is_summed=True),
]


def report_records(rows: QuerySet[Activity]) -> Iterator[ReportRecord]:
    """The live tasks of the filtered activities, a bounded number in memory."""
    found, names = all_lookups(), people_names().by_id or {}
    for ids in id_chunks(rows):
        activities = Activity.objects.only(*REPORTED).in_bulk(ids)
        tasks = list(
            Task.objects.filter(activity__in=ids, deleted_at=None)
            .order_by("activity_id", "position", "id")
            .values_list("pk", "activity_id", "description", "hours")
        )
        people = people_by_task([row[0] for row in tasks])
        facts = {key: _facts(row, found) for key, row in activities.items()}
        for key, activity_id, description, hours in tasks:
            who = ", ".join(names.get(each, f"#{each}") for each in people[key])
            yield ReportRecord(description, who, hours, facts[activity_id])


def _facts(activity: Activity, found: Lookups) -> ActivityFacts:
    return ActivityFacts(
        kind=activity.get_kind_display(),
        order=found.order(activity),
        inquiry=found.inquiry(activity),
        quotation=found.quotation(activity),
        first=_day(activity.from_cache),
        last=_day(activity.to_cache),
    )


def people_by_task(task_ids: list[int]) -> Mapping[int, list[int]]:
    """Auth server ids of the people in charge, by task; one query."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = InCharge.objects.filter(task__in=task_ids, deleted_at=None).order_by("id")
    for task, person in rows.values_list("task_id", "ext_user_id"):
        found[task].append(person)
    return found


def task_records(ids: Collection[int]) -> Iterator[TaskRecord]:
    """These tasks, the most urgent first; for few at a time."""
    people = people_by_task(list(ids))
    names = people_by_id({key for group in people.values() for key in group})
    rows = Task.objects.alive().select_related("activity").filter(pk__in=ids)
    for task in rows.order_by("ends_at", "id"):
        who = ", ".join(_titled(names[key]) for key in people.get(task.pk, ()))
        yield TaskRecord(task, who)


def late_word(task: Task) -> str:
    """Why it is late, in words."""
    known = task.late_reason is not None
    return str(task.get_late_reason_display()) if known else ""


def list_file(
    title: str, rows: QuerySet[Activity], above: Sequence[str]
) -> FileResponse:
    """Activities of a list as a download; ``above``: what stands above the table."""
    file = write_columns(title, LIST_COLUMNS, list_records(rows), above=above)
    return workbook_response("Activities.xlsx", file)


def report_file(
    rows: QuerySet[Activity],
    columns: Sequence[Column[ReportRecord]],
    above: Sequence[str] = (),
) -> FileResponse:
    """The nine-column report as a download; programs get it without anything above its heads."""
    file = write_columns("Activities", columns, report_records(rows), above=above)
    return workbook_response("activity_tasks.xlsx" if above else API_NAME, file)


def list_records(rows: QuerySet[Activity]) -> Iterator[ListRecord]:
    """The activities of the filtered list, a bounded number in memory."""
    found = all_lookups()
    for ids in id_chunks(rows):
        people = people_by_activity(ids)
        names = people_by_id({key for group in people.values() for key in group})
        for row in Activity.objects.filter(pk__in=ids).order_by("pk"):
            who = ", ".join(_titled(names[key]) for key in people[row.pk])
            yield ListRecord(row, found.inquiry(row), found.job(row), who)


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
