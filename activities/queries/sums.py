"""Sums of an activity over its stored live tasks."""

from django.db.models import Count, Max, Min, Sum

from activities.models import Activity


def sums_of(activity: Activity) -> dict[str, object]:
    """Span, counts and hours over all stored live tasks, whatever a request held."""
    found = activity.tasks.filter(deleted_at=None).aggregate(
        from_cache=Min("starts_at"),
        to_cache=Max("ends_at"),
        task_count=Count("pk"),
        pic_count=Count("completed_date_pic"),
        spv_count=Count("completed_date_spv"),
        done_count=Count("completed_date_manager"),
        hours=Sum("hours"),
    )
    return {**found, "hours": found["hours"] or 0}
