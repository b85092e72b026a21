"""The page of the machine room: what stands, what waits, what failed; for administrators."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.accounts.permissions import person, require
from core.integrations import upstreams
from core.integrations.breaker import BreakerState
from core.ledger.models import Delivery, PeriodicJob
from core.ledger.tasks import HEARTBEAT
from core.text.formatting import distance
from ems.backup import BACKUP
from ems.figures_of_service import seconds_since
from ems.health import WORKER_SECONDS, known_readiness
from ems.version import version

MOST_PARKED = 50
BACKUP_SECONDS = 26 * 3600
OK, WAIT, LATE = "ok", "wait", "no"


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One thing that is looked after: its state as a colour and a word, and what to know or do."""

    name: str
    tone: str
    word: str
    note: str = ""


@login_required
@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Service, upstreams, jobs and what could not be delivered."""
    require(person(request), "set_up")
    context: dict[str, Any] = {
        "version": version(),
        "service": _service(),
        "upstreams": _upstreams(),
        "jobs": _jobs(),
        "parked": Delivery.objects.filter(state=Delivery.State.PARKED).order_by("pk")[
            :MOST_PARKED
        ],
    }
    return render(request, "ems/status.html", context)


def _service() -> list[StatusLine]:
    checks = known_readiness().checks
    return [
        _said(_("Database"), checks["database"]),
        _said(_("Migrations"), checks.get("migrations", "")),
        _aged(_("Worker"), HEARTBEAT, WORKER_SECONDS),
        _aged(_("Backup"), BACKUP, BACKUP_SECONDS),
        _deliveries(checks.get("oldestDeliverySeconds", 0)),
    ]


def _said(name: str, said: str) -> StatusLine:
    return (
        StatusLine(name, OK, _("in order"))
        if said == "ok"
        else StatusLine(name, LATE, _("look"), said)
    )


def _aged(name: str, job: str, most: float) -> StatusLine:
    """Something that has to happen again and again."""
    row = PeriodicJob.objects.filter(name=job).first()
    age = seconds_since(row.ran_at) if row else None
    if row is None or age is None or row.ran_at is None:
        return StatusLine(name, WAIT, _("never"))
    tone = OK if age < most else LATE
    return StatusLine(name, tone, distance(row.ran_at))


def _deliveries(oldest: float) -> StatusLine:
    owed = Delivery.objects.owed().count()
    note = _("%d are owed") % owed if owed else ""
    is_late = oldest > WORKER_SECONDS * 5
    word = _("look") if is_late else _("in order")
    return StatusLine(_("Deliveries"), LATE if is_late else OK, word, note)


def _upstreams() -> list[StatusLine]:
    return [_upstream(row) for row in upstreams.health()]


def _upstream(row: Any) -> StatusLine:
    of = _("data of %s") % distance(row.as_of) if row.as_of else ""
    if row.breaker_state != BreakerState.CLOSED:
        return StatusLine(row.name, LATE, _("left alone for now"), of)
    if row.is_stale:
        why = f"{row.last_error}" if row.last_error else ""
        return StatusLine(
            row.name, WAIT, _("not fetched"), " · ".join(filter(None, (of, why)))
        )
    return StatusLine(row.name, OK, _("in order"), of)


def _jobs() -> list[StatusLine]:
    rows = PeriodicJob.objects.exclude(name=HEARTBEAT).order_by("name")
    return [_job(row.name, row.ran_at, row.problem) for row in rows]


def _job(name: str, ran_at: datetime | None, problem: str) -> StatusLine:
    ran = distance(ran_at) if ran_at else _("never")
    if problem:
        return StatusLine(name, LATE, _("failed"), f"{ran} · {problem}")
    return StatusLine(name, OK if ran_at else WAIT, ran)
