"""The predecessor's report tables, kept because integrators read and write them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.models import SoftDeleted, Timestamped


class LegacyRow(Timestamped, SoftDeleted):
    """Columns that the five tables share."""

    class Meta:
        abstract = True
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class EngineerSupport(LegacyRow):
    """An engineer's support of a project, with its dates."""

    engineer = models.TextField(_("engineer"), blank=True)
    project = models.TextField(_("project"), blank=True)
    requester = models.TextField(_("requester"), blank=True)
    support_dates = models.TextField(_("dates of support"), blank=True)

    class Meta(LegacyRow.Meta):
        verbose_name = _("engineer support")
        verbose_name_plural = _("engineer supports")


class SupportDetail(LegacyRow):
    """A line of the support report."""

    no = models.TextField(_("no."), blank=True)
    tgl = models.DateTimeField(_("date"), null=True, blank=True)
    po_number = models.TextField(_("PO number"), blank=True)
    cust = models.TextField(_("customer"), blank=True)
    project_name = models.TextField(_("project"), blank=True)
    engineering = models.TextField(_("what is to be changed"), blank=True)
    detail_problem = models.TextField(_("why it is needed"), blank=True)
    pn = models.TextField(_("part number"), blank=True)
    description = models.TextField(_("description"), blank=True)
    qty = models.IntegerField(_("quantity"), null=True, blank=True)
    uom = models.TextField(_("unit"), blank=True)

    class Meta(LegacyRow.Meta):
        verbose_name = _("support detail")
        verbose_name_plural = _("support details")


class OutstandingPostPo(LegacyRow):
    """Outstanding work per engineer after the purchase order."""

    customer = models.TextField(_("engineer"), blank=True)
    done_outs = models.TextField(_("done or outstanding"), blank=True)
    project = models.TextField(_("project"), blank=True)
    days_deadline = models.IntegerField(
        _("days to the deadline"), null=True, blank=True
    )
    others_outs = models.IntegerField(_("others: outstanding"), null=True, blank=True)
    others_process = models.IntegerField(_("others: in process"), null=True, blank=True)
    post_po_outs = models.IntegerField(_("PostPO: outstanding"), null=True, blank=True)
    post_po_process = models.IntegerField(
        _("PostPO: in process"), null=True, blank=True
    )
    pre_po_outs = models.IntegerField(_("PrePO: outstanding"), null=True, blank=True)
    pre_po_process = models.IntegerField(_("PrePO: in process"), null=True, blank=True)
    total_outs = models.IntegerField(_("outstanding in total"), null=True, blank=True)
    total_process = models.IntegerField(_("in process in total"), null=True, blank=True)

    class Meta(LegacyRow.Meta):
        verbose_name = _("row of outstanding post-PO")
        verbose_name_plural = _("outstanding post-PO")


class DonePo(LegacyRow):
    """Work done per job category."""

    job_category = models.TextField(_("job category"), blank=True)
    detail = models.TextField(_("detail"), blank=True)
    outs = models.IntegerField(_("outstanding"), null=True, blank=True)
    process_hours = models.DecimalField(
        _("processing hours"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
    )

    class Meta(LegacyRow.Meta):
        verbose_name = _("row of done PO")
        verbose_name_plural = _("done PO")
