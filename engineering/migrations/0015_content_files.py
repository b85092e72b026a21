"""Files that are there already were signed by nobody: they stay outside of the content, and say so."""

from django.db import migrations, models

PURPOSES = [
    ("content", "content"),
    ("evidence", "evidence"),
    ("earlier", "from before files were signed"),
]


class Migration(migrations.Migration):
    dependencies = [("engineering", "0014_without_change_decisions")]

    operations = [
        migrations.AddField(
            model_name="changeattachment",
            name="purpose",
            field=models.CharField(
                choices=PURPOSES,
                default="earlier",
                max_length=10,
                verbose_name="purpose",
            ),
        ),
        migrations.AlterField(
            model_name="changeattachment",
            name="purpose",
            field=models.CharField(
                choices=PURPOSES,
                default="content",
                max_length=10,
                verbose_name="purpose",
            ),
        ),
        migrations.AddField(
            model_name="changeattachment",
            name="removed_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="removed at"
            ),
        ),
        migrations.AddField(
            model_name="changeattachment",
            name="revision",
            field=models.PositiveIntegerField(default=0, verbose_name="revision"),
        ),
    ]
