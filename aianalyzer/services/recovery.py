"""Finds analyses whose worker died, and lost tasks (docs/threats.md#f44)."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services.execution import analyse
from aianalyzer.signals import analysis_ended
from core.ledger.services import record

log = structlog.get_logger(__name__)
State = InquiryAiGeneration.State
ATTEMPTS = 2
# A task that was taken by a worker which died before it began; more tasks do no harm.
FORGOTTEN = timedelta(minutes=3)


def recover_analyses() -> int:
    """Put what a dead worker left back into the queue once, then mark it as failed; returns how
    many were seen."""
    now = timezone.now()
    rows = InquiryAiGeneration.objects.filter(state=State.RUNNING, lease_until__lt=now)
    dead = list(rows.values_list("pk", flat=True))
    for generation_id in dead:
        _take_back(generation_id)
    return len(dead) + _remind()


@transaction.atomic
def _take_back(generation_id: int) -> None:
    rows = InquiryAiGeneration.objects.select_for_update()
    row = rows.filter(
        pk=generation_id, state=State.RUNNING, lease_until__lt=timezone.now()
    ).first()
    if row is None:
        return
    # A new run shuts the old worker out, should it only have slept.
    row.run, row.lease_until, row.step = row.run + 1, None, ""
    log.warning("analysis_interrupted", generation=row.pk, attempts=row.attempts)
    if row.attempts < ATTEMPTS:
        row.state, row.progress = State.QUEUED, 0
        row.save()
        record(row, "analysis.requeued", by=None, after={"attempts": row.attempts})
        analyse.enqueue(generation_id=row.pk)
        return
    row.state, row.failure, row.finished_at = (
        State.FAILED,
        "interrupted",
        timezone.now(),
    )
    row.save()
    event = record(row, "analysis.failed", by=None, after={"failure": "interrupted"})
    analysis_ended.send(InquiryAiGeneration, generation=row, event=event)


def _remind() -> int:
    """A new task for each that waits for long."""
    old = timezone.now() - FORGOTTEN
    rows = InquiryAiGeneration.objects.filter(state=State.QUEUED, updated_at__lt=old)
    ids = list(rows.values_list("pk", flat=True)[:50])
    for generation_id in ids:
        mine = rows.filter(pk=generation_id)
        with transaction.atomic():
            if mine.update(updated_at=timezone.now()):
                analyse.enqueue(generation_id=generation_id)
    return len(ids)
