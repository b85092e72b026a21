"""Type a figure of the dashboard over the computed one."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.accounts.models import User
from core.accounts.permissions import require
from core.ledger.services import record
from engineering.models import DashboardMetrics
from engineering.models.dashboard_figures import FIGURES


@transaction.atomic
def type_figures(
    *, data: Mapping[str, Any], by: User, shown: Mapping[str, Any] | None = None
) -> DashboardMetrics | None:
    """Keep typed figures as marked overrides; null lets the computed one stand again.

    Only a figure whose value changed is marked anew with person and time. Naming no figure does
    nothing. ``shown`` are the figures as they stand: in a whole row, which table editors send
    back, a computed one that is the same was not typed. Raises DomainError ``forbidden``.
    """
    require(by, "update_metrics")
    sent = {name: data[name] for name in FIGURES if name in data}
    row = _the_row() if sent else DashboardMetrics.objects.order_by("id").first()
    present = {name: getattr(row, name) for name in sent}
    known = shown if shown and len(sent) == len(FIGURES) else {}
    changed = {
        name: value
        for name, value in sent.items()
        if value != present[name]
        and (present[name] is not None or value != known.get(name))
    }
    if row is None or not changed:
        return row
    before = {name: getattr(row, name) for name in changed}
    mark = {"by": str(by), "at": timezone.now().isoformat().replace("+00:00", "Z")}
    for name, value in changed.items():
        setattr(row, name, value)
        row.marks[name] = mark
    row.marks = {
        name: each for name, each in row.marks.items() if getattr(row, name) is not None
    }
    row.updated_by = by
    row.save()
    record(row, "figures.typed", by=by, before=before, after=changed)
    return row


def _the_row() -> DashboardMetrics:
    """The only row, locked; two first typists get the same one."""
    DashboardMetrics.objects.bulk_create(
        [DashboardMetrics(pk=1)], ignore_conflicts=True
    )
    return DashboardMetrics.objects.select_for_update().get(pk=1)
