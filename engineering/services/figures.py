"""Type a figure of the dashboard over the computed one."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.accounts.models import User
from core.accounts.permissions import require
from core.ledger.services import record
from engineering.models import DashboardMetrics
from engineering.models.figures import FIGURES


@transaction.atomic
def type_figures(*, data: Mapping[str, Any], by: User) -> DashboardMetrics:
    """Keep typed figures as marked overrides; null lets the computed one stand again."""
    require(by, "update_metrics")
    row = (
        DashboardMetrics.objects.select_for_update().order_by("id").first()
        or DashboardMetrics()
    )
    sent = {name: data[name] for name in FIGURES if name in data}
    before = {name: getattr(row, name) for name in sent}
    for name, value in sent.items():
        setattr(row, name, value)
    row.updated_by = by
    row.save()
    if before != sent:
        record(row, "figures.typed", by=by, before=before, after=sent)
    return row
