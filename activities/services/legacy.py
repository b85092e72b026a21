"""The predecessor's one verb: an activity posted back is planned, changed, signed or removed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from activities.models import STAGES, Activity, Task
from activities.queries.lookups import Facts, planning_facts
from activities.services.planning import (
    add_task,
    edit_activity,
    plan_activity,
    remove_activity,
)
from activities.services.signatures import sign_off
from core.accounts.models import User
from core.errors import DomainError, invalid

Data = Mapping[str, Any]


def save_activity(
    *,
    by: User,
    data: Data,
    if_match: str = "",
    facts: Facts | None = None,
    confirmed: str = "",
) -> Activity:
    """Plan (no id), change what was sent (known id), remove (``deleted_at``), and execute the
    caller's own signatures found in its tasks.

    A completion in another person's name, or one that the rule does not allow, refuses the whole
    request. A completion that is null or as stored asks for nothing. ``confirmed``: as ``sign_off``.
    """
    known = facts or planning_facts(data)
    tasks = data.get("tasks") or ()
    with transaction.atomic():
        if data.get("id") and data.get("deleted_at"):
            return remove_activity(activity_id=data["id"], by=by, if_match=if_match)
        # Judged before anything is written: a signature in another's name refuses the whole request
        # (docs/threats.md#t01).
        asked = [_asked(task, by, number) for number, task in enumerate(tasks)]
        before = _ids(data.get("id"))
        activity = (
            edit_activity(
                activity_id=data["id"],
                by=by,
                fields=data,
                tasks=tasks,
                if_match=if_match,
                facts=known,
            )
            if data.get("id")
            else plan_activity(by=by, fields=data, tasks=tasks, facts=known)
        )
        _sign(activity.pk, by, tasks, asked, before, confirmed)
    return Activity.objects.get(pk=activity.pk)


def save_task(
    *, by: User, data: Data, facts: Facts | None = None, confirmed: str = ""
) -> Task:
    """Add a task to the activity it names, with the caller's own signatures found in it."""
    if data.get("id"):
        raise invalid("id", _("This path adds a task; change one at its own path."))
    if not data.get("engineering_activity_id"):
        raise invalid("engineeringActivityId", _("Name the activity."))
    known = facts or planning_facts()
    asked = _asked(data, by, None)
    with transaction.atomic():
        task = add_task(
            activity_id=data["engineering_activity_id"], by=by, fields=data, facts=known
        )
        for stage in asked:
            sign_off(task_id=task.pk, stage=stage, by=by, confirmed=confirmed)
    return Task.objects.get(pk=task.pk)


def _ids(activity_id: int | None) -> frozenset[int]:
    rows = (
        Task.objects.filter(activity=activity_id)
        if activity_id
        else Task.objects.none()
    )
    return frozenset(rows.values_list("pk", flat=True))


def _asked(data: Data, by: User, number: int | None) -> list[str]:
    """The stages that a task asks to be signed, in their order; raises ``forbidden``."""
    stored = (
        Task.objects.filter(pk=data["id"]).first() if data.get("id") else None
    ) or Task()
    return [stage for stage in STAGES if _is_asked(stored, data, stage, by, number)]


def _is_asked(
    stored: Task, data: Data, stage: str, by: User, number: int | None
) -> bool:
    moment = data.get(f"completed_date_{stage}")
    person = data.get(f"completed_by_{stage}_id")
    # An old form that was opened before somebody signed must not take the signature back
    # (docs/decisions/0005-activities.md).
    if moment is None and person is None:
        return False
    signer = stored.signed_by(stage) if stored.signed_at(stage) else by.ext_id
    if person not in {None, signer}:
        field = f"completedBy{stage.capitalize()}Id"
        place = "" if number is None else f"tasks[{number}]."
        sentence = _("Nobody signs in another person's name.")
        raise DomainError(sentence, "forbidden", errors={f"{place}{field}": [sentence]})
    return stored.signed_at(stage) is None


def _sign(
    activity_id: int,
    by: User,
    tasks: Sequence[Data],
    asked: Sequence[Sequence[str]],
    before: frozenset[int],
    confirmed: str,
) -> None:
    """New tasks got their ids in the sequence in which they were sent."""
    new = iter(
        Task.objects.filter(activity=activity_id)
        .exclude(pk__in=before)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for data, stages in zip(tasks, asked, strict=True):
        is_new = not data.get("id")
        if is_new and data.get("deleted_at"):
            continue
        task_id = next(new) if is_new else data["id"]
        for stage in () if data.get("deleted_at") else stages:
            sign_off(task_id=task_id, stage=stage, by=by, confirmed=confirmed)
