"""Columns that many tables share."""

from typing import Any, Self

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


def field_label(model: type[models.Model], name: str) -> str:
    """The ``verbose_name`` of a field as labels and heads write it; translated when it is read."""
    field: Any = model._meta.get_field(name)
    label: str = capfirst(field.verbose_name)
    return label


class Timestamped(models.Model):
    """Times at which a row was made and last changed, by the server's clock, in UTC."""

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        abstract = True


class SoftDeletedQuerySet(models.QuerySet["SoftDeleted"]):
    """Rows that can be put away without being lost."""

    def alive(self) -> Self:
        """Rows that nobody has put away."""
        return self.filter(deleted_at=None)


class SoftDeleted(models.Model):
    """A row that is removed by a date and stays in the database (docs/contract.md#removed-rows)."""

    deleted_at = models.DateTimeField(
        _("deleted at"), null=True, blank=True, editable=False
    )

    class Meta:
        abstract = True
