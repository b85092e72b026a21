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

    engineer = models.TextField(blank=True)
    project = models.TextField(blank=True)
    requester = models.TextField(blank=True)
    support_dates = models.TextField(blank=True)

    class Meta(LegacyRow.Meta):
        verbose_name = _("engineer support")
        verbose_name_plural = _("engineer supports")


class SupportDetail(LegacyRow):
    """A line of the support report."""

    no = models.TextField(blank=True)
    tgl = models.DateTimeField(null=True, blank=True)
    po_number = models.TextField(blank=True)
    cust = models.TextField(blank=True)
    project_name = models.TextField(blank=True)
    engineering = models.TextField(blank=True)
    detail_problem = models.TextField(blank=True)
    pn = models.TextField(blank=True)
    description = models.TextField(blank=True)
    qty = models.IntegerField(null=True, blank=True)
    uom = models.TextField(blank=True)

    class Meta(LegacyRow.Meta):
        verbose_name = _("support detail")
        verbose_name_plural = _("support details")


class OutstandingPostPo(LegacyRow):
    """Outstanding work per engineer after the purchase order."""

    customer = models.TextField(blank=True)
    done_outs = models.TextField(blank=True)
    project = models.TextField(blank=True)
    days_deadline = models.IntegerField(null=True, blank=True)
    others_outs = models.IntegerField(null=True, blank=True)
    others_process = models.IntegerField(null=True, blank=True)
    post_po_outs = models.IntegerField(null=True, blank=True)
    post_po_process = models.IntegerField(null=True, blank=True)
    pre_po_outs = models.IntegerField(null=True, blank=True)
    pre_po_process = models.IntegerField(null=True, blank=True)
    total_outs = models.IntegerField(null=True, blank=True)
    total_process = models.IntegerField(null=True, blank=True)

    class Meta(LegacyRow.Meta):
        verbose_name = _("outstanding post-PO row")
        verbose_name_plural = _("outstanding post-PO rows")


class DonePo(LegacyRow):
    """Work done per job category."""

    job_category = models.TextField(blank=True)
    detail = models.TextField(blank=True)
    outs = models.IntegerField(null=True, blank=True)
    process_hours = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True
    )

    class Meta(LegacyRow.Meta):
        verbose_name = _("done PO row")
        verbose_name_plural = _("done PO rows")
