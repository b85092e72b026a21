"""Who has opened which revision of a record."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User


class Opening(models.Model):
    """That a person has opened a revision's content; bulk approval asks for it."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    record_type = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    revision = models.PositiveIntegerField(_("revision"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "record_type", "record_id", "revision"],
                name="revision_opened_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.record_type}:{self.record_id} r{self.revision}"
