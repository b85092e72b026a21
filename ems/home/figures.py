"""The dashboard's figures, computed from the data."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from core.db.memoize import cached_until
from core.integrations import upstreams
from core.ledger.models import Event
from core.ledger.queries import last_event_id
from core.text.months import MONTHS, back_from
from engineering.models import (
    ChangeAttachment,
    ChangeNotice,
    DashboardMetrics,
)
from engineering.models.dashboard_figures import FIGURES
from engineering.queries.departments import manpower

# Every page that counts the one counts the other, too.
SHOWN_TOGETHER = (int(ChangeNotice.Kind.ECN), int(ChangeNotice.Kind.CCN))


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Number of changes of one kind in one month."""

    year: int
    month: int
    count: int

    @property
    def name(self) -> str:
        """The English month name, as the wire has it."""
        return MONTHS[self.month - 1]


def changes_per_month(
    kind: int, *, year: int | None = None, version: int | None = None
) -> list[MonthCount]:
    """Twelve months in calendar order, empty ones too: those of ``year``, or the latest.

    ``version`` is the newest event's id, where the caller knows it already.
    """
    pairs = (
        [(year, month) for month in range(1, 13)]
        if year
        else back_from(timezone.localdate(), 12)
    )
    kinds = SHOWN_TOGETHER if kind in SHOWN_TOGETHER else (kind,)
    counts = cached_until(
        f"months {kinds} {pairs[0]}",
        last_event_id() if version is None else version,
        lambda: _counts(kinds, pairs[0], pairs[-1]),
    )
    return [MonthCount(*pair, counts.get((kind, *pair), 0)) for pair in pairs]


def _counts(
    kinds: tuple[int, ...], first: tuple[int, int], last: tuple[int, int]
) -> dict[tuple[int, int, int], int]:
    """Per kind and month; the database counts per day, which an index gives, and not per function call."""
    end = date(last[0] + last[1] // 12, last[1] % 12 + 1, 1)
    rows = (
        ChangeNotice.objects.alive()
        .filter(kind__in=kinds, date__gte=date(*first, 1), date__lt=end)
        .order_by()
        .values_list("kind", "date")
        .annotate(n=Count("pk"))
    )
    counts: Counter[tuple[int, int, int]] = Counter()
    for kind, day, number in rows:
        counts[kind, day.year, day.month] += number
    return dict(counts)


def computed_figures(version: int | None = None) -> dict[str, Any]:
    """Every figure of the dashboard as the data have it; null where an upstream never answered."""
    jobs = upstreams.ppic().jobs()
    boms = upstreams.ppic().boms()
    known = last_event_id() if version is None else version
    ecn = changes_per_month(ChangeNotice.Kind.ECN, version=known)
    ccn = changes_per_month(ChangeNotice.Kind.CCN, version=known)
    return {
        "number_of_manpowers": manpower(),
        "number_of_ecns_this_month": ecn[-1].count,
        "number_of_ccns_this_month": ccn[-1].count,
        "last_detected_process": Event.objects.order_by("-id")
        .values_list("at", flat=True)
        .first(),
        "total_products": sum(len(job.panel_codes) for job in jobs.value.values())
        if jobs.as_of
        else None,
        "total_boms": len(boms.value) if boms.as_of else None,
    } | ChangeAttachment.objects.alive().aggregate(
        total_slds=Count("pk", filter=Q(name__icontains="sld")),
        total_drawings=Count("pk"),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of the dashboard: typed values win; ``marks`` says who typed which and when."""

    values: Mapping[str, Any]
    marks: Mapping[str, Mapping[str, str]]
    row: DashboardMetrics | None
    is_stale: bool

    @property
    def typed(self) -> dict[str, Any]:
        """The typed figures by name."""
        return {name: self.values[name] for name in self.marks}


def figures(version: int | None = None) -> Figures:
    """Computed figures under the typed ones; ``version`` is the newest event's id, if known."""
    row = DashboardMetrics.objects.order_by("id").first()
    marks = {name: row.marks.get(name, {}) for name in typed_names(row)} if row else {}
    typed = {name: getattr(row, name) for name in marks}
    readings = (upstreams.ppic().jobs(), upstreams.ppic().boms(), upstreams.people())
    is_stale = any(reading.is_stale for reading in readings)
    return Figures(computed_figures(version) | typed, marks, row, is_stale)


def typed_names(row: DashboardMetrics) -> list[str]:
    """The figures that somebody typed."""
    return [name for name in FIGURES if getattr(row, name) is not None]
