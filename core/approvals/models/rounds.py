"""A round of approval: its route, the people who are asked, and what they decided.

The route is frozen when a round opens: an edited rule or a role given moves nothing by itself
(docs/decisions/0010-one-approval-engine.md).
"""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.approvals.models.rules import Duty, Place, RecordKind


class Status(models.IntegerChoices):
    """State of a record under approval, and of one decision, as the wire has it."""

    PENDING = 0, _("Pending")
    ACCEPTED = 1, _("Approved")
    REJECTED = 2, _("Rejected")
    RETURNED = 3, _("Returned")


def wire_status(status: int) -> int:
    """A record's status for clients that know no "returned": open to them; its round says more."""
    return int(Status.PENDING if status == Status.RETURNED else status)


class RoundQuerySet(models.QuerySet["Round"]):
    """Rounds by state."""

    def open(self) -> Self:
        return self.filter(state=Round.State.OPEN)

    def about(self, record: models.Model) -> Self:
        return self.filter(record_type=record._meta.label, record_id=record.pk)


class Round(models.Model):
    """One revision of one record, put up for decision."""

    class State(models.TextChoices):
        """Where it stands; only ``open`` asks anybody."""

        OPEN = "open", _("open")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        RETURNED = "returned", _("returned for rework")
        SUPERSEDED = "superseded", _("superseded")
        WITHDRAWN = "withdrawn", _("withdrawn")

    record_type = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    revision = models.PositiveIntegerField(_("revision"))
    digest = models.CharField(_("digest"), max_length=64)
    kind = models.CharField(_("kind"), max_length=10, choices=RecordKind.choices)
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.OPEN
    )
    opened_by = models.ForeignKey(
        User,
        verbose_name=_("opened by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    # When somebody last tried to find a person for an open round that asks nobody.
    looked_at = models.DateTimeField(null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of approval")
        verbose_name_plural = _("rounds of approval")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "revision"],
                name="one_round_per_revision",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=models.Q(state="open"), name="round_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_type}:{self.record_id} r{self.revision}"

    @property
    def is_open(self) -> bool:
        """Whether it can be decided."""
        return self.state == self.State.OPEN


class RoundStepQuerySet(models.QuerySet["RoundStep"]):
    """Steps by whether another route took their place."""

    def standing(self) -> Self:
        """Those of the route that holds now."""
        return self.filter(replaced_at=None)


class RoundStep(Place):
    """One step of a round's route, copied from the rule when the round opened.

    ``people`` are the user ids of those who are named. The people who are asked are settled when
    the step opens, and are assignments.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField(_("order"))  # from 0
    people = models.JSONField(default=list)
    opened_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # When another route took its place; it is kept for what was asked and decided there.
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = RoundStepQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["round", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "order"],
                condition=models.Q(replaced_at=None),
                name="one_step_per_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order + 1}. {self.get_mode_display()}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments by whether they ask for something."""

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def waiting_on(self, record_type: str, record_id: int) -> Self:
        """Those that a record's open round still asks."""
        return self.open().filter(
            round__record_type=record_type,
            round__record_id=record_id,
            round__state=Round.State.OPEN,
        )


class Assignment(models.Model):
    """One person who is asked at one step."""

    class Because(models.TextChoices):
        """The reason why this person is asked."""

        ROLE = "role", _("by role")
        NAME = "name", _("by name")
        HEAD = "head", _("head of the department")
        INVITATION = "invitation", _("invited")
        FORWARDING = "forwarding", _("forwarded")
        REPLACEMENT = "replacement", _("in place of a person who left")
        ESCALATION = "escalation", _("asked beside, because it was late")

    class Closed(models.TextChoices):
        """The reason why nothing is asked of them any more."""

        DECIDED = "decided", _("decided")
        OVERTAKEN = "overtaken", _("overtaken")
        LEFT = "left", _("left the company")
        REPLACED = "replaced", _("forwarded")
        WITHDRAWN = "withdrawn", _("withdrawn")
        INFORMED = "informed", _("informed")
        REROUTED = "rerouted", _("today's rule asks others")

    round = models.ForeignKey(
        Round, on_delete=models.CASCADE, related_name="assignments"
    )
    step = models.ForeignKey(
        RoundStep, on_delete=models.CASCADE, related_name="assignments"
    )
    person = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    duty = models.CharField(
        _("duty"), max_length=10, choices=Duty.choices, default=Duty.REQUIRED
    )
    because = models.CharField(
        _("because"), max_length=12, choices=Because.choices, default=Because.ROLE
    )
    # The assignment that this one was forwarded or escalated from, or took over.
    origin = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=10, choices=Closed.choices, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        indexes: ClassVar = [
            models.Index(
                fields=["person", "round"],
                condition=models.Q(closed_at=None),
                name="assignment_open",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["step", "person"],
                condition=models.Q(closed_at=None),
                name="asked_once_per_step",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_because_display()})"

    @property
    def is_open(self) -> bool:
        """Whether this person may still decide here."""
        return self.closed_at is None and self.duty != Duty.INFORMED


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions of records."""

    def about(self, record: models.Model) -> Self:
        return self.filter(record_type=record._meta.label, record_id=record.pk)

    def standing(self) -> Self:
        """Those that no edit, and no withdrawn invitation, has voided."""
        return self.filter(voided_at=None)


class Decision(models.Model):
    """A yes, a no, or "back for rework" on one assignment.

    ``approver`` is the person who decided; ``on_behalf_of`` the person who had been asked, where a
    substitute decided. ``digest`` names the content that was decided on.
    """

    class Door(models.TextChoices):
        """The way a decision came in."""

        PORTAL = "portal", _("portal")
        ADMIN = "admin", _("admin")
        API = "api", "API"
        LINK = "link", _("link in a message")
        IMPORT = "import", _("from the old system, not witnessed")

    class Confirmed(models.TextChoices):
        """What was entered again to sign."""

        NONE = "", _("nothing")
        PASSWORD = "password", _("password")
        PIN = "pin", _("PIN")

    assignment = models.OneToOneField(
        Assignment, on_delete=models.CASCADE, related_name="decision"
    )
    # Of the round, kept here so that lists and the wire need no way over three tables.
    record_type = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    revision = models.PositiveIntegerField(_("revision"))
    digest = models.CharField(_("digest"), max_length=64)
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    approver = models.ForeignKey(
        User, verbose_name=_("approver"), on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        User,
        verbose_name=_("on behalf of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    status = models.PositiveSmallIntegerField(_("status"), choices=Status.choices)
    remark = models.TextField(_("remark"), blank=True)
    decided_at = models.DateTimeField()
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    door = models.CharField(
        _("through"), max_length=10, choices=Door.choices, default=Door.PORTAL
    )
    confirmed = models.CharField(
        _("confirmed by"), max_length=10, choices=Confirmed.choices, blank=True
    )
    # The decider had asked for the record, or written part of it.
    by_author = models.BooleanField(default=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(
                fields=["record_type", "record_id", "revision"], name="decision_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.names}: {self.get_status_display()} (r{self.revision})"

    @property
    def is_witnessed(self) -> bool:
        """Whether it was given in EMS; the old system only claims what came from there."""
        return self.door != self.Door.IMPORT

    @property
    def names(self) -> str:
        """Both names, where one person decided for another."""
        if self.on_behalf_of_id is None:
            return str(self.approver)
        return _("%(person)s for %(other)s") % {
            "person": self.approver,
            "other": self.on_behalf_of,
        }
