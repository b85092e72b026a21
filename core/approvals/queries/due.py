"""When a step is due, in the working time of the company."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from core.approvals.models import Assignment, DueTime, Duty, Round, RoundStep
from core.workdays.queries import calendar


def due_at(kind: str, priority: int, since: datetime) -> datetime | None:
    """When a step is to be decided that opens at ``since`` (UTC); None where no time is set."""
    row = DueTime.objects.filter(kind=kind, priority=priority).first()
    if row is None:
        return None
    if row.unit == DueTime.Unit.HOURS:
        return calendar().add_hours(since, row.amount)
    return calendar().add_days(since, row.amount)


def half_time(since: datetime, due: datetime) -> datetime:
    """The middle of the working time between two moments (UTC)."""
    found = calendar()
    return found.add_hours(since, found.hours_between(since, due) / 2)


def due_of_record(label: str) -> Subquery:
    """When the open step of a row of that model is due, within the query of the rows."""
    rows = RoundStep.objects.filter(
        round__record_type=label,
        round__record_id=OuterRef("pk"),
        round__state=Round.State.OPEN,
        duty=Duty.REQUIRED,
        opened_at__isnull=False,
        closed_at=None,
        due_at__isnull=False,
    )
    return Subquery(rows.order_by("order").values("due_at")[:1])


def overdue_records(label: str) -> QuerySet[RoundStep, int]:
    """Ids of the records of one model whose open step should have been decided by now."""
    rows = RoundStep.objects.filter(
        round__record_type=label,
        round__state=Round.State.OPEN,
        duty=Duty.REQUIRED,
        opened_at__isnull=False,
        closed_at=None,
        due_at__lt=timezone.now(),
    )
    return rows.values_list("round__record_id", flat=True)


def waited(row: Assignment) -> timedelta:
    """How long an answer took, or takes by now; of the clock, not of working time."""
    return (row.closed_at or timezone.now()) - row.asked_at
