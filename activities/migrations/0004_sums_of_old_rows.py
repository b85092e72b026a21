"""Rows that were planned before the sums were kept get them now."""

from django.db import migrations
from django.db.models import Count, Max, Min, Sum


def fill(apps, schema_editor):
    """Span, counts, hours and search text over the live tasks."""
    Activity = apps.get_model("activities", "Activity")
    for activity in Activity.objects.filter(search_text="").iterator():
        tasks = activity.tasks.filter(deleted_at=None)
        found = tasks.aggregate(
            from_cache=Min("starts_at"),
            to_cache=Max("ends_at"),
            task_count=Count("pk"),
            pic_count=Count("completed_date_pic"),
            spv_count=Count("completed_date_spv"),
            done_count=Count("completed_date_manager"),
            hours=Sum("hours"),
        )
        texts = tasks.values_list("description", flat=True)
        words = [activity.description, activity.customer, activity.pic, *texts]
        Activity.objects.filter(pk=activity.pk).update(
            **{**found, "hours": found["hours"] or 0},
            search_text="\n".join(filter(None, words)).casefold()[:20_000],
        )


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_search")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
