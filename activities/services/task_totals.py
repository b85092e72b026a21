"""Span, counts, hours and search text of an activity, renewed at the end of every verb."""

from activities.models import Activity
from activities.queries.sums import sums_of
from activities.queries.work_order import work_order
from core.accounts.models import User
from core.ledger.services import create_delivery
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
    "search_text",
    "revision",
    "content_revision",
    "has_work_order",
    "updated_at",
)
SAVE, UPDATE, DELETE = "save", "update", "delete"
VERBS = {SAVE: "POST", UPDATE: "PUT", DELETE: "DELETE"}


def settle(activity: Activity, by: User, *, is_content: bool) -> None:
    """Sums over the stored live tasks, the next revision, and what PPIC is owed for it.

    The caller holds the lock of the activity and has saved its tasks.
    """
    for name, value in sums_of(activity).items():
        setattr(activity, name, value)
    activity.revision += 1
    activity.content_revision += int(is_content)
    activity.search_text = search_text(activity)
    had, wants = activity.has_work_order, _wants_work_order(activity)
    activity.has_work_order = wants
    activity.save(update_fields=LIVE_FIELDS)
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
