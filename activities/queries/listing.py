"""Lists of activities: sorted, counted, with their people."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from activities.models import Activity, ActivityIndex
from activities.queries.live_tasks import overdue_tasks
from activities.queries.lookups import Lookups, all_lookups
from core.accounts.queries import PersonRef, people_by_id
from core.db.memoize import cached_until
from core.db.paging import in_order, spelled
from core.db.ranking import Match, beginning_with, best_of, newest_matching
from core.ledger.queries import last_event_id
from core.text.ids import as_id

SORTS = {
    "id": ("id",),
    "kind": ("kind", "id"),
    "customer": ("customer", "id"),
    "from": ("from_cache", "id"),
    "to": ("to_cache", "id"),
    "hours": ("hours", "id"),
}
SHOWN_PEOPLE = 3


def best_activities(text: str, limit: int) -> list[tuple[Activity, Match]]:
    """The live activities that fit best: by number, by what they begin with, by words of theirs or their tasks."""
    rows = Activity.objects.alive().defer("search_text")
    number = as_id(text.strip().removeprefix("#"))
    tiers = (
        (Match.NUMBER, rows.none() if number is None else rows.filter(pk=number)),
        (Match.NAME, beginning_with(rows, "description", text)),
        (Match.WORDS, newest_matching(rows, text, ActivityIndex)),
    )
    return best_of(tiers, limit)


def sorted_activities(rows: QuerySet[Activity], sort: str) -> QuerySet[Activity]:
    """By one of the allowed columns, ``-`` for descending; newest first otherwise."""
    columns = SORTS.get(sort.lstrip("-"))
    if not columns:
        return rows.order_by("-id")
    sign = "-" if sort.startswith("-") else ""
    return rows.order_by(*(sign + column for column in columns))


PROGRESS = {
    "empty": gettext_noop("Without tasks"),
    "open": gettext_noop("Waiting for PIC"),
    "pic": gettext_noop("Waiting for SPV"),
    "spv": gettext_noop("Waiting for the manager"),
    "manager": gettext_noop("Complete"),
}


def progress_label(activity: Activity) -> str:
    """The last stage that every task has passed, in words."""
    return _(PROGRESS[activity.progress])


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One row of the list."""

    activity: Activity
    source: str
    people: list[PersonRef]
    progress: str
    word: str
    is_late: bool

    @property
    def shown(self) -> list[PersonRef]:
        """The first few people."""
        return self.people[:SHOWN_PEOPLE]

    @property
    def more(self) -> int:
        """Number of people that are not shown."""
        return max(0, len(self.people) - SHOWN_PEOPLE)


def activity_lines(
    ids: Sequence[int], groups: dict[int, list[int]], found: Lookups | None = None
) -> list[ActivityLine]:
    """Rows of the list for these activities; ``groups`` are their people by activity.

    Late as the filter has it: one of its tasks is.
    """
    late = overdue_tasks().filter(activity=OuterRef("pk")).order_by()
    found_rows = Activity.objects.filter(pk__in=ids).annotate(has_late=Exists(late))
    rows: list[Any] = in_order(found_rows.defer("search_text"), ids)
    names = people_by_id({person for people in groups.values() for person in people})
    lists = found or all_lookups()
    return [
        ActivityLine(
            activity=row,
            source=lists.source(row),
            people=[names[person] for person in groups.get(row.pk, ())],
            progress=row.progress,
            word=progress_label(row),
            is_late=row.has_late,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ActivityTotals:
    """Number of activities in a list, their progress and their hours."""

    count: int
    complete: int
    tasks: int
    tasks_done: int
    hours: Decimal


def activity_totals(rows: QuerySet[Activity]) -> ActivityTotals:
    """Sums over a whole list; remembered until something changes or five seconds pass."""
    name = f"activities {rows.db} {spelled(rows)}"
    return ActivityTotals(**cached_until(name, last_event_id(), lambda: _sums(rows)))


def _sums(rows: QuerySet[Activity]) -> dict[str, Any]:
    complete = Q(task_count__gt=0, done_count=F("task_count"))
    found = rows.order_by().aggregate(
        count=Count("pk"),
        complete=Count("pk", filter=complete),
        tasks=Sum("task_count"),
        tasks_done=Sum("done_count"),
        sum_hours=Sum("hours"),
    )
    found["hours"] = found.pop("sum_hours")
    return {name: value or 0 for name, value in found.items()}
