"""A period as a calendar of days and as bars over days."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from activities.models import Activity, InCharge, Task
from activities.queries.listing import progress_label
from activities.queries.mine import in_charge_by_task, waiting_word
from core.accounts.queries import PersonRef, people_by_id
from core.text.months import end_of_day, start_of_day
from core.workdays.queries import calendar, people_away

MOST_TASKS = 3000
MOST_BARS = 100
PER_DAY = 5


@dataclass(frozen=True, slots=True)
class Dot:
    """A task on one day of the calendar."""

    task: Task
    progress: str
    word: str
    initials: str
    is_late: bool
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the calendar; away: people on leave."""

    day: date
    dots: list[Dot]
    is_in_month: bool
    is_today: bool
    is_free: bool
    holiday: str = ""
    away: Sequence[PersonRef] = ()

    @property
    def shown(self) -> list[Dot]:
        return self.dots[:PER_DAY]

    @property
    def more(self) -> int:
        """Number of tasks that are not shown."""
        return max(0, len(self.dots) - PER_DAY)


def month_grid(
    first: date, tasks: QuerySet[Task], person: int | None = None
) -> tuple[list[list[DayCell]], bool]:
    """Weeks of a month, Monday first, each day with the tasks that span it and with who is on leave,
    all or one person; and whether there are more tasks than can be shown. Seven queries."""
    start = first - timedelta(days=first.weekday())
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    weeks = ((after - start).days + 6) // 7
    end = start + timedelta(days=7 * weeks - 1)
    found = list(_touching(tasks, start, end)[: MOST_TASKS + 1])
    by_day = _by_day(found[:MOST_TASKS], start, end)
    today, worked = timezone.localdate(), calendar()
    away = people_away(start, end, person)
    names = people_by_id({key for keys in away.values() for key in keys})
    days = [start + timedelta(days=step) for step in range(7 * weeks)]
    cells = [
        DayCell(
            day,
            by_day[day],
            day.month == first.month,
            day == today,
            not worked.is_working(day),
            worked.holiday(day),
            [names[key] for key in away.get(day, ())],
        )
        for day in days
    ]
    grid = [cells[place : place + 7] for place in range(0, len(cells), 7)]
    return grid, len(found) > MOST_TASKS


def _touching(tasks: QuerySet[Task], first: date, last: date) -> QuerySet[Task]:
    rows = tasks.filter(
        ends_at__gte=start_of_day(first), starts_at__lte=end_of_day(last)
    )
    return rows.select_related("activity").order_by("starts_at", "id")


def _by_day(tasks: list[Task], first: date, last: date) -> dict[date, list[Dot]]:
    people = in_charge_by_task(tasks)
    names = people_by_id({key for group in people.values() for key in group})
    found: dict[date, list[Dot]] = defaultdict(list)
    for task in tasks:
        dot = _dot(task, [names[key] for key in sorted(people[task.pk])])
        start, end = _days(task.starts_at, task.ends_at)
        for step in range((min(end, last) - max(start, first)).days + 1):
            found[max(start, first) + timedelta(days=step)].append(dot)
    return found


def _days(first: datetime | None, last: datetime | None) -> tuple[date, date]:
    start = timezone.localdate(first or last)
    return start, max(start, timezone.localdate(last or first))


def _dot(task: Task, people: Iterable[PersonRef]) -> Dot:
    rungs = ("open", "pic", "spv", "manager")
    initials = " ".join(face.initials for face in people)
    starts, ends = _days(task.starts_at, task.ends_at)
    return Dot(
        task,
        rungs[task.level],
        waiting_word(task),
        initials,
        task.is_late,
        starts,
        ends,
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the Gantt chart: an activity or a task as part of the window.

    ``begin`` and ``length`` count days from the window's first day.
    """

    title: str
    url_id: int
    is_task: bool
    begin: int
    length: int
    progress: str
    word: str
    note: str
    is_late: bool
    starts: date
    ends: date
    activity_id: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over the days of a window; free: its days on which nobody works, with their holiday's name."""

    days: list[date]
    bars: list[Bar]
    is_cut: bool
    free: Mapping[date, str]

    @property
    def heads(self) -> list[tuple[date, bool, str]]:
        """Each day, whether it is free, and the name of its holiday."""
        return [(day, day in self.free, self.free.get(day, "")) for day in self.days]

    @property
    def today(self) -> int:
        """The place of today; -1 when it is outside."""
        now = timezone.localdate()
        return self.days.index(now) if now in self.days else -1


def gantt_chart(rows: QuerySet[Activity], first: date, last: date) -> Chart:
    """Activities that touch the window, each followed by its tasks; five queries."""
    touching = rows.filter(
        to_cache__gte=start_of_day(first), from_cache__lte=end_of_day(last)
    )
    found = list(touching.order_by("from_cache", "id")[: MOST_BARS + 1])
    shown = found[:MOST_BARS]
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(activity__in=shown, deleted_at=None).order_by(
        "position", "id"
    ):
        tasks[task.activity_id].append(task)
    every = [task for group in tasks.values() for task in group]
    people = in_charge_by_task(every)
    names = people_by_id({key for group in people.values() for key in group})
    bars: list[Bar] = []
    for activity in shown:
        bars.append(_activity_bar(activity, first, last))
        for task in tasks[activity.pk]:
            who = ", ".join(names[key].name for key in sorted(people[task.pk]))
            bars += _task_bars(task, who, first, last)
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    worked = calendar()
    free = {day: worked.holiday(day) for day in days if not worked.is_working(day)}
    return Chart(days, bars, is_cut=len(found) > MOST_BARS, free=free)


def _place(start: date, end: date, first: date, last: date) -> tuple[int, int]:
    begin, stop = max(start, first), min(end, last)
    return (begin - first).days, (stop - begin).days + 1


def _activity_bar(activity: Activity, first: date, last: date) -> Bar:
    start, end = _days(activity.from_cache, activity.to_cache)
    begin, length = _place(start, end, first, last)
    return Bar(
        str(activity),
        activity.pk,
        is_task=False,
        begin=begin,
        length=length,
        progress=activity.progress,
        word=progress_label(activity),
        note=activity.customer,
        is_late=activity.is_late,
        starts=start,
        ends=end,
        activity_id=activity.pk,
    )


def _task_bars(task: Task, who: str, first: date, last: date) -> list[Bar]:
    if not (task.starts_at or task.ends_at):
        return []
    start, end = _days(task.starts_at, task.ends_at)
    if end < first or start > last:
        return []
    dot, (begin, length) = _dot(task, ()), _place(start, end, first, last)
    bar = Bar(
        str(task),
        task.pk,
        is_task=True,
        begin=begin,
        length=length,
        progress=dot.progress,
        word=dot.word,
        note=who,
        is_late=dot.is_late,
        starts=start,
        ends=end,
        activity_id=task.activity_id,
    )
    return [bar]


def tasks_of(person: int | None, department: frozenset[int] | None) -> QuerySet[Task]:
    """Live tasks of a person, of a department's people, or all."""
    rows = Task.objects.alive()
    people = {person} if person else department
    if people is None:
        return rows
    own = InCharge.objects.filter(deleted_at=None, ext_user_id__in=people)
    return rows.filter(pk__in=own.values("task"))
