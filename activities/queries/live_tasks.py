"""The tasks that live: the people in charge, sums, PPIC's work order, what is planned when and late."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.utils import timezone

from activities.models import Activity, InCharge, Task
from core.text.canonical_json import plain
from core.text.months import start_of_day

Row = dict[str, Any]


def in_charge_ids(task: Task) -> frozenset[int]:
    """Auth server ids of the people in charge of a task now."""
    rows = InCharge.objects.filter(task=task, deleted_at=None)
    return frozenset(rows.values_list("ext_user_id", flat=True))


def is_in_charge_of_activity(activity_id: int, ext_id: int | None) -> bool:
    """Whether a person is in charge of any live task of an activity."""
    if ext_id is None:
        return False
    rows = InCharge.objects.filter(
        task__activity=activity_id,
        task__deleted_at=None,
        deleted_at=None,
        ext_user_id=ext_id,
    )
    return rows.exists()


def sums_of(activity: Activity) -> dict[str, object]:
    """Span, counts and hours over all stored live tasks, whatever a request held."""
    found = activity.tasks.filter(deleted_at=None).aggregate(
        from_cache=Min("starts_at"),
        to_cache=Max("ends_at"),
        task_count=Count("pk"),
        pic_count=Count("completed_date_pic"),
        spv_count=Count("completed_date_spv"),
        done_count=Count("completed_date_manager"),
        hours=Sum("hours"),
    )
    return {**found, "hours": found["hours"] or 0}


# --- The work order (docs/contract.md#work-orders) ------------------------------


def work_order(activity: Activity) -> Row:
    """The body of ``ext-meetingtasks-proto-save`` and ``-update``, with the activity's id."""
    tasks = list(activity.tasks.filter(deleted_at=None).order_by("position", "id"))
    people = _people([task.pk for task in tasks])
    total = _number(sum((task.hours or Decimal(0) for task in tasks), Decimal(0)))
    task_list = {
        "masterJavaBaseModel": _base(activity),
        "name": activity.description,
        "extInChargeId": activity.pic or None,
        "extCustomerId": activity.customer or None,
        "extJobId": _text(activity.ext_job_id),
        "extPanelCodeId": _text(activity.ext_panel_code_id),
        "extPurchaseOrderId": _text(activity.ext_purchase_order_id),
        "totalTimeHours": total,
        "meetingTasks": [_task(task, people[task.pk], total) for task in tasks],
    }
    return {
        "engineeringActivityId": activity.pk,
        "taskLists": [{"taskList": task_list}],
    }


def _people(task_ids: list[int]) -> dict[int, list[InCharge]]:
    found: dict[int, list[InCharge]] = defaultdict(list)
    for row in InCharge.objects.filter(task__in=task_ids, deleted_at=None):
        found[row.task_id].append(row)
    return found


def _task(task: Task, people: list[InCharge], total: int | Decimal) -> Row:
    is_done = task.completed_date_pic and task.completed_date_spv
    end = _day(task.ends_at)
    return {
        "masterJavaBaseModel": _base(task),
        "description": task.description,
        "durationMins": round((task.hours or Decimal(0)) * 60),
        "start": _day(task.starts_at),
        "deadline": end,
        "target": end,
        "meetingTaskTargetDates": [{"date": end}],
        "meetingTaskInCharges": [_person(row, task, total) for row in people],
        "status": "COMPLETED" if is_done else "OUTSTANDING",
        "extPicCompletedDate": _day(task.completed_date_pic),
        "completedDate": _day(task.completed_date_spv),
        "remark": task.remark or None,
    }


def _person(row: InCharge, task: Task, total: int | Decimal) -> Row:
    return {
        "extUserId": str(row.ext_user_id),
        "totalTimeHoursTask": _number(task.hours or Decimal(0)),
        "totalTimeHours": total,
        "masterJavaBaseModel": _base(row),
    }


def _base(row: Activity | Task | InCharge) -> Row:
    return {"createdAt": plain(row.created_at), "updatedAt": plain(row.updated_at)}


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _day(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).date().isoformat() if moment else None


def _number(value: Decimal) -> int | Decimal:
    """A whole number as such; a fraction goes out as text, as the ledger spells it and as
    protobuf's JSON reads it."""
    return int(value) if value == value.to_integral_value() else value


# --- In time ----------------------------------------------------------------------


def activities_between(first: datetime, last: datetime) -> QuerySet[Activity]:
    """Activities whose span touches the period, both ends included."""
    return (
        Activity.objects.alive()
        .filter(to_cache__gte=first, from_cache__lte=last)
        .order_by("to_cache", "id")
    )


def overdue_tasks(now: datetime | None = None) -> QuerySet[Task]:
    """Unfinished tasks whose last day is over, longest first."""
    rows = Task.objects.unfinished().filter(ends_at__lt=late_before(now))
    return rows.select_related("activity").order_by("ends_at", "id")


def late_before(now: datetime | None = None) -> datetime:
    """The begin of today in Jakarta; an end before it is late."""
    return start_of_day(timezone.localdate(now))
