"""The API of activities: its rows, and its filters (docs/contract.md#filters-of-activities).

Rows are assembled from ``.values()``: no model objects on the way. Filters are all SQL.

Names are the wire's; ``selectedSupportDocId`` and ``supportTableId`` are two names of one value
(docs/contract.md#two-spellings).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, InCharge, Task
from core.errors import invalid
from core.http.wire import INT64, parse_moment, without_nulls
from core.text.ids import as_id
from core.text.months import end_of_day

DATE_LENGTH = len("2026-01-07")
FLAGS = {"true": True, "1": True, "false": False, "0": False, "": False}
Row = dict[str, Any]
Names = Mapping[int, str]
ACTIVITY = {
    "id": "id",
    "pic": "pic",
    "customer": "customer",
    "description": "description",
    "date": "date",
    "kind": "type",
    "ext_engineering_detail_problem_id": "extEngineeringDetailProblemId",
    "from_cache": "fromCache",
    "to_cache": "toCache",
    "ext_job_id": "extJobId",
    "ext_inquiry_id": "extInquiryId",
    "ext_panel_code_id": "extPanelCodeId",
    "ext_purchase_order_id": "extPurchaseOrderId",
    "support_table_id": "selectedSupportDocId",
    "origin": "origin",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}
TASK = {
    "id": "id",
    "description": "description",
    "activity_id": "engineeringActivityId",
    "starts_at": "from",
    "ends_at": "to",
    "hours": "hours",
    "hours_spent": "hoursSpent",
    "completed_date_pic": "completedDatePic",
    "completed_date_spv": "completedDateSpv",
    "completed_date_manager": "completedDateManager",
    "completed_by_pic_id": "completedByPicId",
    "completed_by_spv_id": "completedBySpvId",
    "completed_by_manager_id": "completedByManagerId",
    "completed_for_spv_id": "spvOnBehalfOfExtUserId",
    "completed_for_manager_id": "managerOnBehalfOfExtUserId",
    "remark": "remark",
    "ext_panel_code_id": "extPanelCodeId",
    "late_reason": "lateReason",
    "late_note": "lateNote",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}
IN_CHARGE = {
    "id": "id",
    "ext_user_id": "extUserId",
    "task_id": "taskId",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}
KINDS = dict(Activity.Kind.choices)


def wire_row(row: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    """One row under its wire names, without nulls."""
    return {wire: row[name] for name, wire in names.items() if row[name] is not None}


def activity_row(row: Mapping[str, Any]) -> Row:
    """The header of an activity: its type by name, the document under both names."""
    found = wire_row(row, ACTIVITY)
    found["type"] = str(KINDS[row["kind"]])
    return found | without_nulls({"supportTableId": row["support_table_id"]})


def activity_rows(ids: Sequence[int], names: Names | None = None) -> list[Row]:
    """Entities with live tasks and people, in the order of the ids; three queries."""
    rows = Activity.objects.filter(pk__in=ids).values(*ACTIVITY)
    headers = {row["id"]: row for row in rows}
    tasks: dict[int, list[Row]] = defaultdict(list)
    for task in task_rows(Task.objects.filter(activity__in=ids), names):
        tasks[task["engineeringActivityId"]].append(task)
    return [
        activity_row(headers[key]) | {"tasks": tasks[key]}
        for key in ids
        if key in headers
    ]


def task_rows(tasks: QuerySet[Task], names: Names | None = None) -> list[Row]:
    """Live tasks with their live people, by activity and place; two queries."""
    rows = list(
        tasks.filter(deleted_at=None)
        .order_by("activity_id", "position", "id")
        .values(*TASK)
    )
    people = in_charge_rows([row["id"] for row in rows], names)
    return [wire_row(row, TASK) | {"inCharges": people[row["id"]]} for row in rows]


def in_charge_rows(
    task_ids: Sequence[int], names: Names | None = None
) -> dict[int, list[Row]]:
    """Live people by task; with ``names`` also ``picName``, "" for an unknown person."""
    found: dict[int, list[Row]] = defaultdict(list)
    rows = InCharge.objects.filter(task__in=task_ids, deleted_at=None).order_by("id")
    for row in rows.values(*IN_CHARGE):
        entry = wire_row(row, IN_CHARGE)
        if names is not None:
            entry["picName"] = names.get(row["ext_user_id"], "")
        found[row["task_id"]].append(entry)
    return found


def each_activity(chunks: Iterable[list[int]], names: Names | None) -> Iterator[Row]:
    """The whole list, a bounded number of rows in memory at a time."""
    for ids in chunks:
        yield from activity_rows(ids, names)


def tasks_with_activity(
    tasks: QuerySet[Task], names: Names, *, is_full: bool
) -> list[Row]:
    """A task as the predecessor's ``TaskDto``; ``is_full`` adds the activity without its tasks."""
    rows = task_rows(tasks, names)
    if not is_full:
        return rows
    ids = {row["engineeringActivityId"] for row in rows}
    headers = {
        row["id"]: activity_row(row)
        for row in Activity.objects.filter(pk__in=ids).values(*ACTIVITY)
    }
    return [
        row | {"engineeringActivity": headers[row["engineeringActivityId"]]}
        for row in rows
    ]


