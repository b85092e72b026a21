"""Reminders of tasks that are due soon or overdue, and the daily summary."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Stage, Task
from activities.queries.live_tasks import in_charge_ids
from activities.queries.mine import my_tasks
from activities.queries.signers import tasks_asking
from core.accounts.models import User
from core.ledger.queries import events_about
from core.ledger.services import record
from core.text.formatting import day
from core.text.months import end_of_day, start_of_day
from notifications.models import NoticeAddress, Notification
from notifications.queries import people_to_ask
from notifications.services.channels import owe_mail
from notifications.services.notices import notify

SOON = timedelta(days=1)
BACK = timedelta(days=30)  # what is late for longer has been told
SHOWN = 10
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


# --- The daily summary --------------------------------------------------------


def send_digests(today: date | None = None) -> int:
    """Owe everybody who wishes it one e-mail a day with what is open; returns how many.

    A person with nothing open gets nothing. The key holds the day: a second run owes nothing.
    """
    now = timezone.localtime()
    if today is None and now.hour < FIRST_HOUR:
        return 0
    now_day = today or now.date()
    wanted = NoticeAddress.objects.filter(digest=True, user__is_active=True)
    rows = wanted.exclude(email="").select_related("user")
    return sum(_send_digest(row, now_day) for row in rows.iterator(chunk_size=200))


@transaction.atomic
def _send_digest(address: NoticeAddress, today: date) -> bool:
    with translation.override(settings.LANGUAGE_CODE):
        parts = [part for part in _parts(address.user, today) if part]
        if not parts:
            return False
        subject = _("EMS, %s: what waits for you") % day(today)
        text = "\n\n".join([*parts, settings.PUBLIC_BASE_URL])
    key = f"digest:{address.user_id}:{today.isoformat()}"
    owe_mail(address, address.email, subject, text, key)
    return True


def _parts(user: User, today: date) -> Iterable[str]:
    notices = Notification.objects.filter(recipient=user).unread().order_by("-pk")
    count = notices.count()
    if count:
        head = ngettext("%d notice is unread:", "%d notices are unread:", count) % count
        yield _listed(head, [notice.title for notice in notices[:SHOWN]])
    waiting = tasks_asking(user)
    count = waiting.count()
    if count:
        head = (
            ngettext(
                "%d task waits for your signature:",
                "%d tasks wait for your signature:",
                count,
            )
            % count
        )
        yield _listed(head, [str(task) for task in waiting[:SHOWN]])
    late = my_tasks(user).filter(ends_at__lt=start_of_day(today))
    count = late.count()
    if count:
        head = (
            ngettext(
                "%d task of yours is overdue:", "%d tasks of yours are overdue:", count
            )
            % count
        )
        yield _listed(head, [str(task) for task in late[:SHOWN]])


def _listed(head: str, lines: list[str]) -> str:
    return "\n".join([head, *(f"- {line}" for line in lines)])
