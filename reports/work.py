"""Planned work: done and outstanding by type, by ISO week, against the deadline, with reasons."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, Task
from core.text.formatting import day
from reports.period import (
    BY_PIC,
    BY_SPV,
    DONE,
    DUE,
    NO_REASON,
    NOT_YET,
    ON_TIME,
    OUTSTANDING,
    OVER,
    SIGNED,
    UNDATED,
    Period,
    ReportPeriod,
)
from reports.shapes import (
    COUNT,
    HOURS,
    TEXT,
    ReportCell,
    ReportColumn,
    ReportPage,
    Table,
    activities_url,
    bars,
    line,
    tasks_url,
)
from reports.tasks import IS_DONE, TYPES, hours_of, tasks_in, with_verdict

WEEK = timedelta(days=6)  # to the last day of a week
ACTIVITY_DONE = Q(task_count__gt=0, done_count=F("task_count"))


def by_type(asked: ReportPeriod) -> ReportPage:
    """Done and outstanding activities and tasks of each type, with their hours."""
    period = asked.period
    tasks = {row["activity__kind"]: row for row in _task_sums(period)}
    activities = {row["kind"]: row for row in _activity_sums(period)}
    heads = [
        ReportColumn(_("Type"), TEXT),
        ReportColumn(_("Activities")),
        ReportColumn(_("Activities done")),
        ReportColumn(_("Activities outstanding")),
        ReportColumn(_("Tasks")),
        ReportColumn(_("Done PIC")),
        ReportColumn(_("Done SPV")),
        ReportColumn(_("Done manager")),
        ReportColumn(_("Outstanding")),
        ReportColumn(_("Hours"), HOURS),
        ReportColumn(_("Hours done"), HOURS),
        ReportColumn(_("Hours spent"), HOURS),
    ]
    rows = []
    for kind, label in TYPES:
        task, activity = tasks.get(kind, NO_TASKS), activities.get(kind, NO_ACTIVITIES)
        values = [
            label,
            activity["n"],
            activity["done"],
            activity["n"] - activity["done"],
            task["n"],
            task["pic"],
            task["spv"],
            task["done"],
            task["n"] - task["done"],
            task["hours"],
            task["done_hours"],
            task["spent"],
        ]
        rows.append(line(heads, values, _behind_type(period, kind)))
    chart = {
        "labels": [label for _kind, label in TYPES],
        "series": [
            bars(_("Done"), (row[7] for row in rows)),
            bars(_("Outstanding"), (row[8] for row in rows)),
        ],
    }
    return ReportPage([Table(_("By type"), heads, rows)], chart)


def _behind_type(period: Period, kind: int) -> list[str]:
    """The rows behind each figure of a type; hours stand for the tasks that they are of."""
    whole, done = tasks_url(period, kind=kind), tasks_url(period, kind=kind, state=DONE)
    signed = [tasks_url(period, kind=kind, state=state) for state in (BY_PIC, BY_SPV)]
    return [
        whole,
        activities_url(period, kind=kind),
        activities_url(period, kind=kind, status="manager"),
        activities_url(period, kind=kind, status="undone"),
        whole,
        *signed,
        done,
        tasks_url(period, kind=kind, state=OUTSTANDING),
        whole,
        done,
        whole,
    ]


NO_TASKS: dict[str, Any] = {
    "n": 0,
    "pic": 0,
    "spv": 0,
    "done": 0,
    "hours": Decimal(0),
    "done_hours": Decimal(0),
    "spent": Decimal(0),
}
NO_ACTIVITIES = {"n": 0, "done": 0}


def _task_sums(period: Period) -> list[Any]:
    rows = tasks_in(period).order_by().values("activity__kind")
    return list(
        rows.annotate(
            n=Count("pk"),
            pic=Count("pk", filter=Q(completed_date_pic__isnull=False)),
            spv=Count("pk", filter=Q(completed_date_spv__isnull=False)),
            done=Count("pk", filter=IS_DONE),
            done_hours=hours_of(where=IS_DONE),
            hours=hours_of(),
            spent=hours_of("hours_spent"),
        )
    )


def _activity_sums(period: Period) -> list[Any]:
    rows = Activity.objects.alive().filter(
        to_cache__gte=period.start, from_cache__lt=period.end
    )
    return list(
        rows.order_by()
        .values("kind")
        .annotate(n=Count("pk"), done=Count("pk", filter=ACTIVITY_DONE))
    )


# --- By ISO week ------------------------------------------------------------------


def by_week(asked: ReportPeriod) -> ReportPage:
    """Per ISO week the tasks that are due in it, by type, and those that the manager signed in it."""
    period = asked.period
    due, done = _per_week(period, DUE), _per_week(period, SIGNED)
    heads = [
        ReportColumn(_("Week"), TEXT),
        ReportColumn(_("Days"), TEXT),
        *[ReportColumn(_("%s due") % label) for _kind, label in TYPES],
        ReportColumn(_("Due in total")),
        ReportColumn(_("Done in this week")),
    ]
    rows = [_week(heads, period, each, due, done) for each in period.weeks]
    chart = {
        "labels": [row[0].value for row in rows],
        "series": [
            bars(_("Due"), (row[-2] for row in rows)),
            bars(_("Done"), (row[-1] for row in rows)),
        ],
    }
    note = _("Monday to Sunday; only days within the period are counted.")
    return ReportPage([Table(_("By ISO week"), heads, rows, note)], chart)


Counts = Counter[tuple[int, int, int]]


def _week(
    heads: list[ReportColumn],
    period: Period,
    place: tuple[int, int],
    due: Counts,
    done: Counts,
) -> list[ReportCell]:
    year, week = place
    monday = date.fromisocalendar(year, week, 1)
    part = Period(max(monday, period.first), min(monday + WEEK, period.last))
    own = [due[year, week, kind] for kind, _label in TYPES]
    finished = sum(done[year, week, kind] for kind, _label in TYPES)
    name = f"{year}-W{week:02d}"
    days = f"{day(part.first)} … {day(part.last)}"
    urls = [
        *("", ""),
        *[tasks_url(part, on=DUE, kind=kind) for kind, _label in TYPES],
        tasks_url(part, on=DUE),
        tasks_url(part, on=SIGNED),
    ]
    return line(heads, [name, days, *own, sum(own), finished], urls)


def _per_week(period: Period, on: str) -> Counts:
    """Live tasks that are due or were signed in the period, by year, week and type."""
    field = {DUE: "ends_at", SIGNED: "completed_date_manager"}[on]
    rows = (
        tasks_in(period, on)
        .order_by()
        .annotate(on=TruncDate(field))
        .values_list("on", "activity__kind")
        .annotate(n=Count("pk"))
    )
    counts: Counts = Counter()
    for moment, kind, number in rows:
        year, week, _weekday = moment.isocalendar()
        counts[year, week, kind] += number
    return counts


# --- Against the deadline ---------------------------------------------------------


def deadlines(asked: ReportPeriod) -> ReportPage:
    """On time and over the deadline by type, and why."""
    period = asked.period
    found = with_verdict(tasks_in(period), timezone.localdate())
    rows = found.order_by().values_list("activity__kind", "verdict")
    counts: Counter[tuple[int, str]] = Counter()
    for kind, verdict, number in rows.annotate(n=Count("pk")):
        counts[kind, verdict] += number
    verdicts = (ON_TIME, OVER, NOT_YET, UNDATED)
    heads = [
        ReportColumn(_("Type"), TEXT),
        ReportColumn(_("On time")),
        ReportColumn(_("Over deadline")),
        ReportColumn(_("Not due yet")),
        ReportColumn(_("Without a deadline")),
        ReportColumn(_("Total")),
    ]
    lines = []
    for kind, label in TYPES:
        own = [counts[kind, verdict] for verdict in verdicts]
        urls = [
            tasks_url(period, kind=kind),
            *(tasks_url(period, kind=kind, state=verdict) for verdict in verdicts),
            tasks_url(period, kind=kind),
        ]
        lines.append(line(heads, [label, *own, sum(own)], urls))
    chart = {
        "labels": [label for _kind, label in TYPES],
        "series": [
            bars(heads[place].label, (row[place] for row in lines))
            for place in (1, 2, 3)
        ],
    }
    return ReportPage([Table(_("By type"), heads, lines), _reasons(period)], chart)


def _reasons(period: Period) -> Table:
    late = with_verdict(tasks_in(period), timezone.localdate()).filter(verdict=OVER)
    rows = late.order_by().values_list("late_reason")
    sums = {
        key: (n, hours)
        for key, n, hours in rows.annotate(n=Count("pk"), total=hours_of())
    }
    heads = [
        ReportColumn(_("Reason"), TEXT),
        ReportColumn(_("Tasks"), COUNT),
        ReportColumn(_("Hours"), HOURS),
    ]
    words: list[tuple[int | None, str]] = [
        (int(reason.value), str(reason.label)) for reason in Task.LateReason
    ]
    words.append((None, _("no reason given")))
    lines = [
        line(
            heads,
            [word, *sums.get(key, (0, Decimal(0)))],
            [tasks_url(period, state=OVER, reason=key or NO_REASON)] * len(heads),
        )
        for key, word in words
    ]
    return Table(_("Why over the deadline"), heads, lines)
