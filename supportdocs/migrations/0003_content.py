"""The texts get the key of their document, so that a search need not read what it finds."""

import django.db.models.deletion
from django.db import migrations, models


def copy(apps, schema_editor):
    old = apps.get_model("supportdocs", "DocumentText")
    new = apps.get_model("supportdocs", "DocumentContent")
    for row in old.objects.order_by("pk").iterator(chunk_size=50):
        new.objects.create(
            document_id=row.document_id, text=row.text, words=row.words
        )


def copy_back(apps, schema_editor):
    old = apps.get_model("supportdocs", "DocumentText")
    new = apps.get_model("supportdocs", "DocumentContent")
    for row in new.objects.order_by("pk").iterator(chunk_size=50):
        old.objects.create(
            document_id=row.document_id, text=row.text, words=row.words
        )


class Migration(migrations.Migration):
    dependencies = [("supportdocs", "0002_search")]
    operations = [
        migrations.CreateModel(
            name="DocumentContent",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="found_by",
                        serialize=False,
                        to="supportdocs.supporttable",
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("words", models.TextField(blank=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(copy, copy_back),
    ]
