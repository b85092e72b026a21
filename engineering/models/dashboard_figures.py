"""Figures of the dashboard that somebody typed over the computed ones."""

from django.db import models

from core.accounts.models import User
from core.db.models import Timestamped

FIGURES = (
    "number_of_manpowers",
    "number_of_ecns_this_month",
    "number_of_ccns_this_month",
    "last_detected_process",
    "total_products",
    "total_boms",
    "total_slds",
    "total_drawings",
)


class DashboardMetrics(Timestamped):
    """Typed values; null means that the computed figure stands. Person and time are kept."""

    number_of_manpowers = models.IntegerField(null=True, blank=True)
    number_of_ecns_this_month = models.IntegerField(null=True, blank=True)
    number_of_ccns_this_month = models.IntegerField(null=True, blank=True)
    last_detected_process = models.DateTimeField(null=True, blank=True)
    total_products = models.IntegerField(null=True, blank=True)
    total_boms = models.IntegerField(null=True, blank=True)
    total_slds = models.IntegerField(null=True, blank=True)
    total_drawings = models.IntegerField(null=True, blank=True)
    marks = models.JSONField(default=dict)
    updated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"Typed figures {self.pk}"
