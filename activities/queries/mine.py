"""One person's work: tasks to do, signatures to give, and what of it presses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import InCharge, Stage, Task
from activities.permissions import may_sign
from activities.queries.signers import behalf_by_task, tasks_asking
from core.accounts.models import User
from core.text.months import end_of_day

WEEK = 6


def my_tasks(user: User) -> QuerySet[Task]:
    """Unfinished tasks of which I am in charge, the most urgent first."""
    own = InCharge.objects.filter(
        task=OuterRef("pk"), deleted_at=None, ext_user_id=user.ext_id or 0
    )
    rows = Task.objects.unfinished().filter(Exists(own))
    return rows.select_related("activity").order_by("ends_at", "id")


def waiting_tasks(user: User, away: Sequence[User] | None = None) -> QuerySet[Task]:
    """Tasks that wait for my signature, with their activities, the most urgent first."""
    rows = tasks_asking(user, away).select_related("activity")
    return rows.order_by("ends_at", "id")


def pressing_tasks(
    user: User, away: Sequence[User] | None = None, now: datetime | None = None
) -> QuerySet[Task]:
    """Of the tasks that wait for me: others' to sign, and my own that are late or due within a week."""
    horizon = end_of_day(timezone.localdate(now) + timedelta(days=WEEK))
    is_pressing = Q(ends_at__lte=horizon) | ~Q(completed_date_pic=None)
    return waiting_tasks(user, away).filter(is_pressing)


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """A task in a list, with the button that this person has on it."""

    task: Task
    stage: str
    word: str
    is_late: bool
    on_behalf_of: User | None = None


def lines(
    tasks: Sequence[Task],
    user: User,
    charges: dict[int, frozenset[int]],
    away: Sequence[User] | None = None,
) -> list[WaitingTask]:
    """The next step of this person in each task; ``charges`` are the people in charge by task."""
    behalf = behalf_by_task(tasks, user, away)
    return [
        WaitingTask(
            task,
            stage
            if (stage := task.next_stage)
            and (
                task.pk in behalf
                or may_sign(user, stage, is_in_charge=user.ext_id in charges[task.pk])
            )
            else "",
            waiting_word(task),
            task.is_late,
            behalf.get(task.pk),
        )
        for task in tasks
    ]


def waiting_word(task: Task) -> str:
    """The people that a task waits for, in words."""
    stage = task.next_stage
    if stage is None:
        return _("Complete")
    return _("Waiting for %s") % Stage(stage).label


def in_charge_by_task(tasks: Sequence[Task]) -> dict[int, frozenset[int]]:
    """People in charge by task; one query."""
    found: dict[int, set[int]] = {task.pk: set() for task in tasks}
    rows = InCharge.objects.filter(task__in=list(found), deleted_at=None)
    for task, person in rows.values_list("task_id", "ext_user_id"):
        found[task].add(person)
    return {key: frozenset(people) for key, people in found.items()}
