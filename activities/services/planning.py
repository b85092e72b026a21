"""Plan an activity, change it, remove it; add, change and remove its tasks."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, Task
from activities.permissions import require_editor, require_remover
from activities.queries.live_tasks import is_in_charge_of_activity
from activities.queries.lookups import Facts, planning_facts
from activities.services.field_values import (
    HEADER,
    Data,
    apply_header,
    difference,
    refuse_many,
    require_subject,
    snapshot,
)
from activities.services.task_rows import (
    change_task,
    insert_task,
    merge_tasks,
    soft_delete_task,
)
from activities.services.tasks import locked_activity, locked_task, recompute
from activities.signals import activity_removed
from core.accounts.models import User
from core.accounts.permissions import require
from core.errors import DomainError
from core.http.etags import refuse_lost_write
from core.ledger.services import record


def plan_activity(
    *,
    by: User,
    fields: Data,
    tasks: Sequence[Data] = (),
    facts: Facts | None = None,
    origin: str = "",
) -> Activity:
    """Plan an activity with its tasks and people; everybody in charge hears of it at once.

    ``fields`` and each task hold column values (unknown names are ignored); a task names its
    people in ``people`` (auth server ids). Hours are hours, dates aware. ``facts`` are what the
    upstreams know; without them they are read, which must not happen inside a transaction.
    Raises DomainError ``invalid`` with wire names; nothing is saved then.
    """
    require(by, "plan_activity")
    known = facts or planning_facts(fields)
    refuse_many(len(tasks))
    with transaction.atomic():
        # ``recompute`` counts both revisions on to 1 at the end of this verb.
        activity = Activity(created_by=by, origin=origin[:200], revision=0)
        apply_header(activity, fields)
        known.require_job(activity.ext_job_id)
        activity.customer = activity.customer or known.customer_of(activity)
        activity.content_revision = 0
        activity.save(force_insert=True)
        record(
            activity,
            "activity.planned",
            by=by,
            after=snapshot(activity, HEADER) | {"origin": activity.origin},
        )
        merge_tasks(activity, by, tasks, known)
        require_subject(activity, tasks)
        recompute(activity, by, is_content=True)
    return activity


def edit_activity(
    *,
    activity_id: int,
    by: User,
    fields: Data | None = None,
    tasks: Sequence[Data] = (),
    content_revision: int | None = None,
    if_match: str = "",
    facts: Facts | None = None,
) -> Activity:
    """Change what was sent, header and tasks, all or nothing; nothing changed is no event.

    Tasks: without ``id`` added, with ``id`` changed, with ``deleted_at`` removed, absent ones
    stay. ``content_revision`` is what a form showed. Raises DomainError ``not_found``,
    ``forbidden``, ``invalid``, ``stale_revision``, ``precondition_failed``,
    ``illegal_transition`` (a task that is complete).
    """
    known = facts or planning_facts(fields)
    refuse_many(len(tasks))
    with transaction.atomic():
        activity = locked_activity(activity_id)
        _require_present(activity, if_match, content_revision)
        _require_editor(by, activity)
        was_changed = _change_header(activity, by, fields or {}, known)
        changed = merge_tasks(activity, by, tasks, known)
        if was_changed or changed:
            recompute(activity, by, is_content=True)
    return activity


def _change_header(activity: Activity, by: User, fields: Data, facts: Facts) -> bool:
    before = snapshot(activity, HEADER)
    apply_header(activity, fields)
    if activity.ext_job_id != before["ext_job_id"]:
        facts.require_job(activity.ext_job_id)
    activity.customer = activity.customer or facts.customer_of(activity)
    was, now = difference(before, snapshot(activity, HEADER))
    if not now:
        return False
    activity.save(update_fields=[*HEADER, "updated_at"])
    record(activity, "activity.edited", by=by, before=was, after=now)
    return True


def remove_activity(*, activity_id: int, by: User, if_match: str = "") -> Activity:
    """Remove an activity with its tasks, softly; PPIC is owed the removal of its work order.

    Raises DomainError ``not_found``, ``forbidden``, ``precondition_failed``.
    """
    with transaction.atomic():
        activity = locked_activity(activity_id)
        _require_present(activity, if_match, None)
        require_remover(by, activity)
        ids = list(activity.tasks.filter(deleted_at=None).values_list("pk", flat=True))
        activity.deleted_at = timezone.now()
        activity.save(update_fields=["deleted_at", "updated_at"])
        event = record(activity, "activity.removed", by=by, before={"tasks": ids})
        recompute(activity, by, is_content=True)
        activity_removed.send(
            Activity, activity=activity, by=by, event=event, task_ids=ids
        )
    return activity


def add_task(
    *, activity_id: int, by: User, fields: Data, facts: Facts | None = None
) -> Task:
    """Add one task to an activity; its people hear of it. Raises as ``edit_activity``."""
    known = facts or planning_facts()
    with transaction.atomic():
        activity = locked_activity(activity_id)
        _require_editor(by, activity)
        refuse_many(activity.tasks.filter(deleted_at=None).count() + 1)
        task = insert_task(activity, by, fields, known)
        recompute(activity, by, is_content=True)
    return task


def edit_task(
    *, task_id: int, by: User, fields: Data, facts: Facts | None = None
) -> Task:
    """Change what was sent of one task, also why it is late. Raises as ``edit_activity``."""
    known = facts or planning_facts()
    with transaction.atomic():
        task = locked_task(task_id)
        _require_editor(by, task.activity)
        if change_task(task, by, fields, known):
            recompute(task.activity, by, is_content=True)
    return task


def remove_task(*, task_id: int, by: User) -> Task:
    """Remove one task softly. Raises DomainError ``not_found``, ``forbidden``."""
    with transaction.atomic():
        task = locked_task(task_id)
        require_remover(by, task.activity)
        soft_delete_task(task, by)
        recompute(task.activity, by, is_content=True)
    return task


def _require_editor(by: User, activity: Activity) -> None:
    is_in_charge = is_in_charge_of_activity(activity.pk, by.ext_id)
    require_editor(by, activity, is_in_charge=is_in_charge)


def _require_present(activity: Activity, if_match: str, shown: int | None) -> None:
    refuse_lost_write(if_match, lambda: activity.etag)
    if shown not in {None, activity.content_revision}:
        raise DomainError(
            _(
                "Somebody changed this activity while you typed. What you typed is kept."
            ),
            "stale_revision",
            extra={"currentRevision": activity.content_revision},
        )
