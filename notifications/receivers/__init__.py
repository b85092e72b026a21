"""The one place that listens: news of the other apps become notices, in their transaction."""

from typing import Any

from django.urls import reverse

from activities.models import Activity, Stage, Task
from activities.queries.people import in_charge_ids
from activities.signals import (
    activity_removed,
    in_charges_changed,
    task_added,
    task_removed,
    task_reopened,
    task_signed,
)
from aianalyzer.models import InquiryAiGeneration
from aianalyzer.signals import analysis_ended
from bom.models import BomApproval, BomDecision
from bom.signals import bom_decided, bom_invited, bom_opened, bom_uninvited
from core.accounts.models import User
from core.accounts.signals import role_granted, role_revoked
from core.ledger.models import Delivery, Event
from core.ledger.signals import delivery_made, delivery_parked
from engineering.models import ChangeDecision, ChangeNotice
from engineering.signals import (
    change_decided,
    change_edited,
    change_submitted,
    change_withdrawn,
)
from notifications.queries import askable
from notifications.receivers.house import (
    on_delivery_parked,
    on_document_damaged,
    on_role_granted,
    on_role_revoked,
)
from notifications.services import close_task, complete, notify
from supportdocs.signals import document_damaged

WATCHED = 10_000  # milliseconds that somebody waits before going elsewhere


def connect() -> None:
    """Start listening; each line is one kind of news."""
    change_submitted.connect(on_change_submitted)
    change_edited.connect(on_change_edited)
    change_decided.connect(on_change_decided)
    change_withdrawn.connect(on_change_withdrawn)
    role_granted.connect(on_role_granted)
    role_revoked.connect(on_role_revoked)
    delivery_parked.connect(on_delivery_parked)
    delivery_made.connect(on_delivery_made)
    bom_opened.connect(on_bom_opened)
    bom_invited.connect(on_bom_invited)
    bom_uninvited.connect(on_bom_uninvited)
    bom_decided.connect(on_bom_decided)
    task_added.connect(on_task_added)
    in_charges_changed.connect(on_in_charges_changed)
    task_signed.connect(on_task_signed)
    task_reopened.connect(on_task_reopened)
    task_removed.connect(on_task_removed)
    activity_removed.connect(on_activity_removed)
    analysis_ended.connect(on_analysis_ended)
    document_damaged.connect(on_document_damaged)


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


def on_analysis_ended(generation: InquiryAiGeneration, event: Event, **_: Any) -> None:
    """Who asked hears of it, unless it was over while the page was still looked at."""
    is_quick = generation.duration_ms is not None and generation.duration_ms < WATCHED
    if is_quick or generation.asked_by_id is None:
        return
    notify(
        [generation.asked_by_id],
        event=event,
        kind=f"analysis.{generation.state}",
        facts={"title": str(generation)},
        url=reverse("aianalyzer:answer_detail", args=[generation.pk]),
    )


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


# --- BOM approvals ------------------------------------------------------------------


def on_bom_opened(
    approval: BomApproval,
    by: User | None,
    event: Event,
    asked: frozenset[int],
    **_: Any,
) -> None:
    """Every PIC is asked; what was asked about an older revision is over."""
    complete(approval)
    kind = "bom.to_decide" if approval.revision == 1 else "bom.revised"
    _ask_pics(asked, approval, by, event, kind)


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
    """Who was removed hears why, and has nothing to do any more."""
    people = _users(asked)
    complete(approval, for_people=people)
    facts = _bom_facts(approval, by) | {"remark": event.note}
    _tell_pics(people, approval, event, "bom.uninvited", facts)


def on_bom_decided(
    approval: BomApproval,
    by: User,
    event: Event,
    decision: BomDecision,
    told: frozenset[int],
    **_: Any,
) -> None:
    """Once it is settled, who opened it and every PIC hear of it."""
    complete(approval, for_people=[by.pk] if approval.is_pending else None)
    if approval.is_pending:
        return
    kind = "bom.approved" if decision.status == 1 else "bom.rejected"
    people = [person for person in _users(told) if person != by.pk]
    facts = _bom_facts(approval, by) | {"remark": decision.remark}
    _tell_pics(people, approval, event, kind, facts)


