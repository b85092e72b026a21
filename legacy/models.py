"""Runs of the import, and what became of each row of the old database."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User


class LegacyRun(models.Model):
    """One import, dry run or comparison; a killed one goes on from its cursors.

    ``source``: where it read from, without the password. ``fingerprint``: rows, largest id and newest
    time of each table when it began. ``cursors``: the last root that was written, by area.
    ``watermark``: the newest time in the source when it began; a delta begins before it.
    """

    class Kind(models.TextChoices):
        """What a run is for."""

        IMPORT = "import", _("Import")
        DRY_RUN = "dry_run", _("Dry run")
        COMPARE = "compare", _("Comparison")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=300)
    fingerprint = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    cursors = models.JSONField(default=dict)
    watermark = models.DateTimeField(null=True)
    started_by = models.ForeignKey(
        User,
        verbose_name=_("started by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    read = models.PositiveBigIntegerField(_("rows read"), default=0)
    written = models.PositiveBigIntegerField(_("rows written"), default=0)
    total = models.PositiveBigIntegerField(_("rows in the source"), default=0)
    result = models.JSONField(_("result"), default=dict)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("run of the switch")
        verbose_name_plural = _("runs of the switch")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%Y-%m-%d %H:%M}"


class RowQuerySet(models.QuerySet["LegacyRow"]):
    """Rows by what became of them."""

    def quarantined(self) -> Self:
        """Kept whole, and not in EMS until a person says what they are."""
        return self.filter(outcome=LegacyRow.Outcome.QUARANTINED)

    def conflicts(self) -> Self:
        """Changed in the old system after EMS had changed them, too."""
        return self.filter(is_conflict=True)


class LegacyRow(models.Model):
    """One row of the old database, and what it became.

    ``sha256``: of the whole aggregate, on its root only. ``marks``: what was found wrong with it, by the
    names of ``legacy.defects``. ``raw``: the row as it was, where it is not in EMS.
    """

    class Outcome(models.TextChoices):
        """What became of a row."""

        IMPORTED = "imported", _("imported")
        MERGED = "merged", _("merged")
        QUARANTINED = "quarantined", _("quarantined")
        DROPPED = "dropped", _("dropped")
        ACCEPTED = "accepted", _("left out by a person")

    table = models.CharField(_("table"), max_length=60)
    source_id = models.BigIntegerField(_("id"))
    model = models.CharField(max_length=60, blank=True)
    pk_here = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    marks = models.JSONField(_("marks"), default=list)
    raw = models.JSONField(null=True)
    is_conflict = models.BooleanField(_("conflict"), default=False)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["table", "source_id"]
        verbose_name = _("row of the old system")
        verbose_name_plural = _("rows of the old system")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["table", "source_id"], name="one_outcome_per_row"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                name="legacy_quarantined",
                condition=models.Q(outcome="quarantined"),
            ),
            models.Index(
                fields=["id"],
                name="legacy_conflict",
                condition=models.Q(is_conflict=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.source_id}"