# --- Filters ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApiFilters:
    """The query of one request, read and checked."""

    rows: QuerySet[Activity]
    with_names: bool
    is_excel: bool


def asked_activities(query: Mapping[str, str]) -> ApiFilters:
    """Read the query; empty means absent. Raises DomainError ``invalid`` with the name."""
    given = {name.casefold(): value.strip() for name, value in query.items()}
    rows: QuerySet[Activity] = Activity.objects.alive()
    first, last = _moment(given, "from"), _moment(given, "to", is_end=True)
    if first and last and first > last:
        # The old page asks so between its two date fields; a refusal blanks its list.
        rows = rows.none()
    # A period finds what touches it (docs/contract.md#filters-of-activities).
    if first:
        rows = rows.filter(to_cache__gte=first)
    if last:
        rows = rows.filter(from_cache__lte=last)
    if inquiry := number_of(given, "extInquiryId"):
        rows = rows.filter(ext_inquiry_id=inquiry)
    if document := number_of(given, "supportTableId"):
        rows = rows.filter(support_table_id=document)
    if task := number_of(given, "taskId"):
        rows = rows.filter(
            pk__in=Task.objects.alive().filter(pk=task).values("activity")
        )
    if person := number_of(given, "userId"):
        rows = in_charge_of(rows, person)
    return ApiFilters(rows, flag_of(given, "withUserNames"), flag_of(given, "excel"))


def in_charge_of(rows: QuerySet[Activity], *people: int) -> QuerySet[Activity]:
    """Activities of which one of the people does a live task."""
    theirs = InCharge.objects.filter(
        deleted_at=None, ext_user_id__in=people, task__deleted_at=None
    )
    return rows.filter(pk__in=theirs.order_by().values("task__activity"))


def number_of(given: Mapping[str, str], name: str) -> int | None:
    """A whole number of the query; empty and absent are None."""
    text = given.get(name.casefold(), given.get(name, ""))
    if not text:
        return None
    number = as_id(text.removeprefix("-"), len(str(INT64)))
    if number is None or number > INT64:
        raise invalid(name, _("A whole number is needed."))
    return -number if text.startswith("-") else number


def flag_of(given: Mapping[str, str], name: str) -> bool:
    """true or false of the query; empty and absent are false."""
    text = given.get(name.casefold(), given.get(name, "")).lower()
    if text not in FLAGS:
        raise invalid(name, _("true or false is needed."))
    return FLAGS[text]


def _moment(
    given: Mapping[str, str], name: str, *, is_end: bool = False
) -> datetime | None:
    """A day as the end of a period counts to its last moment."""
    text = given.get(name, "")
    if not text:
        return None
    moment = parse_moment(text)
    if moment is None:
        raise invalid(name, _("A date is needed, such as 2026-01-07."))
    is_day = is_end and len(text) <= DATE_LENGTH
    return end_of_day(timezone.localdate(moment)) if is_day else moment
