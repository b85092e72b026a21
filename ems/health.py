"""Is the system able to serve: database, migrations, worker, what is owed."""

import time
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from core.integrations import upstreams
from core.ledger.models import PeriodicJob
from core.ledger.queries import oldest_owed_seconds
from core.ledger.tasks import HEARTBEAT
from ems.version import version

WORKER_SECONDS = 60
OWED_SECONDS = 15 * 60
KEPT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether requests can be served, and what an operator should look at."""

    is_ready: bool
    checks: dict[str, Any]


kept: list[tuple[Readiness, float]] = []


def known_readiness() -> Readiness:
    """The result of the last second, so that frequent questions cost nothing."""
    for found, at in kept[-1:]:
        if time.monotonic() - at < KEPT_SECONDS:
            return found
    fresh = readiness()
    kept[:] = [(fresh, time.monotonic())]
    return fresh


def readiness() -> Readiness:
    """Upstreams, the worker and debts are reported and never make the server unready: one
    dead upstream must not take everything down."""
    try:
        unapplied = _unapplied()
        checks = {
            "version": version(),
            "database": "ok",
            "migrations": "ok" if not unapplied else f"{unapplied} to apply",
            "worker": _worker(),
            "oldestDeliverySeconds": round(oldest_owed_seconds()),
            "upstreams": {
                health.name: _upstream(health) for health in upstreams.health()
            },
        }
    except DatabaseError:
        return Readiness(is_ready=False, checks={"database": "unreachable"})
    return Readiness(is_ready=not unapplied, checks=checks)


def _unapplied() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _worker() -> str:
    row = PeriodicJob.objects.filter(name=HEARTBEAT).first()
    if row is None or row.ran_at is None:
        return "never seen"
    age = (timezone.now() - row.ran_at).total_seconds()
    return "ok" if age < WORKER_SECONDS else f"silent for {age:.0f} s"


def _upstream(health: Any) -> str:
    if health.is_stale:
        return f"stale ({health.last_error})"
    return str(health.breaker_state)
