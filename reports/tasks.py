"""Tasks of a period by the one definition, and the report that lists them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.exports import people_by_task
from activities.models import STAGES, Activity, InCharge, Stage, Task
from activities.queries.lookups import Lookups, all_lookups
from core.accounts.queries import PersonRef, everybody, people_by_id
from core.text.formatting import quantity
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
from reports.shapes import DAY, DAYS, HOURS, TEXT, ReportColumn, ReportPage, Table, line

HOURS_FIELD: DecimalField[Any, Any] = DecimalField(max_digits=14, decimal_places=2)
ZERO = Value(Decimal(0), output_field=HOURS_FIELD)
SHOWN = 200
CHUNK = 500
IS_DONE = Q(completed_date_manager__isnull=False)
TYPES: tuple[tuple[int, str], ...] = tuple(
    (int(kind.value), str(kind.label)) for kind in Activity.Kind
)


def tasks_in(period: Period, on: str = "") -> QuerySet[Task]:
    """Live tasks of the activities whose span touches the period; or those that are due in it, or
    that the manager signed in it."""
    rows = Task.objects.alive()
    field = {DUE: "ends_at", SIGNED: "completed_date_manager"}.get(on)
    if field:
        return rows.filter(
            **{f"{field}__gte": period.start, f"{field}__lt": period.end}
        )
    return rows.filter(
        activity__to_cache__gte=period.start, activity__from_cache__lt=period.end
    )


def with_verdict(rows: QuerySet[Task], today: date | None = None) -> QuerySet[Any]:
    """With ``verdict``: on_time, over, not_yet (open and not due) or undated (without a last day)."""
    day = today or timezone.localdate()
    return rows.annotate(
        due=TruncDate("ends_at"), signed=TruncDate("completed_date_manager")
    ).annotate(
        verdict=Case(
            When(ends_at=None, then=Value(UNDATED)),
            When(IS_DONE & Q(signed__lte=F("due")), then=Value(ON_TIME)),
            When(IS_DONE, then=Value(OVER)),
            When(due__lt=day, then=Value(OVER)),
            default=Value(NOT_YET),
        )
    )


def hours_of(rows: str = "hours", where: Q | None = None) -> Coalesce:
    """The sum of hours, 0 for none."""
    return Coalesce(Sum(rows, filter=where, output_field=HOURS_FIELD), ZERO)


def tasks_of_period(asked: ReportPeriod) -> QuerySet[Any]:
    """The tasks of a period, narrowed by type, state, people and reason."""
    rows = with_verdict(tasks_in(asked.period, asked.on))
    if asked.kind is not None:
        rows = rows.filter(activity__kind=asked.kind)
    if asked.person:
        rows = rows.filter(done_by([asked.person]))
    if asked.department:
        rows = rows.filter(done_by(members_of(asked.department)))
    if asked.reason:
        key = None if asked.reason == NO_REASON else int(asked.reason)
        rows = rows.filter(late_reason=key)
    if not asked.state:
        return rows
    return rows.filter(STATE_TESTS.get(asked.state, Q(verdict=asked.state)))


STATE_TESTS = {
    DONE: IS_DONE,
    OUTSTANDING: ~IS_DONE,
    BY_PIC: Q(completed_date_pic__isnull=False),
    BY_SPV: Q(completed_date_spv__isnull=False),
}


def done_by(people: Iterable[int]) -> Exists:
    """Tasks of which one of the people is in charge."""
    theirs = InCharge.objects.filter(
        task=OuterRef("pk"), deleted_at=None, ext_user_id__in=list(people)
    )
    return Exists(theirs)


def members_of(department: int) -> list[int]:
    """Ids of a department's people, as the directory has them."""
    return [f.ext_id for f in everybody() if f.department_id == department]


def columns() -> list[ReportColumn]:
    """Columns of the list of tasks: those of the predecessor's report, with people, dates and reason."""
    return [
        ReportColumn(_("Task"), TEXT),
        ReportColumn(_("Customer"), TEXT),
        ReportColumn(_("PO or inquiry"), TEXT),
        ReportColumn(_("Status"), TEXT),
        ReportColumn(_("Project"), TEXT),
        ReportColumn(_("Type"), TEXT),
        ReportColumn(_("In charge"), TEXT),
        ReportColumn(_("Hours"), HOURS),
        ReportColumn(_("Hours spent"), HOURS),
        ReportColumn(_("Start"), DAY),
        ReportColumn(_("Deadline"), DAY),
        ReportColumn(_("Done PIC"), DAY),
        ReportColumn(_("Done SPV"), DAY),
        ReportColumn(_("Done manager"), DAY),
        ReportColumn(_("Days left"), DAYS, is_summed=False),
        ReportColumn(_("Reason"), TEXT),
        ReportColumn(_("Signed on behalf"), TEXT),
    ]


