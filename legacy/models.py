"""Runs of the import, and what became of each row of the old database."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from legacy.words import area_words

# A chunk takes seconds; large files take longer. What says nothing for so long has perhaps been killed.
SILENT_AFTER = timedelta(minutes=3)


class RunQuerySet(models.QuerySet["LegacyRun"]):
    """Runs by how far they are."""

    def imports(self) -> Self:
        """Neither dry runs nor comparisons."""
        return self.filter(kind=LegacyRun.Kind.IMPORT)

    def under_way(self) -> Self:
        """Ordered or begun, not ended, and heard of a moment ago."""
        since = timezone.now() - SILENT_AFTER
        heard = models.Q(told_at__gt=since) | models.Q(
            told_at=None, started_at__gt=since
        )
        return self.filter(heard, finished_at=None, problem="")


class LegacyRun(models.Model):
    """One import, dry run or comparison; a killed one goes on from its cursors.

    ``source``: where it read from, without the password. ``fingerprint``: rows, largest id and newest
    time of each table when it began. ``cursors``: the last root that was written, by area.
    ``watermark``: the newest time in the source when it began; a delta begins before it.
    ``area``, ``speed``, ``told_at``: where it was when it was last heard of, and rows a second then.
    ``workbook``: the Excel report of a dry run, whose rows are thrown away, in the store.
    """

    class State(models.TextChoices):
        """How far it is, as far as anybody can tell."""

        WAITING = "waiting", _("Waits for the worker")
        RUNNING = "running", _("Running")
        SILENT = "silent", _("Not heard of")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Done")

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
    area = models.CharField(
        _("area"), max_length=60, blank=True, default="", db_default=""
    )
    speed = models.PositiveIntegerField(
        _("rows a second"), default=0, db_default=models.Value(0)
    )
    told_at = models.DateTimeField(_("last heard of"), null=True)
    workbook = models.CharField(max_length=200, blank=True, default="", db_default="")

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("run of the switch")
        verbose_name_plural = _("runs of the switch")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def state(self) -> "LegacyRun.State":
        """Ended, stopped with a sentence, under way, or killed as it seems."""
        if self.problem:
            return self.State.STOPPED
        if self.finished_at:
            return self.State.DONE
        if (self.told_at or self.started_at) <= timezone.now() - SILENT_AFTER:
            return self.State.SILENT
        return self.State.RUNNING if self.told_at else self.State.WAITING

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def area_words(self) -> str:
        """Where it was when it was last heard of, for the reader."""
        return area_words(self.area)

    @property
    def left(self) -> timedelta:
        """The time that is left at the present speed."""
        rows = max(self.total - self.read, 0)
        return timedelta(seconds=round(rows / max(self.speed, 1)))


class RowQuerySet(models.QuerySet["LegacyRow"]):
    """Rows by what became of them."""

    def quarantined(self) -> Self:
        """Kept whole, and not in EMS until a person says what they are."""
        return self.filter(outcome=LegacyRow.Outcome.QUARANTINED)

    def conflicts(self) -> Self:
        """Changed in the old system after EMS had changed them, too."""
        return self.filter(is_conflict=True)

    def gone(self) -> Self:
        """Taken over, and not in the old system any more; nothing is deleted here for that."""
        return self.exclude(gone_at=None)


class LegacyRow(models.Model):
    """One row of the old database, and what it became.

    ``sha256``: of the whole aggregate, on its root only. ``marks``: what was found wrong with it, by the
    names of ``legacy.defects``. ``raw``: the row as it was, where it is not in EMS; of a conflict, the
    root as the old system has it now; of one that a person corrected, as it was taken over.
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
    is_corrected = models.BooleanField(
        _("corrected by a person"), default=False, db_default=False
    )
    gone_at = models.DateTimeField(_("no longer in the old system since"), null=True)

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
            models.Index(
                fields=["id"],
                name="legacy_gone",
                condition=models.Q(gone_at__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="legacy_corrected",
                condition=models.Q(is_corrected=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.source_id}"

    @property
    def own_pk(self) -> int | None:
        """The record that it became itself; none where it is history of another row's record."""
        return self.pk_here if self.outcome == self.Outcome.IMPORTED else None

    @property
    def is_quarantined(self) -> bool:
        """Whether it waits for a person, whole as it was."""
        return self.outcome == self.Outcome.QUARANTINED
