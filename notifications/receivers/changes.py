"""News of ECN, CCN and FAB."""

from typing import Any

from django.urls import reverse

from core.accounts.models import User
from core.ledger.models import Event
from engineering.models import ChangeDecision, ChangeNotice
from notifications.services import complete, notify


def on_change_submitted(
    change: ChangeNotice, by: User, event: Event, deciders: frozenset[int], **_: Any
) -> None:
    """Those who may decide hear of it."""
    _ask(deciders, change, by, event, "change.to_decide")


def on_change_edited(
    change: ChangeNotice, by: User, event: Event, deciders: frozenset[int], **_: Any
) -> None:
    """The old request is void; the same people are asked anew."""
    complete(change)
    _ask(deciders - {by.pk}, change, by, event, "change.edited")


def on_change_decided(
    change: ChangeNotice,
    by: User,
    event: Event,
    decision: ChangeDecision,
    deciders: frozenset[int],
    **_: Any,
) -> None:
    """The requester hears the outcome; while it is pending, the next approvers are asked."""
    complete(change, for_people=None if not change.is_pending else [by.pk])
    kind = _outcome_kind(change, decision)
    asked = deciders if change.is_pending else frozenset()
    told = {change.requester_id, change.created_by_id} - {None, by.pk} - asked
    notify(
        [person for person in told if person],
        event=event,
        kind=kind,
        facts=_facts(change, by) | {"remark": decision.remark},
        url=_url(change),
    )
    _ask(asked, change, by, event, "change.to_decide")


def _outcome_kind(change: ChangeNotice, decision: ChangeDecision) -> str:
    if change.is_pending:
        return "change.step"
    return "change.approved" if decision.status == 1 else "change.rejected"


def on_change_withdrawn(change: ChangeNotice, by: User, event: Event, **_: Any) -> None:
    """Nobody needs to decide any more."""
    complete(change)


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


def _facts(change: ChangeNotice, by: User) -> dict[str, str]:
    return {
        "number": change.number,
        "title": change.title,
        "revision": str(change.revision),
        "by": str(by),
    }


def _url(change: ChangeNotice) -> str:
    return reverse("engineering:change_detail", args=[change.pk])
