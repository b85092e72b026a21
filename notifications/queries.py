"""Reads of notices, and their words in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.accounts.models import User
from core.ledger.models import Event
from notifications.models import Notification, NotificationQuerySet

WORDS: dict[str, tuple[str, str]] = {
    "change.to_decide": (
        gettext_noop("%(number)s waits for your decision"),
        gettext_noop("%(by)s submitted: %(title)s"),
    ),
    "change.edited": (
        gettext_noop("%(number)s was changed and waits for your decision again"),
        gettext_noop("%(by)s changed it to revision %(revision)s: %(title)s"),
    ),
    "change.approved": (
        gettext_noop("%(number)s is approved"),
        gettext_noop("%(by)s approved it. %(remark)s"),
    ),
    "change.rejected": (
        gettext_noop("%(number)s is rejected"),
        gettext_noop("%(by)s rejected it: %(remark)s"),
    ),
    "change.step": (
        gettext_noop("%(number)s: one step approved"),
        gettext_noop("%(by)s approved it; the next approver is asked. %(remark)s"),
    ),
    "change.withdrawn": (
        gettext_noop("%(number)s was withdrawn"),
        gettext_noop("%(by)s withdrew it; nothing is left to decide."),
    ),
    "analysis.done": (
        gettext_noop("The analysis of %(title)s is finished"),
        gettext_noop("Open it to read the answer beside its source."),
    ),
    "analysis.failed": (
        gettext_noop("The analysis of %(title)s failed"),
        gettext_noop("Open it to see why, and to try again."),
    ),
    "role.granted": (
        gettext_noop("You now hold the role %(role)s"),
        gettext_noop("%(by)s gave it to you."),
    ),
    "role.revoked": (
        gettext_noop("You no longer hold the role %(role)s"),
        gettext_noop("%(by)s took it away."),
    ),
    "delivery.parked": (
        gettext_noop("A delivery to an outside system is parked"),
        gettext_noop("%(key)s could not be delivered. Open it to send it again."),
    ),
    "bom.to_decide": (
        gettext_noop("%(bom)s waits for your approval"),
        gettext_noop("%(by)s put up revision %(revision)s. You are one of its PICs."),
    ),
    "bom.revised": (
        gettext_noop("%(bom)s was changed and waits for your approval again"),
        gettext_noop("%(by)s changed it to revision %(revision)s."),
    ),
    "bom.approved": (
        gettext_noop("%(bom)s is approved by all PICs"),
        gettext_noop("%(by)s was the last; PPIC gets the snapshot. %(remark)s"),
    ),
    "bom.rejected": (
        gettext_noop("%(bom)s is rejected"),
        gettext_noop("%(by)s rejected it: %(remark)s"),
    ),
    "bom.uninvited": (
        gettext_noop("You are no longer a PIC of %(bom)s"),
        gettext_noop("%(by)s removed you: %(remark)s"),
    ),
    "bom.delivered": (
        gettext_noop("PPIC has the snapshot of %(bom)s"),
        gettext_noop("Revision %(revision)s was delivered."),
    ),
}


def title_of(kind: str, facts: Mapping[str, Any]) -> str:
    """The first line of a notice, in the language in force."""
    return (_(WORDS[kind][0]) % facts).strip()


def message_of(kind: str, facts: Mapping[str, Any]) -> str:
    """The second line of a notice, in the language in force."""
    return (_(WORDS[kind][1]) % facts).strip()


def notices_for(user: User) -> NotificationQuerySet:
    """A person's notices, newest first."""
    rows: NotificationQuerySet = Notification.objects.filter(recipient=user)
    return rows.order_by("-id")


def unread_count(user: User) -> int:
    """What the bell shows."""
    return int(notices_for(user).unread().count())


def recipients_of(event_ids: Iterable[int]) -> frozenset[int]:
    """User ids that got a notice with one of these events."""
    rows = Notification.objects.filter(event__in=list(event_ids))
    return frozenset(rows.values_list("recipient_id", flat=True))


def events_after(event_id: int, limit: int) -> list[tuple[int, str]]:
    """Id and record type of the events after one, at most ``limit``."""
    rows = Event.objects.filter(id__gt=event_id).order_by("id")
    return list(rows.values_list("id", "record_type")[:limit])
