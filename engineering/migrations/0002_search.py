"""Text search over changes, indexed on both databases."""

from django.db import migrations

from core.common.search import CreateTextIndex


class Migration(migrations.Migration):
    dependencies = [("engineering", "0001_initial")]
    operations = [CreateTextIndex("engineering_changenotice", "engineering_change_fts")]
