"""Tell people, and note that they have seen it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from activities.models import Task
from activities.queries.live_tasks import in_charge_ids
from core.accounts.models import Role, User
from core.db.locking import locked
from core.errors import DomainError
from core.ledger.models import Event
from core.ledger.services import record
from notifications.models import Notification
from notifications.policies import require_no_foreign_link
from notifications.queries import group_of, people_to_ask, wishes_of
from notifications.queries.texts import message_of, title_of
from notifications.services.channels import owe_messages

NOTED = "task.noted"
PER_HOUR, HOUR = 10, timedelta(hours=1)


def notify(
    people: Iterable[int],
    *,
    event: Event,
    kind: str,
    facts: Mapping[str, Any],
    url: str,
    asks: bool = False,
    task_id: int | None = None,
    role: str = "",
    about: Model | None = None,
) -> None:
    """Tell people (user ids) of an event, in its transaction; once each (docs/threats.md#inv-16).

    ``asks``: the notice stays open until what it asks for is done. ``task_id`` and ``role`` (a
    stage) are what the predecessor's paths look notices up by. ``about``: the record, where the event hangs
    on something that belongs to it.
    """
    told = sorted(set(people))
    if not told:
        return
    title, message = _worded(kind, facts)
    status = Notification.Status.ON_GOING if asks else Notification.Status.COMPLETED
    record_type = about._meta.label if about else event.record_type
    wishes = wishes_of(told, group_of(kind, record_type))
    Notification.objects.bulk_create(
        [
            Notification(
                recipient_id=person,
                event=event,
                kind=kind,
                record_type=record_type,
                record_id=about.pk if about else event.record_id,
                facts=dict(facts),
                url=url,
                title=title[:200],
                message=message,
                status=status,
                is_read=not wishes[person].bell,
                task_id=task_id,
                role=role,
                # The predecessor's paths know roles and no people: they list an event once, by this row
                # (docs/decisions/0005-activities.md).
                is_lead=place == 0,
            )
            for place, person in enumerate(told)
        ],
        ignore_conflicts=True,
    )
    owe_messages(event, wishes)


def _worded(kind: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Title and message for mail and for programs; a page words a notice anew from its facts, in the
    reader's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return title_of(kind, facts), message_of(kind, facts)


def close_notices(
    about: Model,
    *,
    for_people: Iterable[int] | None = None,
    but_of: Iterable[int] = (),
    but: Collection[str] = (),
) -> int:
    """Close the open notices about a record, of some people or of all, but those of some people
    (``but_of``) and kinds (``but``); returns how many."""
    rows = Notification.objects.open().filter(
        record_type=about._meta.label, record_id=about.pk
    )
    if but:
        rows = rows.exclude(kind__in=but)
    if for_people is not None:
        rows = rows.filter(recipient__in=list(for_people))
    if kept := list(but_of):
        rows = rows.exclude(recipient__in=kept)
    return rows.update(
        status=Notification.Status.COMPLETED, is_read=True, updated_at=timezone.now()
    )


def close_task(
    task_ids: Iterable[int],
    *,
    roles: Iterable[str] | None = None,
    for_people: Iterable[int] | None = None,
) -> int:
    """Close the open notices of tasks, of some roles and people or of all; returns how many."""
    rows = Notification.objects.open().filter(task_id__in=list(task_ids))
    if roles is not None:
        rows = rows.filter(role__in=list(roles))
    if for_people is not None:
        rows = rows.filter(recipient__in=list(for_people))
    return rows.update(
        status=Notification.Status.COMPLETED, is_read=True, updated_at=timezone.now()
    )


@transaction.atomic
def mark_read(*, notice_id: int, by: User) -> Notification:
    """Note that a person opened an own notice; raises DomainError ``not_found`` for others'."""
    notice = Notification.objects.filter(pk=notice_id, recipient=by).first()
    if notice is None:
        raise DomainError(_("There is no such notice."), "not_found")
    if not notice.is_read:
        notice.is_read = True
        notice.save(update_fields=["is_read", "updated_at"])
    return notice


def mark_all_read(*, by: User, newest: int) -> int:
    """Note that a person has seen the own notices up to the newest one that was shown, by its id;
    returns how many were new. What came since stays unread."""
    # Only what the page showed: another notice may have come while it was read.
    rows = Notification.objects.filter(recipient=by, is_read=False, pk__lte=newest)
    return rows.update(is_read=True, updated_at=timezone.now())


@transaction.atomic
def see_notice(*, notice: Notification, by: User) -> Notification:
    """Mark the own row of a notice's event as read; raises DomainError ``forbidden`` for one who
    was never told."""
    rows = Notification.objects.filter(event=notice.event_id, recipient=by)
    own = notice if notice.recipient_id == by.pk else rows.first()
    if own is None:
        raise DomainError(_("This notice is for somebody else."), "forbidden")
    return mark_read(notice_id=own.pk, by=by)


@transaction.atomic
def remove_notice(*, notice: Notification, by: User) -> None:
    """Remove a notice: one's own, or any as manager or administrator; what happened stays in the
    ledger. Raises DomainError ``forbidden``."""
    is_chief = by.is_superuser or Role.MANAGER in by.role_names
    if notice.recipient_id != by.pk and not is_chief:
        raise DomainError(_("This notice is for somebody else."), "forbidden")
    notice.delete()


def _require_few(by: User) -> None:
    """The person's row is locked, so that two requests cannot both take the last place."""
    locked(User.objects.all(), by.pk)
    since = timezone.now() - HOUR
    if Event.objects.filter(kind=NOTED, actor=by, at__gte=since).count() >= PER_HOUR:
        raise DomainError(
            _("You have sent %d notices within an hour. Wait before you send more.")
            % PER_HOUR,
            "throttled",
            retry_after=int(HOUR.total_seconds()),
        )


@transaction.atomic
def post_notice(
    *, by: User, task_id: int, role: str, title: str, message: str
) -> Notification:
    """Tell who holds a stage of a task something, once each; the writer when nobody holds it.

    The title names the writer, who may send ten in an hour, without links to other places (it may
    go out as mail). Raises DomainError ``not_found``, ``invalid`` (a link), ``throttled``.
    """
    require_no_foreign_link(title=title, message=message)
    _require_few(by)
    task = (
        Task.objects.alive().filter(pk=task_id).select_for_update(of=("self",)).first()
    )
    if task is None:
        raise DomainError(_("There is no such task."), "not_found")
    facts = {"title": f"{by}: {title or task}", "message": message}
    event = record(task, NOTED, by=by, after={"role": role, **facts})
    people = people_to_ask(role, in_charge_ids(task)) or [by.pk]
    notify(
        people,
        event=event,
        kind="task.note",
        facts=facts,
        url=reverse("activities:task_detail", args=[task.pk]),
        asks=task.next_stage == role,
        task_id=task.pk,
        role=role,
    )
    rows = Notification.objects.filter(event=event, is_lead=True)
    return rows.get()
