"""Settings of an administrator: thresholds, departments, process times."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.models import SoftDeleted, Timestamped

# More than ten times what a change takes out is a typing error.
PERCENT = 1000
# As the predecessor's users typed them, in any letter case.
BY_VALUE = {"", "value", "by value", "byvalue"}
BY_PERCENTAGE = {"percentage", "by percentage", "bypercentage", "percent"}


class Configuration(Timestamped, SoftDeleted):
    """A named value, such as ``CCNThreshold`` in IDR."""

    name = models.CharField(_("name"), max_length=100)
    by_value_percentage = models.CharField(
        _("by value or percentage"), max_length=20, blank=True
    )
    value = models.DecimalField(
        _("value"), max_digits=20, decimal_places=4, null=True, blank=True
    )
    percentage = models.DecimalField(
        _("percentage"), max_digits=9, decimal_places=4, null=True, blank=True
    )
    text = models.CharField(_("text"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("limit or text")
        verbose_name_plural = _("limits and texts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(deleted_at=None),
                name="one_row_per_setting",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def mode(self) -> str:
        """``by_value_percentage`` without regard to letter case."""
        return self.by_value_percentage.strip().lower()

    @property
    def is_by_percentage(self) -> bool:
        """Whether the percentage counts, and not the value."""
        return self.mode in BY_PERCENTAGE

    def clean(self) -> None:
        """A limit is not negative, and a percentage is one."""
        wrong: dict[str, Any] = {}
        if self.value is not None and self.value < 0:
            wrong["value"] = _("A value is 0 or more.")
        if self.percentage is not None and not 0 <= self.percentage <= PERCENT:
            wrong["percentage"] = _("A percentage is from 0 to 1000.")
        if self.mode not in BY_VALUE | BY_PERCENTAGE:
            wrong["by_value_percentage"] = _("Say value or percentage, or nothing.")
        if wrong:
            raise ValidationError(wrong)


class DepartmentConfig(Timestamped):
    """A department that counts as engineering on the manpower dashboard."""

    department_id = models.BigIntegerField(
        _("department (auth server id)"), unique=True
    )

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("engineering department")
        verbose_name_plural = _("engineering departments")

    def __str__(self) -> str:
        return str(self.department_id)


class PanelProcess(models.Model):
    """Minutes of a process on a type of panel."""

    panel_type = models.CharField(_("panel type"), max_length=200)
    process_name = models.CharField(_("process"), max_length=200)
    minutes = models.DecimalField(_("minutes"), max_digits=12, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("panel process")
        verbose_name_plural = _("panel processes")

    def __str__(self) -> str:
        return f"{self.panel_type} - {self.process_name}"

    def clean(self) -> None:
        # An empty form comes by here, too, before its field is refused.
        if (self.minutes or 0) < 0:
            raise ValidationError({"minutes": _("Minutes are 0 or more.")})
