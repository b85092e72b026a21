"""Decisions, and the rules that say who must decide."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import Role, User


class Status(models.IntegerChoices):
    """State of a record under approval, and of one decision, as the wire has it."""

    PENDING = 0, _("Pending")
    ACCEPTED = 1, _("Approved")
    REJECTED = 2, _("Rejected")


class Decision(models.Model):
    """One person's yes or no to one revision of a record."""

    approver = models.ForeignKey(
        User, verbose_name=_("approver"), on_delete=models.PROTECT, related_name="+"
    )
    status = models.PositiveSmallIntegerField(_("status"), choices=Status.choices)
    remark = models.TextField(_("remark"), blank=True)
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    revision = models.PositiveIntegerField(_("revision"))
    digest = models.CharField(_("digest"), max_length=64)
    decided_at = models.DateTimeField()
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.approver}: {self.get_status_display()} (r{self.revision})"


class ApprovalRule(models.Model):
    """For one kind of change and a band of net cost: the steps that must say yes.

    The first rule whose band holds the net cost counts, narrowest first. Without any rule,
    one manager decides.
    """

    class Kind(models.IntegerChoices):
        """Kind of change that a rule is for; the numbers are those of ``typeEcnCcn``."""

        ECN = 0, _("ECN")
        CCN = 1, _("CCN")
        OTHERS = 2, _("Others")
        FAB = 3, _("FAB")

    kind = models.PositiveSmallIntegerField(_("kind of change"), choices=Kind.choices)
    net_from = models.DecimalField(
        _("net cost from (Rp)"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    net_below = models.DecimalField(
        _("net cost below (Rp)"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
    )
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        ordering: ClassVar = ["kind", "net_from", "id"]
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.net_from or 0:,.0f} - {self.net_below or '∞'}"

    def clean(self) -> None:
        """A band must hold something."""
        if (
            self.net_from is not None
            and self.net_below is not None
            and self.net_from >= self.net_below
        ):
            raise ValidationError(
                {"net_below": _("It must be larger than the lower bound.")}
            )


class ApprovalStep(models.Model):
    """One step of a rule: these roles and people, any one of them or everyone."""

    class Mode(models.TextChoices):
        """Number of deciders that a step needs: any one or everyone."""

        ANY = "any", _("any one")
        EVERYONE = "everyone", _("everyone")

    rule = models.ForeignKey(
        ApprovalRule,
        verbose_name=_("rule"),
        on_delete=models.CASCADE,
        related_name="steps",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    mode = models.CharField(
        _("needed"), max_length=10, choices=Mode.choices, default=Mode.ANY
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    people = models.ManyToManyField(User, verbose_name=_("people"), blank=True)

    class Meta:
        ordering: ClassVar = ["rule", "order", "id"]
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")

    def __str__(self) -> str:
        return f"{self.order}. {self.get_mode_display()} {self.role}"
