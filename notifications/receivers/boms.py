"""News of BOM approvals and their snapshots."""

from typing import Any

from django.urls import reverse

from bom.models import BomApproval
from core.accounts.models import User
from core.accounts.services import ensure_users
from core.approvals.models import Decision, RecordKind
from core.approvals.queries.inbox import with_substitutes
from core.ledger.models import Delivery, Event
from notifications.receivers.rounds import NOBODY, tell_substitutes
from notifications.receivers.talk import tell_choosers, tell_followers
from notifications.services import close_notices, notify


def on_bom_opened(
    approval: BomApproval,
    by: User | None,
    event: Event,
    asked: frozenset[int],
    **_: Any,
) -> None:
    """Every PIC is asked; what was asked about an older revision is over."""
    close_notices(approval)
    kind = "bom.to_decide" if approval.revision == 1 else "bom.revised"
    _ask_pics(asked, approval, by, event, kind)
    if approval.revision > 1:
        facts = _followed(approval) | _bom_facts(approval, by)
        tell_followers(approval, event, "follow.revision", facts)


def on_bom_invited(
    approval: BomApproval,
    by: User | None,
    event: Event,
    asked: frozenset[int],
    **_: Any,
) -> None:
    """The new PICs are asked."""
    _ask_pics(asked, approval, by, event, "bom.to_decide")


def on_bom_uninvited(
    approval: BomApproval, by: User, event: Event, asked: frozenset[int], **_: Any
) -> None:
    """A removed PIC hears the reason, and has nothing to do any more."""
    people = ensure_users(asked)
    close_notices(approval, for_people=people)
    facts = _bom_facts(approval, by) | {"remark": event.note}
    _tell_pics(people, approval, event, "bom.uninvited", facts)


def on_bom_decided(
    approval: BomApproval,
    by: User,
    event: Event,
    decision: Decision,
    informed: frozenset[int],
    asked: frozenset[int],
    **_: Any,
) -> None:
    """Once it is settled, who opened it and every PIC hear of it."""
    facts = _bom_facts(approval, by) | {"remark": decision.remark}
    if approval.is_pending:
        # Those are done who decided, or for whom somebody decided.
        still = with_substitutes(asked, RecordKind.BOM)
        close_notices(approval, but_of=still, but=(NOBODY,))
        tell_choosers(approval, event, "follow.step", _followed(approval) | facts)
        return
    close_notices(approval)
    people = [person for person in ensure_users(informed) if person != by.pk]
    _tell_pics(people, approval, event, event.kind, facts)
    tell_followers(approval, event, event.kind, facts)


def on_delivery_made(delivery: Delivery, **_: Any) -> None:
    """The opener hears that PPIC has the snapshot."""
    rows = BomApproval.objects.filter(pk=delivery.record_id)
    is_snapshot = delivery.record_type == BomApproval._meta.label
    approval = rows.first() if is_snapshot else None
    if approval is None:
        return
    event = Event.objects.filter(
        record_type=Delivery._meta.label, record_id=delivery.pk
    ).latest("seq")
    opener = [approval.opened_by_id] if approval.opened_by_id else []
    _tell_pics(opener, approval, event, "bom.delivered", _bom_facts(approval, None))


def _ask_pics(
    asked: frozenset[int],
    approval: BomApproval,
    by: User | None,
    event: Event,
    kind: str,
) -> None:
    people = ensure_users(asked)
    notify(
        people,
        event=event,
        kind=kind,
        facts=_bom_facts(approval, by),
        url=_bom_url(approval),
        asks=True,
    )
    tell_substitutes(approval, people, event)


def _tell_pics(
    people: list[int],
    approval: BomApproval,
    event: Event,
    kind: str,
    facts: dict[str, str],
) -> None:
    notify(people, event=event, kind=kind, facts=facts, url=_bom_url(approval))


def _bom_facts(approval: BomApproval, by: User | None) -> dict[str, str]:
    return {
        "bom": str(approval),
        "revision": str(approval.revision),
        "by": str(by or "PPIC"),
    }


def _followed(approval: BomApproval) -> dict[str, str]:
    return {"number": str(approval)}


def _bom_url(approval: BomApproval) -> str:
    return reverse("bom:bom_detail", args=[approval.ext_bom_leveled_id])
