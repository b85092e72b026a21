"""Reminders of tasks that are due soon or overdue."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from activities.models import Stage, Task
from activities.queries.live_tasks import in_charge_ids
from core.ledger.queries import events_about
from core.ledger.services import record
from core.text.formatting import day
from core.text.months import end_of_day, start_of_day
from notifications.queries import people_to_ask
from notifications.services.notices import notify

SOON = timedelta(days=1)
BACK = timedelta(days=30)  # what is late for longer has been told
FIRST_HOUR = 6  # of Jakarta: nobody is told in the night


def remind_of_tasks(today: date | None = None) -> int:
    """Tell who must sign next of tasks that are due today or tomorrow, and of those that became
    overdue; once for each task, last day and kind. Returns how many tasks were told of.

    A moved deadline is news again. Before six in the morning nobody is told.
    """
    now = timezone.localtime()
    if today is None and now.hour < FIRST_HOUR:
        return 0
    now_day = today or now.date()
    soon = Task.objects.unfinished().filter(
        ends_at__gte=start_of_day(now_day), ends_at__lte=end_of_day(now_day + SOON)
    )
    late = Task.objects.unfinished().filter(
        ends_at__gte=start_of_day(now_day - BACK), ends_at__lt=start_of_day(now_day)
    )
    return _remind(soon, "task.due_soon") + _remind(late, "task.overdue")


def _remind(rows: QuerySet[Task], kind: str) -> int:
    ids = list(rows.order_by("ends_at", "pk").values_list("pk", flat=True))
    return sum(_remind_of(pk, kind) for pk in ids)


@transaction.atomic
def _remind_of(task_id: int, kind: str) -> bool:
    """One task under its lock: it may have been signed or moved meanwhile."""
    rows = Task.objects.unfinished().filter(pk=task_id)
    task = rows.select_for_update(of=("self",)).select_related("activity").first()
    if task is None or task.ends_at is None or task.next_stage is None:
        return False
    due = {"due": timezone.localdate(task.ends_at).isoformat()}
    if events_about(task).filter(kind=kind, after=due).exists():
        return False
    people = people_to_ask(task.next_stage, in_charge_ids(task))
    if not people:
        return False  # nobody is in charge yet; people who get the task later are told then
    event = record(task, kind, by=None, after=due)
    facts = {
        "task": str(task),
        "activity": str(task.activity),
        "day": day(task.ends_at),
        "role": str(Stage(task.next_stage).label),
    }
    url = reverse("activities:task_detail", args=[task.pk])
    notify(people, event=event, kind=kind, facts=facts, url=url)
    return True
