"""Jobs that repeat: who is due, claimed by one worker."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from core.ledger.models import PeriodicJob

log = structlog.get_logger(__name__)
HEARTBEAT = "heartbeat"


def run_due(jobs: Mapping[str, tuple[Callable[[], object], float]]) -> int:
    """Run each job whose time has come; returns how many ran here.

    ``jobs`` maps a name to a function and its period in seconds. A job is claimed by moving
    its due time on in one conditional UPDATE, so that many workers do not run it together.
    """
    return sum(_run_if_due(name, call, every) for name, (call, every) in jobs.items())


def _run_if_due(name: str, call: Callable[[], object], every: float) -> bool:
    now = timezone.now()
    rows = PeriodicJob.objects.filter(Q(name=name), due_at__lte=now)
    if not rows.update(due_at=now + timedelta(seconds=every), ran_at=now):
        PeriodicJob.objects.get_or_create(name=name)
        return False
    try:
        call()
    except Exception as error:
        log.exception("periodic_job_failed", job=name)
        PeriodicJob.objects.filter(name=name).update(problem=str(error)[:2000])
        return True
    PeriodicJob.objects.filter(name=name).exclude(problem="").update(problem="")
    return True
