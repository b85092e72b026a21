"""How soon a decision is due until a company says otherwise."""

from django.db import migrations

CHANGES = ("ECN", "CCN", "OTHERS", "FAB")
BY_PRIORITY = {1: (4, "hours"), 2: (1, "days"), 3: (3, "days"), 4: (5, "days")}
BOM = (2, "days")


def fill(apps, schema_editor):
    DueTime = apps.get_model("approvals", "DueTime")
    DueTime.objects.bulk_create(
        [
            DueTime(kind=kind, priority=priority, amount=amount, unit=unit)
            for kind in CHANGES
            for priority, (amount, unit) in BY_PRIORITY.items()
        ]
        + [DueTime(kind="BOM", priority=0, amount=BOM[0], unit=BOM[1])]
    )


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_rounds")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
