"""Search over the words of documents, indexed on both databases."""

from django.db import migrations

from core.common.search import CreateWordIndex


class Migration(migrations.Migration):
    dependencies = [("supportdocs", "0001_initial")]
    operations = [
        CreateWordIndex("supportdocs_documenttext", "supportdocs_text_fts", "words")
    ]
