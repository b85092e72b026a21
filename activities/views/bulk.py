"""What can be done with many tasks or activities at once."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.exports import (
    TASK_COLUMNS,
    list_file,
    task_records,
)
from activities.models import Activity, Task
from activities.queries.listing import sorted_activities
from activities.queries.lookups import planning_facts
from activities.services import edit_activity, edit_task, sign_off
from core.accounts.models import User
from core.accounts.services import needs_reentry
from core.errors import DomainError, invalid
from core.files.xlsx import workbook_response, write_columns
from core.http.wire import day_out
from core.lists.subjects import Act, Given, Pick, RowKind, Verb
from core.pages.excel_heads import above_ticked


def signing(by: User, given: Given) -> Act:
    """Sign the stage that each row showed, as oneself or for whom one stands in; the reason is that of
    the late ones of which nobody said any."""
    reason = {} if given.reason is None else _reason(given)

    def sign(task: Task, pick: Pick) -> None:
        if not pick.shown:
            raise DomainError(_("It does not wait for your signature."), "forbidden")
        stage, *other = pick.shown
        sign_off(
            task_id=task.pk,
            stage=stage,
            by=by,
            confirmed=given.confirmed,
            on_behalf_of=int(other[0]) if other and other[0].isdigit() else None,
            said=reason if task.owes_reason else None,
        )

    return sign


def assigning(by: User, given: Given) -> Act:
    """One person in charge of each task, in the place of those who were."""
    if given.person is None:
        raise invalid("person", _("Choose the person who takes over."))
    fields, facts = {"people": [given.person]}, planning_facts()

    def assign(task: Task, _pick: Pick) -> None:
        edit_task(task_id=task.pk, by=by, fields=fields, facts=facts)

    return assign


def moving(by: User, given: Given) -> Act:
    """Another last day for each task; the reason why it is late, if one was given."""
    fields: dict[str, Any] = {"ends_at": day_out(_day(given))}
    if given.reason is not None:
        fields |= _reason(given)
    facts = planning_facts()

    def move(task: Task, _pick: Pick) -> None:
        edit_task(task_id=task.pk, by=by, fields=fields, facts=facts)

    return move


def shifting(by: User, given: Given) -> Act:
    """Each activity ends on another day: its tasks that are not complete move together."""
    day, facts = _day(given), planning_facts()

    def shift(activity: Activity, _pick: Pick) -> None:
        edit_activity(
            activity_id=activity.pk,
            by=by,
            tasks=shifted(activity, day),
            content_revision=activity.content_revision,
            facts=facts,
        )

    return shift


def shifted(activity: Activity, day: date) -> list[dict[str, Any]]:
    """The tasks that are not complete, so many days later or earlier that the last ends on this day."""
    rows = activity.tasks.filter(deleted_at=None, completed_date_manager=None)
    tasks = list(rows.exclude(ends_at=None))
    last = max((task.ends_at for task in tasks if task.ends_at), default=None)
    if last is None:
        raise DomainError(
            _("It has no open task with an end date."), "illegal_transition"
        )
    by_days = day - timezone.localdate(last)
    return [
        {
            "id": task.pk,
            "starts_at": task.starts_at and task.starts_at + by_days,
            "ends_at": task.ends_at and task.ends_at + by_days,
        }
        for task in tasks
    ]


def _reason(given: Given) -> dict[str, Any]:
    return {"late_reason": given.reason, "late_note": given.note}


def _day(given: Given) -> date:
    if given.day is None:
        raise invalid("day", _("Choose the new end date."))
    return given.day


def _export_activities(ids: Collection[int], by: User) -> HttpResponseBase:
    rows = sorted_activities(Activity.objects.alive().filter(pk__in=ids), "")
    above = above_ticked(_("Activities"), len(ids), by)
    return list_file("Activities", rows, above)


def _export_tasks(ids: Collection[int], by: User) -> HttpResponseBase:
    file = write_columns(
        _("Tasks"),
        TASK_COLUMNS,
        task_records(ids),
        above=above_ticked(_("Tasks"), len(ids), by),
    )
    return workbook_response("Tasks.xlsx", file)


def _tasks(ids: Collection[int]) -> dict[int, Task]:
    return Task.objects.alive().select_related("activity").in_bulk(ids)


ACTIVITIES = RowKind(
    name="activity",
    rows=lambda ids: Activity.objects.alive().in_bulk(ids),
    url=lambda row: reverse("activities:activity_detail", args=[row.pk]),
    export=_export_activities,
    verbs={"move": Verb(shifting)},
)
TASKS = RowKind(
    name="task",
    rows=_tasks,
    url=lambda row: reverse("activities:task_detail", args=[row.pk]),
    export=_export_tasks,
    verbs={
        "sign": Verb(signing, lambda _rows: needs_reentry()),
        "assign": Verb(assigning),
        "move": Verb(moving),
    },
    reasons=Task.LateReason.choices,
)
WORKED = (ACTIVITIES, TASKS)
