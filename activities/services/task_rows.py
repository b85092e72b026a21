"""Tasks under the lock of their activity: put in, changed, taken out. No verb by itself."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, InCharge, Task
from activities.queries.live_tasks import in_charge_ids
from activities.queries.lookups import Facts
from activities.services.field_values import (
    PLANNED,
    SAID,
    TASK,
    Data,
    apply_task,
    difference,
    people_of,
    refuse_many,
    require_people,
    snapshot,
)
from activities.signals import in_charges_changed, task_added, task_removed
from core.accounts.models import User
from core.errors import DomainError, invalid
from core.ledger.services import record

Given = tuple[Data, str]


def insert_task(
    activity: Activity, by: User, data: Data, facts: Facts, place: str = ""
) -> Task:
    """A new task with its people; they hear of it."""
    # Removed tasks count, too: no place is given twice.
    task = Task(activity=activity, position=activity.tasks.count())
    apply_task(task, data, place)
    people = people_of(data, (), place)
    require_people(people, people, facts, place)
    task.save(force_insert=True)
    _add_people(task, people)
    after = snapshot(task, PLANNED) | {
        "activity": activity.pk,
        "people": sorted(people),
    }
    event = record(task, "task.added", by=by, after=after)
    task_added.send(Task, task=task, by=by, event=event, people=people)
    return task


def change_task(
    task: Task, by: User, data: Data, facts: Facts, place: str = ""
) -> bool:
    """Change what was sent; whether anything did change."""
    before = snapshot(task, TASK)
    apply_task(task, data, place)
    was, now = difference(before, snapshot(task, TASK))
    present = list(task.in_charges.filter(deleted_at=None))
    old = frozenset(row.ext_user_id for row in present)
    people = people_of(data, present, place)
    added, removed = people - old, old - people
    require_people(people, added, facts, place)
    if not (now or added or removed):
        return False
    _refuse_finished(task, {*now, *(("people",) if added or removed else ())})
    task.save(update_fields=[*TASK, "updated_at"])
    _add_people(task, added)
    _drop_people(task, removed)
    if added or removed:
        was["people"], now["people"] = sorted(old), sorted(people)
    event = record(task, "task.edited", by=by, before=was, after=now)
    if added or removed:
        in_charges_changed.send(
            Task, task=task, by=by, event=event, added=added, removed=removed
        )
    return True


def _refuse_finished(task: Task, changed: set[str]) -> None:
    """A task that the manager signed stands; only what was said of the work may still change."""
    if task.completed_date_manager and changed - set(SAID):
        raise DomainError(
            _("“%s” is complete. Undo the manager's signature before you change it.")
            % task,
            "illegal_transition",
        )


def _add_people(task: Task, people: frozenset[int]) -> None:
    InCharge.objects.bulk_create(
        [InCharge(task=task, ext_user_id=person) for person in sorted(people)]
    )


def _drop_people(task: Task, people: frozenset[int]) -> None:
    now = timezone.now()
    rows = task.in_charges.filter(deleted_at=None, ext_user_id__in=people)
    rows.update(deleted_at=now, updated_at=now)


def soft_delete_task(task: Task, by: User) -> None:
    """Remove a task softly; its notices close."""
    task.deleted_at = timezone.now()
    task.save(update_fields=["deleted_at", "updated_at"])
    event = record(
        task,
        "task.removed",
        by=by,
        before={"people": sorted(in_charge_ids(task))},
    )
    task_removed.send(Task, task=task, by=by, event=event)


def merge_tasks(activity: Activity, by: User, tasks: Any, facts: Facts) -> list[Task]:
    """Insert, change and remove as sent; returns those that changed, absent ones stay."""
    rows = list(tasks or ())
    stored = {task.pk: task for task in activity.tasks.filter(deleted_at=None)}
    new = sum(not row.get("id") and not row.get("deleted_at") for row in rows)
    refuse_many(max(len(rows), len(stored) + new))
    changed = [
        _merge(activity, by, row, stored, facts, f"tasks[{number}].")
        for number, row in enumerate(rows)
    ]
    return [task for task in changed if task is not None]


def _merge(
    activity: Activity,
    by: User,
    data: Data,
    stored: dict[int, Task],
    facts: Facts,
    place: str,
) -> Task | None:
    if not data.get("id"):
        if data.get("deleted_at"):
            return None
        return insert_task(activity, by, data, facts, place)
    task = stored.get(data["id"])
    if task is None:
        if activity.tasks.filter(pk=data["id"]).exists():
            return None  # removed before: it stays so
        raise invalid(f"{place}id", _("It belongs to another activity."))
    if data.get("deleted_at"):
        soft_delete_task(task, by)
        return task
    return task if change_task(task, by, data, facts, place) else None
