"""News of a round, whatever is decided: asked anew, released, nobody left to ask."""

from typing import Any

from django.urls import reverse

from core.accounts.models import User
from core.approvals.models import Assignment
from core.approvals.subjects import subject_of
from core.ledger.models import Event
from notifications.queries import open_notices
from notifications.services import close_notices, notify

NOBODY = "approval.nobody"


def on_people_asked(
    record: Any, event: Event, assignments: list[Assignment], **_: Any
) -> None:
    """They are asked for a decision, and hear by whom and why; nobody is stuck any more."""
    people = [row.person_id for row in assignments]
    _notify(people, record, event, "approval.asked", asks=True)
    close_notices(record, for_people=_told_of_nobody(record))


def on_people_reminded(
    record: Any, event: Event, assignments: list[Assignment], **_: Any
) -> None:
    """Half of the time is gone, or all of it."""
    people = [row.person_id for row in assignments]
    _notify(people, record, event, "approval.reminded", asks=False)


def on_substitute_named(row: Any, event: Event, **_: Any) -> None:
    """Who stands in hears for whom, and from when on."""
    facts = {
        "person": str(row.person),
        "first": row.first_day.isoformat(),
        "last": row.last_day.isoformat(),
    }
    notify(
        [row.substitute_id],
        event=event,
        kind="substitution.named",
        facts=facts,
        url=reverse("inbox"),
    )


def on_people_released(record: Any, people: frozenset[int], **_: Any) -> None:
    """Nothing is asked of them any more."""
    close_notices(record, for_people=people)


def on_nobody_left(record: Any, event: Event, **_: Any) -> None:
    """Administrators and requesters hear it once, until somebody is asked again."""
    admins = User.objects.filter(is_active=True, is_superuser=True)
    people = {
        *admins.values_list("pk", flat=True),
        *subject_of(record).requesters(record),
    }
    _notify(people - _told_of_nobody(record), record, event, NOBODY, asks=True)


def _told_of_nobody(record: Any) -> set[int]:
    rows = open_notices(record).filter(kind=NOBODY)
    return set(rows.values_list("recipient_id", flat=True))


def _notify(people: Any, record: Any, event: Event, kind: str, *, asks: bool) -> None:
    told = subject_of(record).describe([record.pk])[record.pk]
    facts = {
        "number": told.number,
        "title": told.title,
        "revision": str(record.revision),
        "by": event.actor_name or "EMS",
        "remark": event.note,
    }
    notify(people, event=event, kind=kind, facts=facts, url=told.url, asks=asks)
