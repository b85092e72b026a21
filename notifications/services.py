"""Tell people, and note that they have seen it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.common.errors import DomainError
from core.ledger.models import Event
from notifications.models import Notification
from notifications.queries import message_of, title_of


def notify(
    people: Iterable[int],
    *,
    event: Event,
    kind: str,
    facts: Mapping[str, Any],
    url: str,
    asks: bool = False,
) -> None:
    """Tell people (user ids) of an event, in its transaction; once each (INV-16).

    ``asks``: the notice stays open until what it asks for is done.
    """
    with translation.override(settings.LANGUAGE_CODE):
        title, message = title_of(kind, facts), message_of(kind, facts)
    status = Notification.Status.ON_GOING if asks else Notification.Status.COMPLETED
    Notification.objects.bulk_create(
        [
            Notification(
                recipient_id=person,
                event=event,
                kind=kind,
                record_type=event.record_type,
                record_id=event.record_id,
                facts=dict(facts),
                url=url,
                title=title[:200],
                message=message,
                status=status,
            )
            for person in sorted(set(people))
        ],
        ignore_conflicts=True,
    )


def complete(about: Model, *, for_people: Iterable[int] | None = None) -> int:
    """Close the open notices about a record, of some people or of all; returns how many."""
    rows = Notification.objects.open().filter(
        record_type=about._meta.label, record_id=about.pk
    )
    if for_people is not None:
        rows = rows.filter(recipient__in=list(for_people))
    return rows.update(
        status=Notification.Status.COMPLETED, is_read=True, updated_at=timezone.now()
    )


@transaction.atomic
def mark_read(*, notice_id: int, by: User) -> Notification:
    """Note that a person opened his own notice; raises DomainError ``not_found`` for others'."""
    notice = Notification.objects.filter(pk=notice_id, recipient=by).first()
    if notice is None:
        raise DomainError(_("There is no such notice."), "not_found")
    if not notice.is_read:
        notice.is_read = True
        notice.save(update_fields=["is_read", "updated_at"])
    return notice


def mark_all_read(*, by: User) -> int:
    """Note that a person has seen all of his notices; returns how many were new."""
    rows = Notification.objects.filter(recipient=by, is_read=False)
    return rows.update(is_read=True, updated_at=timezone.now())
