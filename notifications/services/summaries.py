"""What goes out by e-mail in one piece: what waits for a person each morning, what is stuck each Monday."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.queries.mine import my_tasks
from activities.queries.signers import tasks_asking
from bom.queries.approval import boms_waiting_for
from core.accounts.models import Role, User, UserRole
from core.talk.queries.questions import open_questions
from core.text.formatting import day
from core.text.months import start_of_day
from engineering.models import ChangeNotice
from engineering.queries.approval import waiting_ids
from notifications.models import NoticeAddress, Notification
from notifications.queries.stuck import Stuck, waiting_longest
from notifications.services.channels import owe_mail
from notifications.services.reminders import FIRST_HOUR

SHOWN = 10
MONDAY = 0


def send_digests(today: date | None = None) -> int:
    """Owe everybody who wishes it one e-mail a day with what is open; returns how many.

    A person with nothing open gets nothing. The key holds the day: a second run owes nothing.
    """
    now_day = _day(today)
    if now_day is None:
        return 0
    return sum(_send_digest(row, now_day) for row in _wanted().iterator(chunk_size=200))


def send_weekly(today: date | None = None) -> int:
    """Owe each manager who wishes the daily e-mail one on Monday: where it is stuck, and for how long.

    Nothing that waits is no e-mail. Returns how many.
    """
    now_day = _day(today)
    if now_day is None or now_day.weekday() != MONDAY:
        return 0
    stuck = waiting_longest()
    if not stuck:
        return 0
    managers = UserRole.objects.filter(role=Role.MANAGER).values("user_id")
    rows = _wanted().filter(user__ext_id__in=managers)
    return sum(_send_weekly(row, now_day, stuck) for row in rows)


def _day(today: date | None) -> date | None:
    """The day of the e-mails; None in the night."""
    now = timezone.localtime()
    is_night = today is None and now.hour < FIRST_HOUR
    return None if is_night else today or now.date()


def _wanted() -> QuerySet[NoticeAddress]:
    rows = NoticeAddress.objects.filter(digest=True, user__is_active=True)
    return rows.exclude(email="").select_related("user")


@transaction.atomic
def _send_weekly(address: NoticeAddress, today: date, stuck: list[Stuck]) -> bool:
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("EMS, week of %s: where it is stuck") % day(today)
        lines = [
            "\n".join((f"{each.place}, {each.who}: {each.how_long}", _full(each.url)))
            for each in stuck
        ]
        text = "\n\n".join([_("What waits longest, by step and person:"), *lines])
    key = f"weekly:{address.user_id}:{today.isoformat()}"
    owe_mail(address, address.email, subject, text, key)
    return True


@transaction.atomic
def _send_digest(address: NoticeAddress, today: date) -> bool:
    with translation.override(settings.LANGUAGE_CODE):
        parts = [part for part in _parts(address.user, today) if part]
        if not parts:
            return False
        subject = _("EMS, %s: what waits for you") % day(today)
        text = "\n\n".join([*parts, _full(reverse("inbox"))])
    key = f"digest:{address.user_id}:{today.isoformat()}"
    owe_mail(address, address.email, subject, text, key)
    return True


def _parts(user: User, today: date) -> Iterator[str]:
    """What waits first, what is late, then what is merely unread."""
    yield from _decisions(user)
    waiting = tasks_asking(user)
    count = waiting.count()
    head = ngettext(
        "%d task waits for your signature:",
        "%d tasks wait for your signature:",
        count,
    )
    yield _listed(head, count, waiting[:SHOWN])
    late = my_tasks(user).filter(ends_at__lt=start_of_day(today))
    count = late.count()
    head = ngettext(
        "%d task of yours is overdue:", "%d tasks of yours are overdue:", count
    )
    yield _listed(head, count, late[:SHOWN])
    asked = open_questions(user)
    count = len(asked)
    head = ngettext(
        "%d question waits for your answer:",
        "%d questions wait for your answer:",
        count,
    )
    yield _listed(head, count, [f"{q.number}: {q.text}" for q in asked[:SHOWN]])
    notices = Notification.objects.filter(recipient=user).unread().order_by("-pk")
    count = notices.count()
    head = ngettext("%d notice is unread:", "%d notices are unread:", count)
    yield _listed(head, count, [notice.title for notice in notices[:SHOWN]])


def _decisions(user: User) -> Iterator[str]:
    """Changes and BOMs that this person may decide now."""
    found = waiting_ids(user.pk)
    changes = ChangeNotice.objects.filter(pk__in=found[:SHOWN]).order_by("-pk")
    boms = boms_waiting_for(user)
    count = len(found) + boms.count()
    head = ngettext(
        "%d approval waits for your decision:",
        "%d approvals wait for your decision:",
        count,
    )
    lines = [f"{row.number}: {row.title}" for row in changes]
    lines += [str(row) for row in boms[:SHOWN]]
    yield _listed(head, count, lines[:SHOWN])


def _listed(head: str, count: int, lines: Iterable[Any]) -> str:
    if not count:
        return ""
    return "\n".join([head % count, *(f"- {line}" for line in lines)])


def _full(path: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}{path}"
