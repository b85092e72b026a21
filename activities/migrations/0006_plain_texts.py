"""Texts that were kept before there was a normal form get theirs."""

from django.db import migrations

from core.common.plaintext import plain_lines

AT_ONCE = 500


def fill(apps, schema_editor):
    """In steps, so that memory stays small."""
    Activity = apps.get_model("activities", "Activity")
    rows = Activity.objects.only("search_text").order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        for row in chunk:
            row.search_text = plain_lines(*row.search_text.split("\n"), limit=20_000)
        Activity.objects.bulk_update(chunk, ["search_text"])
        last = chunk[-1].pk


class Migration(migrations.Migration):
    dependencies = [("activities", "0005_tasks_of_a_person")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
