"""Tasks with their three signatures and the people in charge of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from activities.models import STAGES, Activity, InCharge, Task
from core.ledger.services.imported import Taken
from legacy import mending
from legacy.aggregates import Aggregate, Built, OldRow, Outcome
from legacy.world import World

TASKS, CHARGES = "Tasks", "InCharges"
EVENT = "task.imported"
DONE = ("CompletedDatePic", "CompletedDateSpv", "CompletedDateManager")
BY = ("CompletedByPicId", "CompletedBySpvId", "CompletedByManagerId")
# What is late for longer is told nobody (``notifications.services.reminders``).
TOLD_BACK, TOLD_AHEAD = timedelta(days=31), timedelta(days=2)


def tasks_of(
    whole: Aggregate, activity: Activity, world: World, built: Built
) -> list[Task]:
    """The tasks in the order of their ids, each with its people."""
    tasks = []
    people = whole.grandchildren.get(CHARGES, {})
    for place, row in enumerate(whole.children[TASKS]):
        task = _task(row, place, activity, world)
        built.rows.append(task)
        built.became(row, task)
        _charge(people.get(row.id, ()), task, world, built)
        _tell(row, task, built, world)
        tasks.append(task)
    return tasks


def _task(row: OldRow, place: int, activity: Activity, world: World) -> Task:
    made = (
        mending.first_known(row["CreatedAt"], row["UpdatedAt"]) or activity.created_at
    )
    when, who, marks = mending.signatures(
        [row[n] for n in DONE], [row[n] or None for n in BY]
    )
    row.marks += marks
    start, end = _span(row)
    _mark(row, world)
    return Task(
        pk=row.id,
        activity=activity,
        position=place,
        description=row.take(
            "Description",
            mending.note(
                row["Description"], mends_mojibake=world.choices.mends_mojibake
            ),
        ),
        starts_at=start,
        ends_at=end,
        hours=row.take("Hours", mending.hours(row["Hours"])),
        remark=mending.text(row["Remark"]),
        ext_panel_code_id=row["ExtPanelCodeId"] or None,
        created_at=made,
        updated_at=mending.moment(row["UpdatedAt"]) or made,
        deleted_at=mending.moment(row["DeletedAt"]),
        **{
            f"completed_date_{stage}": at
            for stage, at in zip(STAGES, when, strict=True)
        },
        **{
            f"completed_by_{stage}_id": by
            for stage, by in zip(STAGES, who, strict=True)
        },
    )


def _span(row: OldRow) -> tuple[Any, Any]:
    """Begin and end; an end before the begin is the begin."""
    start, end = mending.moment(row["From"]), mending.moment(row["To"])
    if start is None:
        row.mark("task_undated")
    elif end is None:
        row.mark("task_without_end")
    elif end < start:
        row.mark("task_ends_before_start", "To", str(row["To"]))
        end = start
    return start, end


def _mark(row: OldRow, world: World) -> None:
    if row["DeletedAt"] is not None:
        row.mark("task_deleted")
    if any(world.is_stranger(row[name]) for name in BY):
        row.mark("task_done_by_unknown")
    last = mending.moment(row[DONE[2]])
    if last is not None and last > world.now:
        row.mark("task_done_in_future")


def _charge(rows: Sequence[OldRow], task: Task, world: World, built: Built) -> None:
    """One live row a person; a name without an id goes into the remark."""
    seen: set[int] = set()
    for row in rows:
        person = row["ExtUserId"]
        if not person:
            _only_text(row, task, built)
            continue
        made = mending.moment(row["CreatedAt"]) or task.created_at
        later = mending.moment(row["UpdatedAt"]) or made
        deleted = mending.moment(row["DeletedAt"])
        if deleted:
            row.mark("charge_deleted")
        elif person in seen:
            row.mark("charge_twice")
            deleted = later
        else:
            seen.add(person)
        if world.is_stranger(person):
            row.mark("charge_unknown_user")
        charge = InCharge(
            pk=row.id,
            task=task,
            ext_user_id=person,
            created_at=made,
            updated_at=later,
            deleted_at=deleted,
        )
        built.rows.append(charge)
        built.became(row, charge)


def _only_text(row: OldRow, task: Task, built: Built) -> None:
    row.mark("charge_is_only_text")
    name = mending.text(row["PIC"]).strip()
    if name:
        task.remark = f"{task.remark}\nPIC: {name}".strip()
    built.not_taken(row, Outcome.MERGED, into=task)


def _tell(row: OldRow, task: Task, built: Built, world: World) -> None:
    """Who has signed is told of each task that is signed; EMS begins from there."""
    if task.level:
        signed = {
            stage: {"by": task.signed_by(stage), "at": task.signed_at(stage)}
            for stage in STAGES[: task.level]
        }
        built.tell(task, EVENT, row.claim | {"signed": signed})
    is_open = task.level < len(STAGES) and task.deleted_at is None
    if is_open and task.activity.deleted_at is None and task.ends_at:
        _count_as_told(task, task.ends_at, built, world)


def _count_as_told(task: Task, end: datetime, built: Built, world: World) -> None:
    """Else everybody would be reminded of a month of tasks on the first morning."""
    if not world.now - TOLD_BACK < end < world.now + TOLD_AHEAD:
        return
    last, today = timezone.localdate(end), timezone.localdate(world.now)
    kind = "task.overdue" if last < today else "task.due_soon"
    built.events.append(Taken(Task, task.pk, kind, {"due": last.isoformat()}))
