"""Planned work: activities, their tasks, the people in charge, and Excel files made of lists."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.db.models import SoftDeleted, Timestamped
from core.db.ranking import Beginning
from core.http.etags import version_tag


class Stage(models.TextChoices):
    """The stages of a task, in the order of their signatures."""

    PIC = "pic", _("PIC")
    SPV = "spv", _("SPV")
    MANAGER = "manager", _("Manager")


STAGES: tuple[str, ...] = tuple(Stage.values)


def is_past(moment: datetime | None) -> bool:
    """Whether the day of a moment is over, in Jakarta: on its last day nothing is late."""
    return moment is not None and timezone.localdate(moment) < timezone.localdate()


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Activities as the department speaks of them."""

    def alive(self) -> Self:
        """Activities that were not removed."""
        return self.filter(deleted_at=None)


class Activity(Timestamped, SoftDeleted):
    """Work before or after a purchase order.

    ``from_cache`` and ``to_cache`` span its live tasks; the counts and ``hours`` say how far they
    are. All of these are written by ``services.settling`` only. ``revision`` grows with every
    change, ``content_revision`` only when what was planned changes.
    """

    class Kind(models.IntegerChoices):
        """``type`` of the wire goes out by name."""

        PRE_PO = 0, "PrePO"
        POST_PO = 1, "PostPO"
        OTHERS = 2, "Others"

    pic = models.TextField(_("PIC"), blank=True)
    customer = models.CharField(_("customer"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)
    date = models.DateTimeField(_("date"), null=True, blank=True)
    kind = models.PositiveSmallIntegerField(
        _("kind"), choices=Kind.choices, default=Kind.PRE_PO
    )
    ext_engineering_detail_problem_id = models.BigIntegerField(
        _("change (id)"), null=True, blank=True
    )
    ext_job_id = models.BigIntegerField(_("job (PPIC's id)"), null=True, blank=True)
    ext_inquiry_id = models.BigIntegerField(
        _("inquiry (CRM's id)"), null=True, blank=True
    )
    ext_panel_code_id = models.BigIntegerField(
        _("panel (PPIC's id)"), null=True, blank=True
    )
    ext_purchase_order_id = models.BigIntegerField(
        _("purchase order (CRM's id)"), null=True, blank=True
    )
    support_table_id = models.BigIntegerField(_("document (id)"), null=True, blank=True)
    from_cache = models.DateTimeField(_("first day"), null=True, blank=True)
    to_cache = models.DateTimeField(_("last day"), null=True, blank=True)
    task_count = models.PositiveIntegerField(_("tasks"), default=0)
    pic_count = models.PositiveIntegerField(_("signed by PIC"), default=0)
    spv_count = models.PositiveIntegerField(_("signed by SPV"), default=0)
    done_count = models.PositiveIntegerField(_("tasks done"), default=0)
    hours = models.DecimalField(_("hours"), max_digits=12, decimal_places=2, default=0)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    content_revision = models.PositiveIntegerField(
        _("revision of the content"), default=1
    )
    has_work_order = models.BooleanField(_("has a work order"), default=False)
    origin = models.CharField(_("origin"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        User,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    search_text = models.TextField(blank=True)

    # ``origin`` of what was taken over: EMS did not witness it.
    OLD_SYSTEM = "old-system"

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
            models.Index(fields=["ext_inquiry_id"], name="activity_inquiry"),
            models.Index(fields=["support_table_id"], name="activity_document"),
            models.Index(Beginning("description"), name="activity_begins"),
        ]

    def __str__(self) -> str:
        return self.description[:80] or f"#{self.pk}"

    @property
    def etag(self) -> str:
        """Names this state of whatever the record shows."""
        return version_tag("activity", self.pk, self.revision)

    @property
    def progress(self) -> str:
        """The last stage that every task has passed: the colour of the whole."""
        if not self.task_count:
            return "empty"
        if self.done_count == self.task_count:
            return "manager"
        if self.spv_count == self.task_count:
            return "spv"
        return "pic" if self.pic_count == self.task_count else "open"

    @property
    def is_from_old_system(self) -> bool:
        """Whether it was planned before EMS was there."""
        return self.origin == self.OLD_SYSTEM

    @property
    def is_late(self) -> bool:
        """Its last day is over and a task is not complete."""
        return self.done_count < self.task_count and is_past(self.to_cache)


def waits_for(stage: str) -> Q:
    """Tasks whose next signature is this stage's."""
    place = STAGES.index(stage)
    unsigned = Q(**{f"completed_date_{stage}": None})
    before = f"completed_date_{STAGES[place - 1]}__isnull"
    return unsigned & Q(**{before: False}) if place else unsigned


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks by how far they are."""

    def alive(self) -> Self:
        """Not removed, and neither is their activity."""
        return self.filter(deleted_at=None, activity__deleted_at=None)

    def unfinished(self) -> Self:
        """The manager has not signed yet."""
        return self.alive().filter(completed_date_manager=None)

    def waiting_at(self, stage: str) -> Self:
        """The next signature that is needed is this stage's."""
        return self.unfinished().filter(waits_for(stage))


class Task(Timestamped, SoftDeleted):
    """One piece of work, signed by PIC, SPV and manager in that order."""

    class LateReason(models.IntegerChoices):
        """Why a task ends after its date: the predecessor's five reasons."""

        WAIT_PRICE = 1, _("Waiting for a vendor's price")
        MANPOWER = 2, _("Manpower capacity")
        PROBLEM_DATA = 3, _("Problem with the data")
        CUSTOMER_REQUOTE = 4, _("Customer asked for a new quotation")
        OTHER = 5, _("Other")

    activity = models.ForeignKey(
        Activity,
        verbose_name=_("activity"),
        on_delete=models.CASCADE,
        related_name="tasks",
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    description = models.TextField(_("description"), blank=True)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    hours = models.DecimalField(
        _("hours"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    # Said when it is signed: what it did cost, beside what was planned.
    hours_spent = models.DecimalField(
        _("hours spent"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    remark = models.TextField(_("remark"), blank=True)
    ext_panel_code_id = models.BigIntegerField(
        _("panel (PPIC's id)"), null=True, blank=True
    )
    late_reason = models.PositiveSmallIntegerField(
        _("reason for lateness"), choices=LateReason.choices, null=True, blank=True
    )
    late_note = models.CharField(_("note on lateness"), max_length=500, blank=True)
    completed_date_pic = models.DateTimeField(
        _("signed at (PIC)"), null=True, blank=True
    )
    completed_date_spv = models.DateTimeField(
        _("signed at (SPV)"), null=True, blank=True
    )
    completed_date_manager = models.DateTimeField(
        _("signed at (manager)"), null=True, blank=True
    )
    completed_by_pic_id = models.BigIntegerField(
        _("signed by (PIC, id)"), null=True, blank=True
    )
    completed_by_spv_id = models.BigIntegerField(
        _("signed by (SPV, id)"), null=True, blank=True
    )
    completed_by_manager_id = models.BigIntegerField(
        _("signed by (manager, id)"), null=True, blank=True
    )
    # The person who was asked, where a substitute signed in their place.
    completed_for_spv_id = models.BigIntegerField(
        _("SPV, on behalf of (id)"), null=True, blank=True
    )
    completed_for_manager_id = models.BigIntegerField(
        _("manager, on behalf of (id)"), null=True, blank=True
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["activity_id", "position", "id"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes: ClassVar = [
            models.Index(fields=["ends_at"], name="task_ends"),
            models.Index(
                fields=["ends_at"],
                name="task_open",
                condition=Q(completed_date_manager=None, deleted_at=None),
            ),
        ]
        constraints: ClassVar = [
            # The order of the stages holds in the database, too (docs/threats.md#t11).
            models.CheckConstraint(
                condition=Q(completed_date_spv=None) | ~Q(completed_date_pic=None),
                name="spv_after_pic",
            ),
            models.CheckConstraint(
                condition=Q(completed_date_manager=None) | ~Q(completed_date_spv=None),
                name="manager_after_spv",
            ),
            models.CheckConstraint(
                condition=Q(hours=None) | Q(hours__gte=0), name="hours_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(hours_spent=None) | Q(hours_spent__gte=0),
                name="hours_spent_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None)
                | Q(ends_at=None)
                | Q(ends_at__gte=F("starts_at")),
                name="ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.description[:80] or f"#{self.pk}"

    @property
    def level(self) -> int:
        """Number of signed stages, 0 to 3."""
        return sum(self.signed_at(stage) is not None for stage in STAGES)

    @property
    def next_stage(self) -> str | None:
        """The stage that must sign next; None when all have."""
        return STAGES[self.level] if self.level < len(STAGES) else None

    @property
    def last_stage(self) -> str | None:
        """The latest stage that has signed; only this one can be undone."""
        return STAGES[self.level - 1] if self.level else None

    @property
    def is_late(self) -> bool:
        """Its last day is over and the manager has not signed."""
        return bool(self.next_stage and is_past(self.ends_at))

    @property
    def owes_reason(self) -> bool:
        """It is late and nobody said why: who signs it is asked."""
        return self.is_late and self.late_reason is None

    def signed_at(self, stage: str) -> datetime | None:
        """Time of a stage's signature."""
        moment: datetime | None = getattr(self, f"completed_date_{stage}")
        return moment

    def signed_for(self, stage: str) -> int | None:
        """The person in whose place a stage was signed by a substitute, as the auth server's id."""
        person: int | None = getattr(self, f"completed_for_{stage}_id", None)
        return person

    def signed_by(self, stage: str) -> int | None:
        """The signer of a stage, as the auth server's id."""
        person: int | None = getattr(self, f"completed_by_{stage}_id")
        return person


class InCharge(Timestamped, SoftDeleted):
    """A person (auth server id) in charge of a task."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="in_charges")
    ext_user_id = models.BigIntegerField(_("person (id)"))

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("person in charge")
        verbose_name_plural = _("people in charge")
        indexes: ClassVar = [
            # With the task: a person's tasks are read from the index alone.
            models.Index(
                fields=["ext_user_id", "task"],
                name="tasks_in_charge_of",
                condition=Q(deleted_at=None),
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "ext_user_id"],
                condition=models.Q(deleted_at=None),
                name="once_in_charge",
            )
        ]

    def __str__(self) -> str:
        return str(self.ext_user_id)


class Export(Timestamped):
    """An Excel file that the worker makes: how far it is, and the file when it is ready."""

    class State(models.TextChoices):
        """State of a file."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    report = models.CharField(max_length=20)
    query = models.CharField(max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    name = models.CharField(_("name"), max_length=200, blank=True)
    stored_name = models.CharField(_("name in the store"), max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.report} {self.state}"


class ActivityIndex(models.Model):
    """Rows of ``activities_fts`` on SQLite: made by a migration, filled by its triggers."""

    rowid = models.BigIntegerField(primary_key=True)
    text = models.TextField(db_column="activities_fts")

    class Meta:
        managed = False
        db_table = "activities_fts"
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return str(self.rowid)
