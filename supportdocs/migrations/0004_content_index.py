"""The index of the texts under their new key; the old table goes."""

from django.db import migrations, models

from core.common.search import CreateWordIndex, DropTextIndex


class Migration(migrations.Migration):
    dependencies = [("supportdocs", "0003_content")]
    operations = [
        DropTextIndex(
            CreateWordIndex("supportdocs_documenttext", "supportdocs_text_fts", "words")
        ),
        migrations.DeleteModel(name="DocumentText"),
        CreateWordIndex(
            "supportdocs_documentcontent",
            "supportdocs_content_fts",
            "words",
            key="document_id",
        ),
        migrations.AlterModelTable(
            name="documentindex", table="supportdocs_content_fts"
        ),
        migrations.AlterField(
            model_name="documentindex",
            name="text",
            field=models.TextField(db_column="supportdocs_content_fts"),
        ),
    ]
