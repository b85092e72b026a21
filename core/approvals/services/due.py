"""Time: reminders, and who is asked beside those who are late."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.approvals.models import Assignment, Duty, Round, RoundStep
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.due import half_time
from core.approvals.queries.rules import escalation_of
from core.approvals.services.routes import ask_new, locked_or_none, tell
from core.approvals.signals import people_asked, people_reminded
from core.approvals.subjects import SUBJECTS
from core.workdays.queries import calendar

Because = Assignment.Because
AT_ONCE = 200
# The first reminder comes at half time, the second when it is due; the digest tells of it later.
REMINDERS = 2
Place = tuple[str, int]


def remind_due(now: datetime | None = None) -> int:
    """Remind those who are asked, at half time and when it is due; returns how many people.

    A job of the worker: each reminder is taken by one conditional update, so that many workers
    send it once.
    """
    moment = now or timezone.now()
    rows = Assignment.objects.open().filter(
        round__state=Round.State.OPEN,
        duty=Duty.REQUIRED,
        person__is_active=True,
        reminders__lt=REMINDERS,
        step__due_at__isnull=False,
    )
    late = [
        (row.round.record_type, row.round.record_id)
        for row in rows.select_related("round", "step").order_by("step__due_at")[
            : AT_ONCE * 5
        ]
        if _is_reminded(row, moment)
    ]
    return sum(_remind(label, key, moment) for label, key in _once_each(late))


def _is_reminded(row: Assignment, now: datetime) -> bool:
    """Whether the next reminder's time has come."""
    due = row.step.due_at
    if due is None or row.reminders >= REMINDERS:
        return False
    return now >= (half_time(row.asked_at, due) if row.reminders == 0 else due)


def _once_each(places: Iterable[Place]) -> list[Place]:
    """Each record once; the rest waits for the next run."""
    return list(dict.fromkeys(places))[:AT_ONCE]


@transaction.atomic
def _remind(record_type: str, record_id: int, now: datetime) -> int:
    found = locked_or_none(SUBJECTS[record_type], record_id)
    if found is None:
        return 0
    ballot = ballot_of(found)
    steps = {step.pk: step for step in ballot.steps}
    told = []
    for row in ballot.asked:
        row.step = steps[row.step_id]
        is_asked = row.duty == Duty.REQUIRED and row.person.is_active
        if is_asked and _is_reminded(row, now) and _take(row, now):
            told.append(row)
    if told:
        event = tell(
            found, "approval.reminded", None, after=[row.person for row in told]
        )
        people_reminded.send(Round, record=found, event=event, assignments=told)
    return len(told)


def _take(row: Assignment, now: datetime) -> bool:
    """Count the reminder; what is due already is not reminded of its half time first."""
    is_due = row.step.due_at is not None and now >= row.step.due_at
    count = REMINDERS if is_due else row.reminders + 1
    rows = Assignment.objects.open().filter(pk=row.pk, reminders=row.reminders)
    return bool(rows.update(reminders=count, reminded_at=now))


# --- Escalation ---------------------------------------------------------------------


def escalate_due(now: datetime | None = None) -> int:
    """Ask the target of a step's escalation beside those who are late; returns how many people.

    All names stay. Nobody is asked who may not decide.
    """
    moment = now or timezone.now()
    rows = RoundStep.objects.filter(
        round__state=Round.State.OPEN,
        opened_at__isnull=False,
        closed_at=None,
        escalate_after__isnull=False,
    ).exclude(assignments__because=Because.ESCALATION)
    late = [
        (step.round.record_type, step.round.record_id)
        for step in rows.select_related("round").order_by("opened_at")[: AT_ONCE * 5]
        if _is_escalated(step, moment)
    ]
    return sum(_escalate(label, key, moment) for label, key in _once_each(late))


def _is_escalated(step: RoundStep, now: datetime) -> bool:
    if step.opened_at is None or step.escalate_after is None:
        return False
    return now >= calendar().add_hours(step.opened_at, step.escalate_after)


@transaction.atomic
def _escalate(record_type: str, record_id: int, now: datetime) -> int:
    found = locked_or_none(SUBJECTS[record_type], record_id)
    if found is None:
        return 0
    ballot = ballot_of(found)
    step = ballot.current
    if step is None or not _is_escalated(step, now):
        return 0
    late = [row.pk for row in ballot.asked if row.step_id == step.pk]
    rows = ask_new(found, ballot, step, escalation_of(step), Because.ESCALATION)
    if not rows:
        return 0
    Assignment.objects.filter(pk__in=late).update(escalated_at=now)
    event = tell(found, "approval.escalated", None, after=[row.person for row in rows])
    people_asked.send(Round, record=found, by=None, event=event, assignments=rows)
    return len(rows)
