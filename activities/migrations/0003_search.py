"""Text search over activities, indexed on both databases."""

from django.db import migrations

from core.common.search import CreateTextIndex


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_stages_and_counts")]
    operations = [CreateTextIndex("activities_activity", "activities_fts")]
