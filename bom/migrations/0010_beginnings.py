"""BOM approvals are found by an index: by the beginning of their name, and by any part of it."""

from django.db import migrations, models

from core.text.normal_form import plain_text

AT_ONCE = 2000


def fill(apps, schema_editor):
    """In steps, so that memory stays small."""
    BomApproval = apps.get_model("bom", "BomApproval")
    last = 0
    while chunk := list(BomApproval.objects.order_by("pk").filter(pk__gt=last)[:AT_ONCE]):
        for row in chunk:
            row.search_text = plain_text(f"{row.ext_bom_leveled_id} {row.name}")
        BomApproval.objects.bulk_update(chunk, ["search_text"], batch_size=200)
        last = chunk[-1].pk


class Migration(migrations.Migration):

    dependencies = [("bom", "0009_openings_of_any_record")]

    operations = [
        migrations.CreateModel(
            name="BomIndex",
            fields=[
                ("rowid", models.BigIntegerField(primary_key=True, serialize=False)),
                ("text", models.TextField(db_column="bom_fts")),
            ],
            options={
                "db_table": "bom_fts",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="bomapproval",
            name="search_text",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
