"""Rows of the API, assembled from ``.values()``: no model objects on the way.

Names are the wire's; ``selectedSupportDocId`` and ``supportTableId`` are two names of one value
(docs/contract.md#two-spellings).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from activities.models import Activity, InCharge, Task
from core.http.wire import without_nulls

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
    "completed_date_pic": "completedDatePic",
    "completed_date_spv": "completedDateSpv",
    "completed_date_manager": "completedDateManager",
    "completed_by_pic_id": "completedByPicId",
    "completed_by_spv_id": "completedBySpvId",
    "completed_by_manager_id": "completedByManagerId",
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
