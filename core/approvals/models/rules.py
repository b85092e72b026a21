"""The rules that say who must decide, and how soon."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import Role, User


class RecordKind(models.TextChoices):
    """Kinds of record that are decided, as rounds and substitutions name them."""

    ECN = "ECN", _("ECN")
    CCN = "CCN", _("CCN")
    OTHERS = "OTHERS", _("Others")
    FAB = "FAB", _("FAB")
    BOM = "BOM", "BOM"
    TASK = "TASK", _("Task")


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


class Needed(models.TextChoices):
    """Number of yeses that a step needs."""

    ANY = "any", _("any one")
    EVERYONE = "everyone", _("everyone")
    SOME = "some", _("a number of them")


class Duty(models.TextChoices):
    """What is asked of the people of a step."""

    REQUIRED = "required", _("must decide")
    OPTIONAL = "optional", _("may decide")
    INFORMED = "informed", _("are informed")


class Place(models.Model):
    """A place in a route: who is asked there, and what is needed of them.

    ``number`` counts where ``mode`` is ``some``. ``escalate_after`` (working hours) is the time after
    which the escalation's role or person is asked beside those who were asked first.
    """

    mode = models.CharField(
        _("needed"), max_length=10, choices=Needed.choices, default=Needed.ANY
    )
    number = models.PositiveSmallIntegerField(_("number"), default=0)
    duty = models.CharField(
        _("duty"), max_length=10, choices=Duty.choices, default=Duty.REQUIRED
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    of_head = models.BooleanField(
        _("head of the requester's department"), default=False
    )
    escalate_after = models.PositiveSmallIntegerField(
        _("escalate after (working hours)"), null=True, blank=True
    )
    escalate_role = models.CharField(
        _("escalate to (role)"), max_length=20, choices=Role.choices, blank=True
    )
    escalate_person = models.ForeignKey(
        User,
        verbose_name=_("escalate to (person)"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True


class ApprovalStep(Place):
    """One step of a rule: these roles and people."""

    rule = models.ForeignKey(
        ApprovalRule,
        verbose_name=_("rule"),
        on_delete=models.CASCADE,
        related_name="steps",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    people = models.ManyToManyField(User, verbose_name=_("people"), blank=True)

    class Meta:
        ordering: ClassVar = ["rule", "order", "id"]
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")

    def __str__(self) -> str:
        return f"{self.order}. {self.get_mode_display()} {self.role}"


class DueTime(models.Model):
    """How soon a step of a kind of record is to be decided, by its priority."""

    class Unit(models.TextChoices):
        """Unit of the amount."""

        HOURS = "hours", _("working hours")
        DAYS = "days", _("working days")

    kind = models.CharField(_("kind"), max_length=10, choices=RecordKind.choices)
    # Priority of a change (1 top to 4 low); 0 where the record has none.
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    amount = models.PositiveSmallIntegerField(_("time"))
    unit = models.CharField(_("unit"), max_length=10, choices=Unit.choices)

    class Meta:
        ordering: ClassVar = ["kind", "priority"]
        verbose_name = _("due time")
        verbose_name_plural = _("due times")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "priority"], name="one_due_time_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.priority}: {self.amount} {self.unit}"
