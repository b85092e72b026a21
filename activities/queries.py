"""Reads of planned work."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from activities.models import Activity, Task


def activities_between(first: datetime, last: datetime) -> QuerySet[Activity]:
    """Activities whose span touches the period (legacy-screens 12, in-range)."""
    return (
        Activity.objects.alive()
        .filter(to_cache__gte=first, from_cache__lte=last)
        .order_by("to_cache", "id")
    )


def overdue_tasks(now: datetime | None = None) -> QuerySet[Task]:
    """Unfinished tasks whose end has passed, longest first."""
    rows = Task.objects.unfinished().filter(ends_at__lt=now or timezone.now())
    return rows.select_related("activity").order_by("ends_at", "id")
