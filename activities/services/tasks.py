"""How every verb of a task begins and ends: the lock of its activity; sums and work order renewed."""

from django.db import transaction

from activities.models import Activity, Task
from activities.queries.live_tasks import sums_of, work_order
from core.accounts.models import User
from core.db.locking import locked, locked_one
from core.ledger.services import create_delivery, resend_parked
from core.text.normal_form import plain_lines

SEARCHED = 20_000
LIVE_FIELDS = (
    "from_cache",
    "to_cache",
    "task_count",
    "pic_count",
    "spv_count",
    "done_count",
    "hours",
    "revision",
    "content_revision",
    "has_work_order",
    "updated_at",
)
SAVE, UPDATE, DELETE = "save", "update", "delete"
# PPIC's own words at ``ext-meetingtasks-proto-…`` (docs/contract.md#work-orders).
VERBS = {SAVE: "POST", UPDATE: "PUT", DELETE: "DELETE"}


def locked_activity(activity_id: int) -> Activity:
    """The live activity, locked; raises DomainError ``not_found``."""
    return locked(Activity.objects.alive(), activity_id)


def locked_task(task_id: int) -> Task:
    """The live task, under the lock of its activity: always that one first, so nobody waits
    for two. Raises DomainError ``not_found``."""
    owner = Task.objects.filter(pk=task_id).values("activity_id")
    activity = locked_one(Activity.objects.alive().filter(pk__in=owner))
    task = locked(Task.objects.filter(deleted_at=None), task_id)
    # The locked instance: ``recompute`` changes and saves this one.
    task.activity = activity
    return task


def recompute(activity: Activity, by: User, *, is_content: bool) -> None:
    """Sums over the stored live tasks, the next revision, and what PPIC is owed for it.

    The caller holds the lock of the activity and has saved its tasks. ``is_content``: what was
    planned changed, and not only how far it is; only then does its text for the search box.
    """
    for name, value in sums_of(activity).items():
        setattr(activity, name, value)
    activity.revision += 1
    # A count of its own for the plan: a signature must not throw an open form back
    # (docs/decisions/0005-activities.md).
    activity.content_revision += int(is_content)
    columns = [*LIVE_FIELDS]
    if is_content:
        activity.search_text = search_text(activity)
        columns.append("search_text")
    had, wants = activity.has_work_order, _wants_work_order(activity)
    activity.has_work_order = wants
    activity.save(update_fields=columns)
    if wants:
        _owe(activity, by, UPDATE if had else SAVE)
    elif had:  # it is none any more
        _owe(activity, by, DELETE)


def search_text(activity: Activity) -> str:
    """Text for the search box, in the normal form."""
    tasks = activity.tasks.filter(deleted_at=None).values_list("description", flat=True)
    header = (activity.description, activity.customer, activity.pic)
    return plain_lines(*header, *tasks, limit=SEARCHED)


def _wants_work_order(activity: Activity) -> bool:
    return activity.kind == Activity.Kind.POST_PO and activity.deleted_at is None


def _owe(activity: Activity, by: User, action: str) -> None:
    """One debt per activity and revision, however often it is promised."""
    place = "" if action == SAVE else f"/{activity.pk}"
    is_gone = action == DELETE
    create_delivery(
        activity,
        key=f"activity:{activity.pk}:rev:{activity.revision}:work-order",
        kind=f"activity.work_order_{action}",
        method=VERBS[action],
        path=f"/ext-meetingtasks-proto-{action}{place}",
        payload={"engineeringActivityId": activity.pk}
        if is_gone
        else work_order(activity),
        by=by,
    )


@transaction.atomic
def resend_work_order(*, activity_id: int, by: User) -> int:
    """Put what is parked at the start of its schedule again, in its order; returns how many.

    Raises DomainError ``not_found``, and what ``resend_parked`` raises.
    """
    return resend_parked(about=locked_activity(activity_id), by=by)
