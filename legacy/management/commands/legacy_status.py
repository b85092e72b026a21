"""``manage.py legacy_status``: how far the switch is."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count

from legacy.models import LegacyRow, LegacyRun


class Command(BaseCommand):
    """Runs with their cursors, quarantine, conflicts, the last comparison."""

    help = "Say how far the switch from the old system is."

    def handle(self, *args: Any, **options: Any) -> None:
        for run in LegacyRun.objects.order_by("id"):
            self._tell(run)
        rows = LegacyRow.objects.order_by().values("outcome").annotate(n=Count("pk"))
        for row in rows.order_by("outcome"):
            self.stdout.write(f"{row['outcome']}: {row['n']:,}")
        self.stdout.write(f"conflicts: {LegacyRow.objects.conflicts().count():,}")
        self.stdout.write(
            f"deleted in the old system: {LegacyRow.objects.gone().count():,}"
        )
        compared = LegacyRun.objects.filter(kind=LegacyRun.Kind.COMPARE).first()
        found = compared.result.get("unexpected") if compared else None
        self.stdout.write(
            f"last comparison: {'none' if found is None else f'{found} unexpected'}"
        )

    def _tell(self, run: LegacyRun) -> None:
        end = (
            f"finished {run.finished_at:%Y-%m-%d %H:%M}"
            if run.finished_at
            else "not finished"
        )
        self.stdout.write(
            f"{run.kind} {run.started_at:%Y-%m-%d %H:%M} {run.source}: {run.read:,} of"
            f" {run.total:,} rows read, {run.written:,} written, {end}"
        )
        if run.problem:
            self.stdout.write(f"  {run.problem}")
        if not run.finished_at and run.cursors:
            name, last = list(run.cursors.items())[-1]
            self.stdout.write(f"  it stands in {name} at id {last}")
