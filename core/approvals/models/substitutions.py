"""A person who stands in for another on given days."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    """Substitutions by day."""

    def alive(self) -> Self:
        return self.filter(ended_at=None)

    def on(self, day: date) -> Self:
        """Those in force on a day (of the company's time zone)."""
        return self.alive().filter(first_day__lte=day, last_day__gte=day)


class Substitution(models.Model):
    """``substitute`` may decide for ``person`` from the first to the last day.

    ``kinds`` are kinds of record (``RecordKind``); an empty list means all.
    """

    person = models.ForeignKey(
        User,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="substitutions",
    )
    substitute = models.ForeignKey(
        User,
        verbose_name=_("substitute"),
        on_delete=models.CASCADE,
        related_name="stands_in",
    )
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    kinds = models.JSONField(_("for"), default=list, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["first_day", "id"]
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        indexes: ClassVar = [
            models.Index(
                fields=["substitute", "last_day"],
                condition=Q(ended_at=None),
                name="substitution_alive",
            )
        ]

    def __str__(self) -> str:
        return f"{self.substitute} / {self.person} {self.first_day} - {self.last_day}"

    def covers(self, kind: str) -> bool:
        """Whether it holds for a kind of record."""
        return not self.kinds or kind in self.kinds
