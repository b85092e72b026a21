"""The full-text table of SQLite; on PostgreSQL a trigram index does its work."""

from typing import ClassVar

from django.db import models


class ChangeIndex(models.Model):
    """Rows of ``engineering_change_fts``: made by migration 0002, filled by its triggers."""

    rowid = models.BigIntegerField(primary_key=True)
    text = models.TextField(db_column="engineering_change_fts")

    class Meta:
        managed = False
        db_table = "engineering_change_fts"
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return str(self.rowid)
