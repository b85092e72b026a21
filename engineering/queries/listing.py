"""Lists of changes: found, filtered, sorted, counted."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from core.db.memoize import cached_until
from core.db.paging import spelled
from core.db.ranking import (
    Match,
    beginning_with,
    best_of,
    newest_matching,
    numbered,
)
from core.db.search import matching
from core.ledger.queries import last_event_id
from engineering.models import ChangeAttachment, ChangeItem, ChangeNotice
from engineering.models.search import ChangeIndex

SORTS = {
    "number": ("id",),
    "date": ("date", "id"),
    "status": ("status", "id"),
    "net": ("net", "id"),
    "po": ("po_number", "id"),
}


# What a row of the list shows; the rest stays in the database.
SHOWN = (
    "number",
    "kind",
    "status",
    "date",
    "engineering",
    "detail_problem",
    "project_name",
    "requester_name",
    "po_number",
    "customer",
    "net",
    "decrease",
    "created_at",
    "requester_id",
    "created_by_id",
    "ext_user_id",
    "deleted_at",
)


def found_changes(text: str) -> QuerySet[ChangeNotice]:
    """Live changes whose number, PO, project, customer, parts or text hold every word."""
    rows = ChangeNotice.objects.alive()
    return matching(rows, text, ChangeIndex) if text.strip() else rows


def best_changes(text: str, limit: int) -> list[tuple[ChangeNotice, Match]]:
    """The live changes that fit best: by their number, by what they begin with, by words."""
    rows = ChangeNotice.objects.alive().defer("search_text")
    tiers = (
        (Match.NUMBER, numbered(rows, "number", text)),
        (Match.NAME, beginning_with(rows, "engineering", text)),
        (Match.WORDS, newest_matching(rows, text, ChangeIndex)),
    )
    return best_of(tiers, limit)


def sorted_changes(rows: QuerySet[ChangeNotice], sort: str) -> QuerySet[ChangeNotice]:
    """By one of the allowed columns, ``-`` for descending; newest first otherwise."""
    columns = SORTS.get(sort.lstrip("-"))
    if not columns:
        return rows.order_by("-id")
    sign = "-" if sort.startswith("-") else ""
    return rows.order_by(*(sign + column for column in columns))


def rows_for_list(rows: QuerySet[ChangeNotice]) -> QuerySet[ChangeNotice]:
    """Columns of each change for the list page, in one query."""
    live = ChangeItem.objects.alive().filter(change=OuterRef("pk")).order_by()
    counts = live.values("change").annotate(n=Count("pk")).values("n")
    files = ChangeAttachment.objects.alive().filter(change=OuterRef("pk"))
    return rows.annotate(item_count=counts, has_file=Exists(files)).only(*SHOWN)


@dataclass(frozen=True, slots=True)
class Totals:
    """Number of changes in a list, and their cost together (IDR)."""

    count: int
    waiting: int
    increase: Decimal
    decrease: Decimal
    net: Decimal


def totals_of(rows: QuerySet[ChangeNotice]) -> Totals:
    """Sums over a whole list; remembered until something changes or five seconds pass."""
    name = f"totals {rows.db} {spelled(rows)}"
    return Totals(**cached_until(name, last_event_id(), lambda: _sums(rows)))


def _sums(rows: QuerySet[ChangeNotice]) -> dict[str, Any]:
    found = rows.order_by().aggregate(
        count=Count("pk"),
        waiting=Count("pk", filter=Q(status=0)),
        increase=Sum("increase"),
        decrease=Sum("decrease"),
        net=Sum("net"),
    )
    return {name: value or 0 for name, value in found.items()}
