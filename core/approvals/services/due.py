"""Time: reminders, and who is asked beside those who are late."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.accounts.models import User
from core.approvals.models import Assignment, Duty, Round, RoundStep
from core.approvals.queries.ballots import Ballot, ballot_of
from core.approvals.queries.due import half_time
from core.approvals.queries.rules import holders
from core.approvals.services.routes import assign
from core.approvals.signals import people_asked, people_reminded
from core.approvals.subjects import SUBJECTS, Subject
from core.errors import DomainError
from core.ledger.models import Event
from core.ledger.services import record as write_event
from core.workdays.queries import calendar

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
    found = _locked(SUBJECTS[record_type], record_id)
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
        event = _told(found, "approval.reminded", [row.person for row in told])
        people_reminded.send(Round, record=found, event=event, assignments=told)
    return len(told)


def _take(row: Assignment, now: datetime) -> bool:
    rows = Assignment.objects.open().filter(pk=row.pk, reminders=row.reminders)
    return bool(rows.update(reminders=row.reminders + 1, reminded_at=now))


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
    ).exclude(assignments__because=Assignment.Because.ESCALATION)
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
    subject = SUBJECTS[record_type]
    found = _locked(subject, record_id)
    if found is None:
        return 0
    ballot = ballot_of(found)
    step = ballot.current
    if step is None or not _is_escalated(step, now):
        return 0
    new = _targets(subject, found, ballot, step)
    if not new:
        return 0
    rows = assign(ballot, step, [(each, Assignment.Because.ESCALATION) for each in new])
    late = [row for row in ballot.asked if row.step_id == step.pk]
    Assignment.objects.filter(pk__in=[row.pk for row in late]).update(escalated_at=now)
    event = _told(found, "approval.escalated", new)
    people_asked.send(Round, record=found, by=None, event=event, assignments=rows)
    return len(rows)


def _targets(
    subject: Subject, found: Any, ballot: Ballot, step: RoundStep
) -> list[User]:
    """The person or the role, without those who were asked here already."""
    known = {row.person_id for row in ballot.assignments if row.step_id == step.pk}
    named = [step.escalate_person] if step.escalate_person else []
    people = [*named, *holders(step.escalate_role)]
    new = [each for each in people if each.is_active and each.pk not in known]
    able = subject.able(found, new) if new else frozenset()
    return [each for each in dict.fromkeys(new) if each.pk in able]


def _locked(subject: Subject, record_id: int) -> Any:
    """The record, locked; None where it was withdrawn meanwhile."""
    try:
        return subject.lock(record_id)
    except DomainError:
        return None


def _told(found: Any, kind: str, people: list[User]) -> Event:
    """The event, by nobody, with the people by the auth server's ids and their names."""
    return write_event(
        found,
        kind,
        by=None,
        after={
            "people": [row.ext_id for row in people],
            "names": [str(row) for row in people],
        },
        revision=found.revision,
    )
