"""Who has opened a BOM's content is kept where it is for any record."""

from django.db import migrations

LABEL = "bom.BomApproval"
AT_ONCE = 2000


def move(apps, schema_editor):
    """In steps, so that memory stays small."""
    Opening = apps.get_model("approvals", "Opening")
    # The time of each opening is kept, not that of the move.
    Opening._meta.get_field("at").auto_now_add = False
    rows = apps.get_model("bom", "BomOpening").objects.order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        new = [
            Opening(
                person_id=row.person_id,
                record_type=LABEL,
                record_id=row.approval_id,
                revision=row.revision,
                at=row.at,
            )
            for row in chunk
        ]
        Opening.objects.bulk_create(new, ignore_conflicts=True)
        last = chunk[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("bom", "0008_without_bom_decisions"),
        ("approvals", "0008_openings"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name="BomOpening"),
    ]