def on_delivery_made(delivery: Delivery, **_: Any) -> None:
    """Who opened the approval hears that PPIC has the snapshot."""
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
    notify(
        _users(asked),
        event=event,
        kind=kind,
        facts=_bom_facts(approval, by),
        url=_bom_url(approval),
        asks=True,
    )


def _tell_pics(
    people: list[int],
    approval: BomApproval,
    event: Event,
    kind: str,
    facts: dict[str, str],
) -> None:
    notify(people, event=event, kind=kind, facts=facts, url=_bom_url(approval))


def _users(ext_ids: frozenset[int]) -> list[int]:
    """Our ids of people of the auth server; who never logged in sees it at the first login."""
    return list(User.objects.filter(ext_id__in=ext_ids).values_list("pk", flat=True))


def _bom_facts(approval: BomApproval, by: User | None) -> dict[str, str]:
    return {
        "bom": str(approval),
        "revision": str(approval.revision),
        "by": str(by or "PPIC"),
    }


def _bom_url(approval: BomApproval) -> str:
    return reverse("bom:bom_detail", args=[approval.ext_bom_leveled_id])


# --- Tasks: PIC, SPV, manager ---------------------------------------------------------


def on_task_added(
    task: Task, by: User, event: Event, people: frozenset[int], **_: Any
) -> None:
    """Who is in charge is asked to do it."""
    _ask_task(_users(people), task, by, event, "task.to_do", Stage.PIC)


def on_in_charges_changed(
    task: Task,
    by: User,
    event: Event,
    added: frozenset[int],
    removed: frozenset[int],
    **_: Any,
) -> None:
    """The new people are asked while the PIC stage is open; the removed have nothing to do."""
    close_task([task.pk], roles=[Stage.PIC], for_people=_users(removed))
    if task.next_stage == Stage.PIC:
        _ask_task(_users(added), task, by, event, "task.to_do", Stage.PIC)


def on_task_signed(task: Task, by: User, event: Event, stage: str, **_: Any) -> None:
    """The signed stage's notices close and the next stage is asked; at the end the PICs hear."""
    close_task([task.pk])
    if task.next_stage:
        people = askable(task.next_stage, in_charge_ids(task))
        _ask_task(people, task, by, event, "task.to_sign", task.next_stage)
        return
    people = [person for person in _users(in_charge_ids(task)) if person != by.pk]
    facts, url = _task_facts(task, by), _task_url(task)
    notify(
        people, event=event, kind="task.complete", facts=facts, url=url, task_id=task.pk
    )


def on_task_reopened(task: Task, by: User, event: Event, stage: str, **_: Any) -> None:
    """What asked for the next signature is withdrawn; the stage is asked again."""
    close_task([task.pk])
    people = askable(stage, in_charge_ids(task))
    _ask_task(people, task, by, event, "task.reopened", stage)


def on_task_removed(task: Task, by: User, event: Event, **_: Any) -> None:
    """Nobody needs to do it any more."""
    close_task([task.pk])


def on_activity_removed(
    activity: Activity, by: User, event: Event, task_ids: list[int], **_: Any
) -> None:
    """Nobody needs to do its tasks any more."""
    close_task(task_ids)


def _ask_task(
    people: list[int], task: Task, by: User, event: Event, kind: str, role: str
) -> None:
    notify(
        people,
        event=event,
        kind=kind,
        facts=_task_facts(task, by) | {"role": str(Stage(role).label)},
        url=_task_url(task),
        asks=True,
        task_id=task.pk,
        role=role,
    )


def _task_facts(task: Task, by: User) -> dict[str, str]:
    return {
        "task": str(task),
        "activity": str(task.activity),
        "number": str(task.pk),
        "by": str(by),
    }


def _task_url(task: Task) -> str:
    return reverse("activities:task_detail", args=[task.pk])
