"""PostgreSQL keeps what its index of words is made of."""

from django.db import migrations

from core.common.search import StoreWordVectors


class Migration(migrations.Migration):
    dependencies = [("supportdocs", "0004_content_index")]
    operations = [
        StoreWordVectors(
            "supportdocs_documentcontent",
            "supportdocs_content_fts",
            "words",
            key="document_id",
        ),
    ]
