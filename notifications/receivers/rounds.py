"""News of a round, whatever is decided: asked anew, released, nobody left to ask."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from core.accounts.models import User
from core.approvals.models import Assignment, DecisionLink
from core.approvals.queries.inbox import people_who_may, substitutes_to_tell
from core.approvals.subjects import SUBJECTS, subject_of
from core.ledger.models import Event
from core.ledger.services import record as write_event
from notifications.queries import open_notices
from notifications.services import close_notices, notify

NOBODY, ON_BEHALF = "approval.nobody", "approval.on_behalf"


def on_people_asked(
    record: Any, event: Event, assignments: list[Assignment], **_: Any
) -> None:
    """They are asked for a decision, and hear by whom and why; nobody is stuck any more."""
    people = [row.person_id for row in assignments]
    _notify(people, record, event, "approval.asked", asks=True)
    tell_substitutes(record, people, event)
    close_notices(record, for_people=_told_of_nobody(record))


def on_people_reminded(
    record: Any, event: Event, assignments: list[Assignment], **_: Any
) -> None:
    """Half of the time is gone, or all of it."""
    people = [row.person_id for row in assignments]
    _notify(people, record, event, "approval.reminded", asks=False)
    tell_substitutes(record, people, event)


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
    """Nothing is asked of them any more, nor of those who stand in for them alone."""
    told = open_notices(record).filter(kind=ON_BEHALF)
    substitutes = set(told.values_list("recipient_id", flat=True))
    close_notices(record, for_people=people | (substitutes - people_who_may(record)))


def tell_substitutes(record: Any, people: Collection[int], event: Event) -> None:
    """Who stands in today is asked as well, and reads for whom."""
    for person, substitutes in substitutes_to_tell(record, people).items():
        if substitutes:
            name = str(User.objects.get(pk=person))
            _notify(substitutes, record, event, ON_BEHALF, asks=True, person=name)


def on_link_locked(link: DecisionLink, **_: Any) -> None:
    """Kept in the ledger; the person hears of it, since it may have been somebody else."""
    found = link.assignment.round
    event = write_event(link.person, "link.locked", by=None, after={"link": link.pk})
    told = SUBJECTS[found.record_type].describe([found.record_id])[found.record_id]
    facts = {"number": told.number}
    notify([link.person_id], event=event, kind="link.locked", facts=facts, url=told.url)


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


def _notify(
    people: Any, record: Any, event: Event, kind: str, *, asks: bool, person: str = ""
) -> None:
    told = subject_of(record).describe([record.pk])[record.pk]
    facts = {
        "number": told.number,
        "title": told.title,
        "revision": str(record.revision),
        "by": event.actor_name or "EMS",
        "remark": event.note,
        "person": person,
    }
    notify(people, event=event, kind=kind, facts=facts, url=told.url, asks=asks)
