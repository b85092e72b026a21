"""Accounts of machines, their tokens, and calls of the API that came without any."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User

# An account of a machine is a row of people that no auth server knows; no login has such a name.
USERNAME = "service:%s"


class ServiceAccount(models.Model):
    """A machine that calls the API: CRM, PPIC, a script.

    ``user`` is the actor of what it writes: without an id at the auth server, without a role and not
    active, so that nobody can ask it for a decision, name it, or log in as it.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    purpose = models.CharField(_("purpose"), max_length=300)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="machine")
    created_at = models.DateTimeField(_("created at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("service account")
        verbose_name_plural = _("service accounts")

    def __str__(self) -> str:
        return self.name


class ServiceToken(models.Model):
    """A token of a machine; only its SHA-256 is kept, and its beginning to know it again.

    ``scopes``: ``["GET /api/inbox", …]``, a verb and the beginning of a path. ``addresses``: networks
    that it may come from; none for any. ``last_day``: the last day on which it is good (local date).
    """

    account = models.ForeignKey(
        ServiceAccount,
        verbose_name=_("service account"),
        on_delete=models.PROTECT,
        related_name="tokens",
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(_("begins with"), max_length=12)
    scopes = models.JSONField(_("scopes"), default=list)
    addresses = models.JSONField(_("addresses"), default=list)
    last_day = models.DateField(_("last day"))
    created_at = models.DateTimeField(_("created at"))
    first_used_at = models.DateTimeField(_("first used"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)
    last_address = models.CharField(_("last address"), max_length=64, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("token of a service account")
        verbose_name_plural = _("tokens of service accounts")

    def __str__(self) -> str:
        return f"{self.account} {self.beginning}…"

    def is_good(self, today: date | None = None) -> bool:
        """Whether it opens anything on that day."""
        is_open = self.ended_at is None and self.account.ended_at is None
        return is_open and (today or timezone.localdate()) <= self.last_day


class TokenlessCall(models.Model):
    """Where the API was called without a token: route, address and program, by minutes with such calls."""

    method = models.CharField(_("method"), max_length=10)
    route = models.CharField(_("path"), max_length=200)
    address = models.CharField(_("address"), max_length=64)
    program = models.CharField(_("program"), max_length=120, blank=True)
    minutes = models.PositiveIntegerField(_("minutes with calls"), default=1)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"), db_index=True)

    class Meta:
        ordering: ClassVar = ["-last_at", "-id"]
        verbose_name = _("call without a token")
        verbose_name_plural = _("calls without a token")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["method", "route", "address", "program"],
                name="one_row_per_caller",
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.address}"
