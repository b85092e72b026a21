"""What the pages of the switch show."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from legacy.defects import TREATMENTS
from legacy.models import LegacyRow, LegacyRun, RowQuerySet
from legacy.report import address_of

LATEST = 20
WORDS_OF_A_ROW = 4
Outcome = LegacyRow.Outcome
# Rows that a person looks at, by what they wait for.
STATES: Mapping[str, tuple[Any, Q]] = {
    "quarantined": (_("In quarantine"), Q(outcome=Outcome.QUARANTINED)),
    "conflict": (_("Conflicts"), Q(is_conflict=True)),
    "gone": (_("Deleted in the old system"), Q(gone_at__isnull=False)),
    "corrected": (_("Corrected"), Q(is_corrected=True)),
    "left_out": (_("Left out"), Q(outcome=Outcome.ACCEPTED)),
}


def runs() -> QuerySet[LegacyRun]:
    """The latest runs."""
    return LegacyRun.objects.select_related("started_by").defer(
        "fingerprint", "cursors"
    )[:LATEST]


def latest_run() -> LegacyRun | None:
    """The import or dry run that was started last."""
    rows = LegacyRun.objects.exclude(kind=LegacyRun.Kind.COMPARE)
    return rows.defer("fingerprint", "result").order_by("-started_at", "-pk").first()


def row_counts() -> dict[str, int]:
    """How many rows are in each state."""
    return {
        name: LegacyRow.objects.filter(rule).count()
        for name, (_label, rule) in STATES.items()
    }


def rows_in(state: str, table: str = "", mark: str = "") -> RowQuerySet:
    """The rows in a state, of one table, in which one thing was found."""
    rows = LegacyRow.objects.filter(STATES[state][1])
    if table:
        rows = rows.filter(table=table)
    if mark:
        # No database but PostgreSQL looks into a list; names hold no quotation mark.
        marked = LegacyRow.objects.annotate(said=Cast("marks", TextField()))
        rows = rows.filter(
            pk__in=marked.filter(said__contains=f'"{mark}"').values("pk")
        )
    return rows


def tables_in(state: str) -> list[tuple[str, str]]:
    """The tables of these rows, with how many each."""
    rows = rows_in(state).order_by().values("table").annotate(n=Count("pk"))
    return [
        (row["table"], f"{row['table']} ({row['n']})") for row in rows.order_by("table")
    ]


def marks_in(state: str) -> list[tuple[str, str]]:
    """What was found in these rows, with how often each."""
    counts: Counter[str] = Counter()
    for marks in rows_in(state).values_list("marks", flat=True).iterator():
        counts.update(set(marks))
    return [(name, f"{name} ({counts[name]})") for name in sorted(counts)]


def found_in(row: LegacyRow) -> list[tuple[str, Any]]:
    """What was found wrong with a row, and how that is treated."""
    return [(name, TREATMENTS.get(name, "")) for name in sorted(set(row.marks))]


def record_url(row: LegacyRow) -> str:
    """The page of what a row became; "" where it has none."""
    return address_of({"model": row.model, "pk_here": row.pk_here})


def first_words(row: LegacyRow) -> str:
    """A row in a few of its values."""
    values = [
        f"{name} {value}" for name, value in (row.raw or {}).items() if name != "Id"
    ]
    return " · ".join(values[:WORDS_OF_A_ROW])
