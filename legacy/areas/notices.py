"""Notices of tasks: listed as before on the old paths, and nobody's bell rings."""

from collections.abc import Sequence

from activities.models import Stage, Task
from legacy import mending
from legacy.aggregates import Aggregate, Built, OldRow, Outcome
from legacy.areas.area import Area, clear_row
from legacy.source import Source
from legacy.world import World
from notifications.models import Notification

TABLE = "Notifications"
KIND = "task.imported"
Status = Notification.Status


def know_notices(_source: Source, world: World) -> Sequence[Built]:
    """The notices that are there, and the tasks of which one is open."""
    rows = Notification.objects.filter(kind=KIND)
    # Somebody may have been told of a role here already: such ids are not free.
    others = Notification.objects.exclude(kind=KIND)
    world.taken_notices = set(others.values_list("pk", flat=True))
    columns = ("task_id", "role", "message", "created_at")
    tasks = Task.objects.select_related("activity").only(
        *(f"completed_date_{stage}" for stage in Stage.values),
        "deleted_at",
        "activity__deleted_at",
    )
    world.stages = {
        task.pk: ""
        if task.deleted_at or task.activity.deleted_at
        else task.next_stage or ""
        for task in tasks.iterator()
    }
    world.notices = set(rows.values_list(*columns).iterator())
    world.asked = {key for key in rows.open().values_list("task_id", flat=True) if key}
    return ()


def build(whole: Aggregate, world: World) -> Built:
    """A notice once; it is open only where its stage is really the next."""
    built, row = Built(), whole.root
    role = mending.text(row["Role"]).strip().lower()
    if role != row["Role"]:
        row.mark("notice_role_case")
    task = world.stage_of(row["TaskId"])
    if role not in Stage.values or task is None:
        if role not in Stage.values:
            row.mark("notice_role_unknown")
        if task is None:
            row.mark("notice_task_dangling")
        built.quarantine(row)
        return built
    made = mending.moment(row["CreatedAt"]) or world.now
    key = (row["TaskId"], role, mending.text(row["Message"]), made)
    if key in world.notices:
        row.mark("notice_repeated")
        built.not_taken(row, Outcome.MERGED)
        return built
    world.notices.add(key)
    notice = Notification(
        pk=None if row.id in world.taken_notices else row.id,
        recipient=world.importer,
        kind=KIND,
        record_type=Task._meta.label,
        record_id=row["TaskId"],
        title=mending.text(row["Title"])[:200],
        message=key[2],
        task_id=row["TaskId"],
        role=role,
        is_read=bool(row["IsRead"]),
        status=_status(row, role, task, world),
        created_at=made,
        updated_at=mending.moment(row["UpdatedAt"]) or made,
    )
    built.rows.append(notice)
    built.became(row, notice)
    return built


def _status(row: OldRow, role: str, next_stage: str, world: World) -> str:
    said = mending.text(row["Status"])
    if said.lower() == Status.ON_GOING.lower() and said != Status.ON_GOING:
        row.mark("notice_status_odd")
    if said.lower() != Status.ON_GOING.lower():
        return Status.COMPLETED
    if role != next_stage or row["TaskId"] in world.asked:
        row.mark("notice_overtaken", "Status", said)
        return Status.COMPLETED
    world.asked.add(row["TaskId"])
    return Status.ON_GOING


NOTICES = Area(
    "notices",
    TABLE,
    Notification,
    build,
    clear_row(Notification),
    reserved={Notification: TABLE},
    before=know_notices,
)
