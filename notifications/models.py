"""A notice to one person about one event."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.db.models import Timestamped
from core.ledger.models import Event


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notices by what they still ask for."""

    def open(self) -> Self:
        """Notices whose request has not been done yet."""
        return self.filter(status=Notification.Status.ON_GOING)

    def about_tasks(self) -> Self:
        """The predecessor's notifications: of a task and a role, each event once."""
        return self.filter(is_lead=True, task_id__isnull=False).exclude(role="")

    def unread(self) -> Self:
        """Notices that nobody has opened yet."""
        return self.filter(is_read=False)


class Notification(Timestamped):
    """A notice, made in the transaction of its cause; one per event and person (docs/threats.md#inv-16).

    ``title`` and ``message`` are the wire's, in the default language; the portal words them
    anew from ``kind`` and ``facts`` in the reader's language.
    """

    class Status(models.TextChoices):
        """The predecessor's words."""

        ON_GOING = "OnGoing", _("Open")
        COMPLETED = "Completed", _("Done")

    recipient = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="notices"
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=60)
    record_type = models.CharField(_("kind of the record"), max_length=60, blank=True)
    record_id = models.BigIntegerField(_("record (id)"), null=True)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=200)
    message = models.TextField()
    task_id = models.BigIntegerField(null=True, blank=True)
    role = models.CharField(max_length=20, blank=True)
    # The first row of an event: what the role-wide paths of the predecessor list once.
    is_lead = models.BooleanField(default=True)
    is_read = models.BooleanField(default=False)
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.ON_GOING
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            # A person hears of an event once (docs/threats.md#inv-16).
            models.UniqueConstraint(
                fields=["event", "recipient"], name="one_notice_per_event"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "is_read", "-id"], name="notice_unread"),
            models.Index(
                fields=["record_type", "record_id", "status"], name="notice_record"
            ),
            models.Index(fields=["task_id", "role", "status"], name="notice_task"),
            models.Index(
                fields=["role", "status", "-id"],
                name="notice_role",
                condition=models.Q(is_lead=True, task_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.title}"


class NoticeGroup(models.TextChoices):
    """A group of notices that a person chooses ways for; each kind belongs to one."""

    CHANGES = "changes", _("ECN and CCN")
    BOMS = "boms", _("BOM approval")
    TASKS = "tasks", _("Tasks and signatures")
    REMINDERS = "reminders", _("Reminders: due soon and overdue")
    TALK = "talk", _("Comments, questions, what I follow")
    SYSTEM = "system", _("Roles and deliveries")


class NoticeAddress(Timestamped):
    """A person's addresses outside the portal, typed by that person."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="notice_address"
    )
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    digest = models.BooleanField(_("digest"), default=False)

    def __str__(self) -> str:
        return str(self.user)


class NoticeSetting(models.Model):
    """The ways in which a person hears of a group of notices; without a row, the bell only."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="notice_settings"
    )
    group = models.CharField(max_length=20, choices=NoticeGroup.choices)
    bell = models.BooleanField(default=True)
    email = models.BooleanField(default=False)
    whatsapp = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "group"], name="one_setting_per_group"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.group}"
