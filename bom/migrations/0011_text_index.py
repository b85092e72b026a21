"""The two indexes, after the texts are there: PostgreSQL changes no table whose rows wait for triggers."""

from django.db import migrations, models

from core.db.ranking import Beginning
from core.db.search import CreateTextIndex


class Migration(migrations.Migration):

    dependencies = [("bom", "0010_beginnings")]

    operations = [
        migrations.AddIndex(
            model_name="bomapproval",
            index=models.Index(Beginning("name"), name="bom_begins"),
        ),
        CreateTextIndex("bom_bomapproval", "bom_fts"),
    ]
