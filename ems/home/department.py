"""The department's figures: this month against the last, what is pending and late, twelve months."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from activities.queries.live_tasks import overdue_tasks
from bom.models import BomApproval
from core.accounts.models import User
from core.accounts.permissions import may
from ems.home.figures import Figures, MonthCount, changes_per_month, figures
from engineering.models import ChangeNotice

TYPED = {
    int(ChangeNotice.Kind.ECN): "number_of_ecns_this_month",
    int(ChangeNotice.Kind.CCN): "number_of_ccns_this_month",
}


def department_cards(version: int) -> dict[str, Any]:
    """The row of figures: number, what it means, and the list with exactly its rows."""
    found = figures(version)
    return {
        "found": found,
        "months": [
            month_card(kind, found.typed, version)
            for kind in (ChangeNotice.Kind.ECN, ChangeNotice.Kind.CCN)
        ],
        "pending_count": ChangeNotice.objects.waiting().count(),
        "pending_boms": BomApproval.objects.waiting().count(),
        "overdue_count": overdue_tasks().count(),
    }


def month_card(
    kind: ChangeNotice.Kind, typed: Mapping[str, Any], version: int
) -> dict[str, Any]:
    """Changes of a kind this month against the last; ``typed``: the typed figures by name.

    A figure that somebody typed leads to no rows.
    """
    months = changes_per_month(kind, version=version)
    name = TYPED[int(kind)]
    return {
        "label": MONTH_LABELS[kind],
        "value": typed.get(name, months[-1].count),
        "note": against_last_month(months[-1].count - months[-2].count),
        "url": "" if name in typed else month_url(kind, months[-1]),
    }


MONTH_LABELS = {
    ChangeNotice.Kind.ECN: gettext_noop("ECN this month"),
    ChangeNotice.Kind.CCN: gettext_noop("CCN this month"),
}


def month_url(kind: int, month: MonthCount) -> str:
    """The list of the changes that one figure of a month counts."""
    first = date(month.year, month.month, 1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    query = urlencode({"kind": int(kind), "since": first, "until": last})
    return f"{reverse('engineering:change_list')}?{query}"


def totals(user: User, found: Figures) -> dict[str, Any]:
    """The department's totals, and whether this person may type over them."""
    return {
        "figures_shown": figures_shown(found),
        "may_type": may(user, "update_metrics"),
    }


SHOWN_FIGURES = {
    "number_of_manpowers": gettext_noop("Manpower"),
    "total_products": gettext_noop("Products"),
    "total_boms": gettext_noop("BOMs"),
    "total_slds": gettext_noop("SLDs"),
    "total_drawings": gettext_noop("Drawings"),
    "last_detected_process": gettext_noop("Last detected process"),
}


def figures_shown(found: Figures) -> list[dict[str, Any]]:
    """The figures below the cards, in order, with a mark on typed ones."""
    return [
        {
            "label": _(label),
            "value": _moment(found.values[name]),
            "mark": typed_words(found.marks.get(name)),
        }
        for name, label in SHOWN_FIGURES.items()
    ]


def typed_words(mark: Mapping[str, str] | None) -> str:
    """The person and time of a typed figure in words; empty when it is computed."""
    if not mark:
        return ""
    moment = parse_datetime(mark["at"])
    return _("typed by %(name)s, %(moment)s") % {
        "name": mark["by"],
        "moment": _moment(moment),
    }


def _moment(value: Any) -> Any:
    is_moment = isinstance(value, datetime)
    return date_format(timezone.localtime(value), "d M Y H:i") if is_moment else value


def against_last_month(delta: int) -> str:
    """More or fewer than in the month before, in words and with an arrow."""
    if delta == 0:
        return _("as many as last month")
    words = (
        _("▲ %d more than last month") if delta > 0 else _("▼ %d fewer than last month")
    )
    return words % abs(delta)


def charts(version: int) -> dict[str, Any]:
    """ECN and CCN of the last twelve months, as the chart takes them."""
    ecn = changes_per_month(ChangeNotice.Kind.ECN, version=version)
    ccn = changes_per_month(ChangeNotice.Kind.CCN, version=version)
    labels = [date_format(date(row.year, row.month, 1), "M Y") for row in ecn]
    return {
        "labels": labels,
        "series": [
            _series("ECN", ChangeNotice.Kind.ECN, ecn),
            _series("CCN", ChangeNotice.Kind.CCN, ccn),
        ],
    }


def _series(name: str, kind: int, months: list[MonthCount]) -> dict[str, Any]:
    """One row of bars, each with the way to the changes that it counts."""
    return {
        "name": name,
        "values": [row.count for row in months],
        "urls": [month_url(kind, row) for row in months],
    }
