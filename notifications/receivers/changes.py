"""News of ECN, CCN and FAB."""

from typing import Any

from django.urls import reverse

from core.accounts.models import User
from core.approvals.models import Decision, Opening
from core.approvals.queries.inbox import with_substitutes
from core.ledger.models import Delivery, Event
from core.talk.services import give_up_on
from engineering.models import ChangeNotice
from engineering.queries.approval import Asked
from notifications.models import Notification
from notifications.queries import open_notices
from notifications.receivers.rounds import ON_BEHALF, tell_substitutes
from notifications.receivers.talk import tell_choosers, tell_followers
from notifications.services import close_notices, notify

FIRST, STUCK = "change.to_decide", "change.stuck"


def on_change_submitted(
    change: ChangeNotice, by: User, event: Event, asked: Asked, **_: Any
) -> None:
    """Those who may decide hear of it; where there are only its authors, the administrators."""
    _ask(asked.deciders, change, by, event, FIRST)
    _warn_if_stuck(asked, change, by, event)


def on_change_edited(
    change: ChangeNotice, by: User, event: Event, asked: Asked, **_: Any
) -> None:
    """The old request is void; the same people are asked anew.

    Old clients send the record first and its file afterwards: who has seen nothing of it yet reads one
    request, not two.
    """
    unaware = _take_back(change) if _only_adds_files(event) else frozenset()
    close_notices(change, but=() if asked.deciders else (STUCK,))
    people = asked.deciders - {by.pk}
    _ask(people - unaware, change, by, event, "change.edited")
    _ask(people & unaware, change, by, event, FIRST)
    _warn_if_stuck(asked, change, by, event)
    tell_followers(change, event, "follow.revision", _facts(change, by))


def _only_adds_files(event: Event) -> bool:
    """Whether an edit took nothing away, and no decision with it."""
    after = event.after or {}
    return (
        not event.before and {"files", "voided"} >= after.keys() and not after["voided"]
    )


def _take_back(change: ChangeNotice) -> frozenset[int]:
    """Remove the first requests that nobody has seen in any way; returns whose they were."""
    seen = Opening.objects.filter(
        record_type=change._meta.label, record_id=change.pk
    ).values("person")
    sent = Delivery.objects.filter(record_type=Notification._meta.label)
    rows = (
        open_notices(change)
        .filter(kind__in=(FIRST, ON_BEHALF), is_read=False)
        .exclude(recipient__in=seen)
        .exclude(pk__in=sent.values("record_id"))
    )
    people = frozenset(rows.values_list("recipient_id", flat=True))
    rows.delete()
    return people


def on_change_decided(
    change: ChangeNotice,
    by: User,
    event: Event,
    decision: Decision,
    asked: Asked,
    **_: Any,
) -> None:
    """The requester hears the outcome; while it is pending, those are asked whose turn it is now."""
    # While it is pending another step follows; else the event says how it ended.
    kind = "change.step" if change.is_pending else event.kind
    known = _close_what_is_over(change, asked)
    _warn_if_stuck(asked, change, by, event)
    told = {change.requester_id, change.created_by_id} - {None, by.pk}
    facts = _facts(change, by) | {"remark": decision.remark}
    notify(
        [person for person in told - asked.deciders if person],
        event=event,
        kind=kind,
        facts=facts,
        url=_url(change),
    )
    _ask(asked.deciders - known, change, by, event, "change.next_step")
    if change.is_pending:
        tell_choosers(change, event, "follow.step", facts, but=asked.deciders)
    else:
        tell_followers(change, event, kind, facts)


def _close_what_is_over(change: ChangeNotice, asked: Asked) -> frozenset[int]:
    """Close the notices of people who are not asked any more; returns who is asked and knows it."""
    if not change.is_pending:
        close_notices(change)
        return frozenset()
    told = list(open_notices(change).values_list("recipient_id", "kind"))
    answering = with_substitutes(asked.deciders, asked.kind)
    known = frozenset(
        person for person, kind in told if kind != STUCK and person in answering
    )
    done = {person for person, _kind in told} - known
    close_notices(change, for_people=done, but=() if asked.deciders else (STUCK,))
    return known


def _warn_if_stuck(asked: Asked, change: ChangeNotice, by: User, event: Event) -> None:
    """Administrators hear once that only its own authors could decide, until somebody else can."""
    if not asked.is_stuck:
        return
    told = open_notices(change).filter(kind=STUCK)
    admins = User.objects.filter(is_active=True, is_superuser=True)
    untold = admins.exclude(pk__in=told.values("recipient"))
    notify(
        untold.values_list("pk", flat=True),
        event=event,
        kind=STUCK,
        facts=_facts(change, by),
        url=_url(change),
        asks=True,
    )


def on_change_withdrawn(change: ChangeNotice, by: User, event: Event, **_: Any) -> None:
    """Nobody needs to decide any more, nor to answer."""
    close_notices(change)
    give_up_on(ChangeNotice, [change.pk])


def _ask(
    people: frozenset[int], change: ChangeNotice, by: User, event: Event, kind: str
) -> None:
    notify(
        people,
        event=event,
        kind=kind,
        facts=_facts(change, by),
        url=_url(change),
        asks=True,
    )
    tell_substitutes(change, people, event)


def _facts(change: ChangeNotice, by: User) -> dict[str, str]:
    return {
        "number": change.number,
        "title": change.title,
        "revision": str(change.revision),
        "by": str(by),
    }


def _url(change: ChangeNotice) -> str:
    return reverse("engineering:change_detail", args=[change.pk])
