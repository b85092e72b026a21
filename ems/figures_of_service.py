"""How the service is doing, as figures: what ``/metrics`` gives beside the counters of the web processes,
and what ``/status/`` shows.

Each is asked of the database, the disk and the upstreams' cache when somebody looks, so that every
process says the same.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Avg, Count, F, Sum
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from core.accounts.models import LoginFailures
from core.approvals.models import Round
from core.approvals.queries.inbox import stuck_rounds
from core.integrations import upstreams
from core.integrations.breaker import BreakerState
from core.ledger.models import Delivery, PeriodicJob
from core.ledger.queries import oldest_owed_seconds
from core.ledger.tasks import HEARTBEAT
from ems.backup import BACKUP
from ems.version import version

RECENT = timedelta(days=7)
LOGIN_WINDOW = timedelta(minutes=15)
Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its help, the names of its labels, and its values by them."""

    name: str
    help: str
    labels: Labels
    values: Callable[[], Iterable[tuple[Labels, float]]]


def _one(
    value: Callable[[], float | None],
) -> Callable[[], Iterator[tuple[Labels, float]]]:
    """A figure without labels; absent while there is none."""

    def values() -> Iterator[tuple[Labels, float]]:
        found = value()
        if found is not None:
            yield (), found

    return values


def seconds_since(at: datetime | None) -> float | None:
    """Seconds that have gone by; None for never."""
    return (timezone.now() - at).total_seconds() if at else None


def _job_age(name: str) -> float | None:
    rows = PeriodicJob.objects.filter(name=name).values_list("ran_at", flat=True)
    return seconds_since(rows.first())


def _jobs_failing() -> Iterator[tuple[Labels, float]]:
    for name, problem in PeriodicJob.objects.values_list("name", "problem"):
        yield (name,), float(bool(problem))


def _deliveries() -> Iterator[tuple[Labels, float]]:
    counts = Delivery.objects.exclude(state=Delivery.State.DELIVERED)
    for state, number in counts.values_list("state").annotate(n=Count("pk")):
        yield (state,), number


def _queues() -> Iterator[tuple[Labels, float]]:
    waiting = DBTaskResult.objects.ready().values_list("queue_name")
    for queue, number in waiting.annotate(n=Count("pk")).order_by():
        yield (queue,), number


def _upstream_ages() -> Iterator[tuple[Labels, float]]:
    for row in upstreams.health():
        if (age := seconds_since(row.as_of)) is not None:
            yield (row.name,), age


def _breakers() -> Iterator[tuple[Labels, float]]:
    for row in upstreams.health():
        yield (row.name,), float(row.breaker_state != BreakerState.CLOSED)


def _disks() -> Iterator[tuple[Labels, float]]:
    places = {"var": settings.VAR_DIR, "media": settings.MEDIA_ROOT}
    for name, place in places.items():
        if Path(place).exists():
            usage = shutil.disk_usage(place)
            yield (name,), usage.free / usage.total


def _lead_seconds() -> float | None:
    settled = Round.objects.filter(closed_at__gte=timezone.now() - RECENT)
    took = settled.aggregate(each=Avg(F("closed_at") - F("opened_at")))["each"]
    return took.total_seconds() if took else None


def _login_failures() -> float:
    recent = LoginFailures.objects.filter(since__gte=timezone.now() - LOGIN_WINDOW)
    return float(recent.aggregate(all=Sum("count"))["all"] or 0)


def _version() -> Iterator[tuple[Labels, float]]:
    yield (version(),), 1


FIGURES = (
    Figure("ems_info", "The version that answers.", ("version",), _version),
    Figure(
        "ems_oldest_delivery_seconds",
        "Age of the oldest delivery that is still owed.",
        (),
        _one(oldest_owed_seconds),
    ),
    Figure("ems_deliveries", "Deliveries not yet made.", ("state",), _deliveries),
    Figure(
        "ems_worker_heartbeat_seconds",
        "Since a worker was last seen.",
        (),
        _one(lambda: _job_age(HEARTBEAT)),
    ),
    Figure(
        "ems_job_failing", "Whether a job's last run failed.", ("job",), _jobs_failing
    ),
    Figure("ems_tasks_waiting", "Background tasks not begun.", ("queue",), _queues),
    Figure(
        "ems_upstream_age_seconds",
        "Age of the data that pages show of an upstream.",
        ("upstream",),
        _upstream_ages,
    ),
    Figure(
        "ems_upstream_breaker_open",
        "Whether this process leaves an upstream alone after failures.",
        ("upstream",),
        _breakers,
    ),
    Figure(
        "ems_backup_age_seconds",
        "Since the last whole backup.",
        (),
        _one(lambda: _job_age(BACKUP)),
    ),
    Figure(
        "ems_checkpoint_age_seconds",
        "Since the heads of the history were last signed, where there was news.",
        (),
        _one(lambda: _job_age("write_checkpoint")),
    ),
    Figure("ems_disk_free_ratio", "Free share of a disk.", ("place",), _disks),
    Figure(
        "ems_login_failures",
        "Failed logins of the last 15 minutes.",
        (),
        _one(_login_failures),
    ),
    Figure(
        "ems_approval_lead_seconds",
        "From put up to decided, the mean of seven days.",
        (),
        _one(_lead_seconds),
    ),
    Figure(
        "ems_rounds_open",
        "Records that wait for a decision.",
        (),
        _one(lambda: Round.objects.filter(state=Round.State.OPEN).count()),
    ),
    Figure(
        "ems_rounds_nobody_can_decide",
        "Records that wait, and nobody active is asked.",
        (),
        _one(lambda: stuck_rounds().count()),
    ),
)


class ServiceFigures(Collector):
    """Reads every figure when Prometheus asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for figure in FIGURES:
            family = GaugeMetricFamily(figure.name, figure.help, labels=figure.labels)
            # A database that is away or empty is no reason to be silent about the rest.
            with suppress(DatabaseError):
                for labels, value in figure.values():
                    family.add_metric(labels, value)
            yield family


REGISTRY = CollectorRegistry()
REGISTRY.register(ServiceFigures())
