"""Texts that were kept before there was a normal form get theirs."""

from django.db import migrations

from core.common.plaintext import plain_lines, plain_text

AT_ONCE = 500


def fill(apps, schema_editor):
    """In steps, so that memory stays small."""
    Change = apps.get_model("engineering", "ChangeNotice")
    rows = Change.objects.only("customer", "search_text").order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        for row in chunk:
            row.customer_plain = plain_text(row.customer)[:200]
            row.search_text = plain_lines(*row.search_text.split("\n"), limit=20_000)
        Change.objects.bulk_update(chunk, ["customer_plain", "search_text"])
        last = chunk[-1].pk


class Migration(migrations.Migration):
    dependencies = [("engineering", "0009_plain_customers")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
