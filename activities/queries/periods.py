"""Activities and tasks in a period, and late ones."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from activities.models import Activity, Task


def activities_between(first: datetime, last: datetime) -> QuerySet[Activity]:
    """Activities whose span touches the period, both ends included."""
    return (
        Activity.objects.alive()
        .filter(to_cache__gte=first, from_cache__lte=last)
        .order_by("to_cache", "id")
    )


def overdue_tasks(now: datetime | None = None) -> QuerySet[Task]:
    """Unfinished tasks whose last day is over, longest first."""
    rows = Task.objects.unfinished().filter(ends_at__lt=late_before(now))
    return rows.select_related("activity").order_by("ends_at", "id")


def late_before(now: datetime | None = None) -> datetime:
    """The begin of today in Jakarta; an end before it is late."""
    return day_start(timezone.localdate(now))


def day_start(day: date) -> datetime:
    """Midnight in Jakarta, at which a calendar day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def day_end(day: date) -> datetime:
    """The last moment of a calendar day in Jakarta."""
    return day_start(day) + timedelta(days=1, microseconds=-1)
