"""A link in a message, by which one person decides once without a login."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.approvals.models.rounds import Assignment


class DecisionLink(models.Model):
    """Lets ``person`` decide once on an assignment, their own or that of somebody they stand in for.

    The token of the message is made of this row's ``nonce`` and the server's secret each time that it
    is needed (``core.approvals.queries.links``); no table holds it.
    """

    person = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="links"
    )
    digest = models.CharField(_("digest"), max_length=64)
    nonce = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("link to decide")
        verbose_name_plural = _("links to decide")

    def __str__(self) -> str:
        return f"{self.person}: {self.assignment_id} until {self.expires_at:%Y-%m-%d %H:%M}"

    @property
    def is_own(self) -> bool:
        """Whether the person was asked themselves."""
        return self.person_id == self.assignment.person_id