# So many columns are more than a screen is wide: what belongs together stands together, each as its
# place in ``columns()``. A column that is in none of these is in the Excel file only.
ON_SCREEN = (
    (0, 5),
    (1, 2, 4),
    (6,),
    (7,),
    (8,),
    (10, 9),
    (11,),
    (12,),
    (13,),
    (3, 14, 15),
)


def tasks_page(asked: ReportPeriod) -> ReportPage:
    """The first tasks by deadline; all of them are in the Excel file."""
    rows = tasks_of_period(asked).select_related("activity").order_by("ends_at", "pk")
    sums = rows.order_by().aggregate(
        count=Count("pk"), hours=hours_of(), spent=hours_of("hours_spent")
    )
    heads = columns()
    found = [
        line(heads, values, [_task_url(task)])
        for task, values in with_values(list(rows[:SHOWN]))
    ]
    note = ""
    if sums["count"] > SHOWN:
        note = _("The first %(shown)d of %(count)d; the Excel file holds all.") % {
            "shown": SHOWN,
            "count": sums["count"],
        }
    table = Table(_("Tasks"), heads, found, note, has_totals=False, joined=ON_SCREEN)
    facts = [
        (_("Tasks"), quantity(sums["count"])),
        (_("Hours"), quantity(sums["hours"])),
        (_("Hours spent"), quantity(sums["spent"])),
    ]
    return ReportPage([table], facts=facts)


def tasks_for_excel(
    asked: ReportPeriod,
) -> tuple[Sequence[ReportColumn], Iterable[Sequence[Any]]]:
    """All of them, a bounded number at a time."""
    rows = tasks_of_period(asked).select_related("activity").order_by("ends_at", "pk")
    return columns(), _every(rows)


def _every(rows: QuerySet[Any]) -> Iterator[Sequence[Any]]:
    chunk: list[Task] = []
    for task in rows.iterator(chunk_size=CHUNK):
        chunk.append(task)
        if len(chunk) == CHUNK:
            yield from (values for _task, values in with_values(chunk))
            chunk = []
    yield from (values for _task, values in with_values(chunk))


def with_values(tasks: list[Task]) -> Iterator[tuple[Task, list[Any]]]:
    """Each task with the values of its columns; names are read for all at once."""
    people = people_by_task([task.pk for task in tasks])
    wanted = {person for group in people.values() for person in group}
    for task in tasks:
        for stage in STAGES:
            if other := task.signed_for(stage):
                wanted |= {other, task.signed_by(stage) or 0}
    names = people_by_id(wanted)
    found = all_lookups()
    for task in tasks:
        who = ", ".join(names[person].name for person in people.get(task.pk, ()))
        yield task, _values(task, who, _signed_for(task, names), found)


def _signed_for(task: Task, names: Mapping[int, PersonRef]) -> str:
    """Both names of each signature that a substitute gave."""
    said = _("%(stage)s: %(person)s on behalf of %(other)s")
    return "; ".join(
        said
        % {
            "stage": Stage(stage).label,
            "person": names[task.signed_by(stage) or 0],
            "other": names[other],
        }
        for stage in STAGES
        if (other := task.signed_for(stage))
    )


def _values(task: Any, who: str, signed_for: str, found: Lookups) -> list[Any]:
    """In the order of ``columns()``."""
    words = {
        ON_TIME: _("on time"),
        OVER: _("over deadline"),
        NOT_YET: _("not due yet"),
        UNDATED: _("without a deadline"),
    }
    is_open = task.completed_date_manager is None
    left = (task.due - timezone.localdate()).days if task.due and is_open else None
    return [
        str(task),
        task.activity.customer,
        found.order(task.activity) or found.inquiry(task.activity),
        words[task.verdict],
        found.job(task.activity),
        task.activity.get_kind_display(),
        who,
        task.hours,
        task.hours_spent,
        task.starts_at,
        task.ends_at,
        task.completed_date_pic,
        task.completed_date_spv,
        task.completed_date_manager,
        left,
        task.get_late_reason_display() if task.late_reason else "",
        signed_for,
    ]


def _task_url(task: Task) -> str:
    return reverse("activities:task_detail", args=[task.pk])
