"""Tasks that wait for a person's signature, as rows of ``GET /api/inbox``."""

from typing import Any

from django.urls import reverse

from activities.models import STAGES, Task
from activities.queries.signers import behalf_by_task, tasks_asking
from core.accounts.models import User
from core.approvals.models import RecordKind


def tasks_to_sign(user: User, most: int) -> list[dict[str, Any]]:
    """The most urgent ones, own and on behalf of others."""
    rows = tasks_asking(user).order_by("ends_at", "id")
    tasks = list(rows[:most])
    behalf = behalf_by_task(tasks, user)
    return [_row(task, behalf.get(task.pk)) for task in tasks]


def _row(task: Task, other: User | None) -> dict[str, Any]:
    stage = STAGES.index(task.next_stage or STAGES[0])
    before = task.signed_at(STAGES[stage - 1]) if stage else None
    return {
        "kind": RecordKind.TASK,
        "record_type": Task._meta.label,
        "record_id": task.pk,
        "number": str(task.pk),
        "title": str(task),
        "step": stage + 1,
        "asked_at": before or task.created_at,
        "due_at": task.ends_at,
        "on_behalf_of": {"ext_user_id": other.ext_id, "name": str(other)}
        if other
        else None,
        "url": reverse("activities:task_detail", args=[task.pk]),
    }
