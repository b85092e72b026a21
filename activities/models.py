"""Planned work: an activity, its tasks, and who is in charge (legacy-api 3.3)."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.common.models import SoftDeleted, Timestamped


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Activities as the department speaks of them."""

    def alive(self) -> Self:
        """Not removed."""
        return self.filter(deleted_at=None)


class Activity(Timestamped, SoftDeleted):
    """Work before or after a purchase order. ``from_cache`` and ``to_cache`` span its tasks."""

    class Kind(models.IntegerChoices):
        """``type`` of the wire goes out by name."""

        PRE_PO = 0, "PrePO"
        POST_PO = 1, "PostPO"
        OTHERS = 2, "Others"

    pic = models.TextField(blank=True)
    customer = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    date = models.DateTimeField(null=True, blank=True)
    kind = models.PositiveSmallIntegerField(choices=Kind.choices, default=Kind.PRE_PO)
    ext_engineering_detail_problem_id = models.BigIntegerField(null=True, blank=True)
    ext_job_id = models.BigIntegerField(null=True, blank=True)
    ext_inquiry_id = models.BigIntegerField(null=True, blank=True)
    ext_panel_code_id = models.BigIntegerField(null=True, blank=True)
    ext_purchase_order_id = models.BigIntegerField(null=True, blank=True)
    support_table_id = models.BigIntegerField(null=True, blank=True)
    from_cache = models.DateTimeField(null=True, blank=True)
    to_cache = models.DateTimeField(null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes: ClassVar = [
            models.Index(fields=["to_cache", "from_cache"], name="activity_span"),
            models.Index(
                fields=["ext_engineering_detail_problem_id"], name="activity_change"
            ),
        ]

    def __str__(self) -> str:
        return self.description[:80] or str(self.pk)


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks by how far they are."""

    def alive(self) -> Self:
        """Not removed, and neither is their activity."""
        return self.filter(deleted_at=None, activity__deleted_at=None)

    def unfinished(self) -> Self:
        """The manager has not signed yet."""
        return self.alive().filter(completed_date_manager=None)


class Task(Timestamped, SoftDeleted):
    """One piece of work, signed by PIC, SPV and manager in that order."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="tasks"
    )
    description = models.TextField(blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    hours = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    remark = models.TextField(blank=True)
    ext_panel_code_id = models.BigIntegerField(null=True, blank=True)
    completed_date_pic = models.DateTimeField(null=True, blank=True)
    completed_date_spv = models.DateTimeField(null=True, blank=True)
    completed_date_manager = models.DateTimeField(null=True, blank=True)
    completed_by_pic_id = models.BigIntegerField(null=True, blank=True)
    completed_by_spv_id = models.BigIntegerField(null=True, blank=True)
    completed_by_manager_id = models.BigIntegerField(null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["ends_at"], name="task_ends")]

    def __str__(self) -> str:
        return self.description[:80] or str(self.pk)


class InCharge(Timestamped, SoftDeleted):
    """A person (auth server id) in charge of a task."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="in_charges")
    ext_user_id = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "ext_user_id"],
                condition=models.Q(deleted_at=None),
                name="once_in_charge",
            )
        ]

    def __str__(self) -> str:
        return str(self.ext_user_id)
