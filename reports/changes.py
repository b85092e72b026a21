"""ECN and CCN by month, type, status or customer: numbers, cost, thresholds exceeded, time to a decision."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Avg,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.approvals.models import Status
from engineering.filters import above_threshold
from engineering.models import ChangeNotice
from reports.period import Period, ReportPeriod, month_of
from reports.shapes import (
    HOURS,
    MONEY,
    TEXT,
    ReportColumn,
    ReportPage,
    Table,
    bars,
    changes_url,
    line,
)

HOUR = 3600
MOST_CUSTOMERS = 100
FIELDS = {"kind": "kind", "status": "status", "customer": "customer"}


def changes_in(asked: ReportPeriod) -> QuerySet[ChangeNotice]:
    """Live changes whose date lies in the period."""
    rows = ChangeNotice.objects.alive().filter(
        date__gte=asked.period.first, date__lte=asked.period.last
    )
    return rows if asked.change_kind is None else rows.filter(kind=asked.change_kind)


def summed(rows: Any) -> Any:
    """The figures of each group."""
    lead = ExpressionWrapper(F("approval_date") - F("created_at"), DurationField())
    decided = Q(approval_date__isnull=False) & ~Q(status=Status.PENDING)
    return rows.annotate(
        n=Count("pk"),
        pending=Count("pk", filter=Q(status=Status.PENDING)),
        approved=Count("pk", filter=Q(status=Status.ACCEPTED)),
        rejected=Count("pk", filter=Q(status=Status.REJECTED)),
        plus=Coalesce(Sum("increase"), Decimal(0)),
        minus=Coalesce(Sum("decrease"), Decimal(0)),
        total=Coalesce(Sum("net"), Decimal(0)),
        above=Count("pk", filter=above_threshold()),
        lead=Avg(lead, filter=decided),
    )


def report(asked: ReportPeriod) -> ReportPage:
    """The table and chart of the chosen grouping."""
    groups = BY.get(asked.by, _by_month)(asked)
    heads = [
        ReportColumn(_(GROUP_WORDS.get(asked.by, "Month")), TEXT),
        ReportColumn(_("Changes")),
        ReportColumn(_("Waiting")),
        ReportColumn(_("Approved")),
        ReportColumn(_("Rejected")),
        ReportColumn(_("Increase"), MONEY),
        ReportColumn(_("Decrease"), MONEY),
        ReportColumn(_("Net"), MONEY),
        ReportColumn(_("Above the threshold")),
        ReportColumn(_("Hours to the decision"), HOURS, is_summed=False),
    ]
    rows = [
        line(heads, [label, *_figures(found)], _behind(period, more))
        for label, found, period, more in groups
    ]
    chart = {
        "labels": [row[0].value for row in rows],
        "series": [
            bars(heads[place].label, (row[place] for row in rows))
            for place in (3, 4, 2)
        ],
    }
    note = _("By the date of the change. The time runs from raising to the decision.")
    return ReportPage([Table(_("ECN and CCN"), heads, rows, note)], chart)


GROUP_WORDS = {"kind": "Type", "status": "Status", "customer": "Customer"}
NOTHING_FOUND: dict[str, Any] = dict.fromkeys(
    ("n", "pending", "approved", "rejected", "above"), 0
) | {"plus": Decimal(0), "minus": Decimal(0), "total": Decimal(0), "lead": None}
# Without filters (None) a group's rows cannot be listed by themselves.
Group = tuple[str, Mapping[str, Any], Period, dict[str, Any] | None]


def _behind(period: Period, more: dict[str, Any] | None) -> list[str]:
    """The changes behind each figure; sums of money stand for all of the line."""
    if more is None:
        return []
    whole = changes_url(period, **more)
    own = more.get("status")
    by_status = [
        changes_url(period, **{**more, "status": int(status)})
        if own in {None, status}
        else ""
        for status in (Status.PENDING, Status.ACCEPTED, Status.REJECTED)
    ]
    above = changes_url(period, **more, above="on")
    return [whole, whole, *by_status, whole, whole, whole, above]


def _figures(found: Mapping[str, Any]) -> list[Any]:
    lead = found["lead"]
    hours = round(Decimal(lead.total_seconds()) / HOUR, 1) if lead else None
    names = ("n", "pending", "approved", "rejected", "plus", "minus", "total", "above")
    return [*(found[name] for name in names), hours]


def _by_month(asked: ReportPeriod) -> list[Group]:
    """Every month of the period, empty ones too."""
    rows = changes_in(asked).order_by().annotate(month=TruncMonth("date"))
    found = {
        (row["month"].year, row["month"].month): row
        for row in summed(rows.values("month"))
    }
    groups: list[Group] = []
    for year, month in asked.period.months:
        whole = month_of(date(year, month, 1))
        part = Period(
            max(whole.first, asked.period.first), min(whole.last, asked.period.last)
        )
        label = date_format(whole.first, "M Y")
        more = {"kind": asked.change_kind}
        groups.append((label, found.get((year, month), NOTHING_FOUND), part, more))
    return groups


def _by_choice(asked: ReportPeriod) -> list[Group]:
    field = FIELDS[asked.by]
    choices = ChangeNotice.Kind.choices if field == "kind" else Status.choices
    found = {
        row[field]: row for row in summed(changes_in(asked).order_by().values(field))
    }
    return [
        (
            str(label),
            found.get(key, NOTHING_FOUND),
            asked.period,
            {"kind": asked.change_kind, field: key},
        )
        for key, label in choices
        if field != "kind" or asked.change_kind in {None, key}
    ]


def _by_customer(asked: ReportPeriod) -> list[Group]:
    """The customers with the most changes; the rest is one line."""
    rows = (
        summed(changes_in(asked).order_by().values("customer_plain"))
        .annotate(shown=Max("customer"))
        .order_by("-n", "customer_plain")
    )
    first = list(rows[:MOST_CUSTOMERS])
    groups: list[Group] = [
        (
            row["shown"] or _("no customer"),
            row,
            asked.period,
            {"customer": f'"{row["shown"]}"', "kind": asked.change_kind},
        )
        for row in first
    ]
    names = [row["customer_plain"] for row in first]
    if len(first) == MOST_CUSTOMERS:
        rest = changes_in(asked).exclude(customer_plain__in=names).order_by()
        groups += [
            (_("all others"), row, asked.period, None)
            for row in summed(rest.values("deleted_at"))
        ]
    return groups


BY: dict[str, Callable[[ReportPeriod], list[Group]]] = {
    "month": _by_month,
    "kind": _by_choice,
    "status": _by_choice,
    "customer": _by_customer,
}
