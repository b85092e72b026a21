"""News of tasks: PIC, SPV, manager."""

from typing import Any

from django.urls import reverse

from activities.models import Activity, Stage, Task
from activities.queries.live_tasks import in_charge_ids
from core.accounts.models import User
from core.accounts.services import ensure_users
from core.ledger.models import Event
from core.talk.services import give_up_on
from notifications.queries import people_to_ask
from notifications.receivers.talk import tell_choosers
from notifications.services import close_task, notify


def on_task_added(
    task: Task, by: User, event: Event, people: frozenset[int], **_: Any
) -> None:
    """The people in charge are asked to do it."""
    _ask_task(ensure_users(people), task, by, event, "task.to_do", Stage.PIC)


def on_in_charges_changed(
    task: Task,
    by: User,
    event: Event,
    added: frozenset[int],
    removed: frozenset[int],
    **_: Any,
) -> None:
    """The new people are asked while the PIC stage is open; the removed have nothing to do."""
    close_task([task.pk], roles=[Stage.PIC], for_people=ensure_users(removed))
    if task.next_stage == Stage.PIC:
        _ask_task(ensure_users(added), task, by, event, "task.to_do", Stage.PIC)


def on_task_signed(
    task: Task, by: User, event: Event, in_charge: frozenset[int], **_: Any
) -> None:
    """The signed stage's notices close and the next stage is asked; at the end the PICs hear."""
    close_task([task.pk])
    if task.next_stage:
        people = people_to_ask(task.next_stage, in_charge)
        _ask_task(people, task, by, event, "task.to_sign", task.next_stage)
        return
    people = [person for person in ensure_users(in_charge) if person != by.pk]
    facts, url = _task_facts(task, by), _task_url(task)
    notify(
        people, event=event, kind="task.complete", facts=facts, url=url, task_id=task.pk
    )
    tell_choosers(task, event, "task.complete", facts)
    tell_choosers(task.activity, event, "task.complete", facts)


def on_task_reopened(task: Task, by: User, event: Event, stage: str, **_: Any) -> None:
    """The request for the next signature is withdrawn; the stage is asked again."""
    close_task([task.pk])
    people = people_to_ask(stage, in_charge_ids(task))
    _ask_task(people, task, by, event, "task.reopened", stage)


def on_task_removed(task: Task, by: User, event: Event, **_: Any) -> None:
    """Nobody needs to do it any more, nor to answer."""
    close_task([task.pk])
    give_up_on(Task, [task.pk])


def on_activity_removed(
    activity: Activity, by: User, event: Event, task_ids: list[int], **_: Any
) -> None:
    """Nobody needs to do its tasks any more, nor to answer."""
    close_task(task_ids)
    give_up_on(Activity, [activity.pk])
    give_up_on(Task, task_ids)


def _ask_task(
    people: list[int], task: Task, by: User, event: Event, kind: str, role: str
) -> None:
    notify(
        people,
        event=event,
        kind=kind,
        facts=_task_facts(task, by) | {"role": str(Stage(role).label)},
        url=_task_url(task),
        asks=True,
        task_id=task.pk,
        role=role,
    )


def _task_facts(task: Task, by: User) -> dict[str, str]:
    return {
        "task": str(task),
        "activity": str(task.activity),
        "number": str(task.pk),
        "by": str(by),
    }


def _task_url(task: Task) -> str:
    return reverse("activities:task_detail", args=[task.pk])
