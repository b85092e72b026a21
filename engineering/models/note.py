"""An engineering note: what is worth keeping, and what nobody has to approve."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.db.models import SoftDeleted, Timestamped
from core.text.ids import as_id
from engineering.models.change import ChangeNotice

# On the wire notes stand in one list with the texts of changes, and changes have the small ids
# (docs/contract.md#notes).
FIRST_WIRE_ID = 1_000_000_000


class NoteQuerySet(models.QuerySet["EngineeringNote"]):
    """Notes, and not those that were removed."""

    def alive(self) -> Self:
        return self.filter(deleted_at=None)


class EngineeringNote(Timestamped, SoftDeleted):
    """A text about an order or a project. Without lines, costs and approval; ``kind`` is its ``typeNote``."""

    text = models.TextField(_("note"))
    kind = models.PositiveSmallIntegerField(
        _("type"),
        choices=ChangeNotice.Kind.choices,
        default=ChangeNotice.Kind.OTHERS,
    )
    customer = models.CharField(_("customer"), max_length=200, blank=True)
    project_name = models.CharField(_("project"), max_length=300, blank=True)
    po_number = models.CharField(_("PO number"), max_length=100, blank=True)
    # Which part of EMS filled the form in (``analysis:12``).
    origin = models.CharField(_("origin"), max_length=60, blank=True, editable=False)
    # The document that it was written from.
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    stored_name = models.CharField(_("name in the store"), max_length=100, blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    created_by = models.ForeignKey(
        User, verbose_name=_("created by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("engineering note")
        verbose_name_plural = _("engineering notes")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return (self.text.strip().splitlines() or [""])[0][:140] or f"#{self.pk}"

    @property
    def wire_id(self) -> int:
        """Its id in ``/engineering-notes``."""
        return FIRST_WIRE_ID + self.pk

    @property
    def origin_url(self) -> str:
        """The page of what it was made from; empty where it was typed."""
        kind, _colon, key = self.origin.partition(":")
        is_known = kind == "analysis" and as_id(key) is not None
        return reverse("aianalyzer:answer_detail", args=[key]) if is_known else ""
