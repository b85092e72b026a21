"""Events, answers to repeated requests, and deliveries to outside systems."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User

# Receivers of messages; all others are told how something stands.
MESSAGES = ("mail", "whatsapp")


class Event(models.Model):
    """One thing that was done to one record. Append-only, chained per record by hash.

    A database trigger refuses UPDATE and DELETE (migration 0002). The order within a record is
    ``seq``, never the clock.
    """

    record_type = models.CharField(_("kind of the record"), max_length=60)
    record_id = models.BigIntegerField(_("record (id)"))
    seq = models.PositiveIntegerField(_("place in the history"))
    kind = models.CharField(_("kind"), max_length=60)
    actor = models.ForeignKey(
        User,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    actor_name = models.CharField(_("name of the person"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    address = models.CharField(_("address"), max_length=64, blank=True)
    request_id = models.CharField(_("id of the request"), max_length=64, blank=True)
    revision = models.PositiveIntegerField(_("revision"), null=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    note = models.TextField(_("note"), blank=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    previous_hash = models.CharField(_("previous hash"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering: ClassVar = ["record_type", "record_id", "seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "seq"], name="one_event_per_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_type}:{self.record_id}#{self.seq} {self.kind}"


class RequestKey(models.Model):
    """The answer given to one ``Idempotency-Key`` of one person, kept for 24 hours."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(
        _("created at"), default=timezone.now, db_index=True
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key")
        ]

    def __str__(self) -> str:
        return self.key


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what must happen to them."""

    def owed(self) -> Self:
        """Not delivered and not parked."""
        return self.filter(state=Delivery.State.PENDING)

    def undelivered(self) -> Self:
        """Deliveries that still wait, or were parked after the last try."""
        return self.exclude(state=Delivery.State.DELIVERED)

    def due(self) -> Self:
        """Owed, whose time has come and which no worker holds."""
        now = timezone.now()
        return self.owed().filter(next_at__lte=now, lease_until__lte=now)

    def parked(self) -> Self:
        """Given up after the last try; a person can send them again."""
        return self.filter(state=Delivery.State.PARKED)

    def overtaken(self) -> Self:
        """Something newer about the record was accepted since: these would bring an old state
        back. A message only tells what happened, and is never too old for that.
        """
        newer = Delivery.objects.filter(
            state=Delivery.State.DELIVERED,
            upstream=OuterRef("upstream"),
            record_type=OuterRef("record_type"),
            record_id=OuterRef("record_id"),
            id__gt=OuterRef("id"),
        )
        return self.exclude(upstream__in=MESSAGES).filter(Exists(newer))

    def about(self, record: models.Model) -> Self:
        """Owed, or once owed, because of one record."""
        return self.filter(record_type=record._meta.label, record_id=record.pk)


class Delivery(models.Model):
    """Something owed to an outside system: frozen when it was promised, never lost or deleted."""

    class State(models.TextChoices):
        """Owed until the outside system answers; parked after the last try."""

        PENDING = "pending", _("Waiting to be sent")
        DELIVERED = "delivered", _("Delivered")
        PARKED = "parked", _("Parked")

    key = models.CharField(_("key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    upstream = models.CharField(_("upstream"), max_length=20)
    method = models.CharField(_("method"), max_length=6)
    path = models.CharField(_("path"), max_length=300)
    body = models.BinaryField()
    body_sha256 = models.CharField(_("SHA-256 of the body"), max_length=64)
    record_type = models.CharField(_("kind of the record"), max_length=60)
    record_id = models.BigIntegerField(_("record (id)"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_until = models.DateTimeField(_("taken until"), default=timezone.now)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    created_by = models.ForeignKey(
        User,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    last_status = models.PositiveSmallIntegerField(_("last status"), null=True)
    last_answer = models.TextField(_("last answer"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes: ClassVar = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["record_type", "record_id"], name="delivery_record"),
        ]

    def __str__(self) -> str:
        return self.key


class DeliveryAttempt(models.Model):
    """One try at a delivery."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="tries"
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at:%H:%M:%S} {self.status}"


class PeriodicJob(models.Model):
    """A repeated job and its next time; a worker claims it by moving ``due_at`` on."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    due_at = models.DateTimeField(default=timezone.now)
    ran_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
