"""Hours per person and department against capacity (docs/contract.md#load).

A task's hours are split evenly among who is in charge, and spread evenly over its working days, so
that a task which lies half in a window weighs half in it. Complete tasks and removed ones do not
weigh. Capacity is that of the working time of the window, without a person's leave.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from activities.models import Activity, InCharge
from core.accounts.queries import PersonRef, everybody
from core.text.months import end_of_day, start_of_day
from core.workdays.policies import Calendar, Days
from core.workdays.queries import calendar, leave_by_person
from engineering.models import Configuration, DepartmentConfig

HEAD, STAFF = "CapacityHead", "CapacityStaff"
DEFAULTS = {HEAD: Decimal(20), STAFF: Decimal(40)}
PIECE = (
    "task_id",
    "ext_user_id",
    "task__activity__kind",
    "begins",
    "ends",
    "signed",
    "task__hours",
)
KINDS: tuple[int, ...] = tuple(Activity.Kind.values)
TENTH = Decimal("0.1")
ZERO = Decimal(0)


def capacities() -> dict[str, Decimal]:
    """Hours a week of a head and of staff; rows of the configuration, editable there."""
    rows = Configuration.objects.filter(deleted_at=None, name__in=DEFAULTS)
    found = {row.name: row.value for row in rows if row.value is not None}
    return DEFAULTS | found


@dataclass(frozen=True, slots=True)
class WorkloadPart:
    """One person's part of one task: hours a day over its days."""

    person: int
    kind: int
    first: date
    last: date
    hours: Decimal
    done: date | None

    def within(self, worked: Calendar, first: date, last: date) -> Decimal:
        """The hours that fall into a window, both days included.

        Work that is planned on free days only is spread over these.
        """
        start, end = max(first, self.first), min(last, self.last)
        if end < start:
            return ZERO
        if whole := worked.days_within(self.first, self.last):
            return self.hours * worked.days_within(start, end) / whole
        return (
            self.hours * ((end - start).days + 1) / ((self.last - self.first).days + 1)
        )


@dataclass(frozen=True, slots=True)
class Load:
    """Hours of work of a person or a department in a window; away: working days of leave in it."""

    key: int
    name: str
    department: str
    by_kind: tuple[Decimal, ...]
    capacity: Decimal
    members: int = 1
    away: int = 0

    @property
    def total(self) -> Decimal:
        """Hours of all kinds."""
        return sum(self.by_kind, ZERO)

    @property
    def percent(self) -> int:
        return int(self.total * 100 / self.capacity) if self.capacity else 0

    @property
    def is_over(self) -> bool:
        """More work than hours."""
        return self.total > self.capacity


def pieces(first: date, last: date | None = None) -> list[WorkloadPart]:
    """The parts of all live tasks that touch a window, complete ones too; one query.

    A person's tasks of one type that begin and end on the same days are one part. Moments come
    as text and each is read once: making them one by one was most of this page's time.
    """
    rows = InCharge.objects.filter(
        deleted_at=None,
        task__deleted_at=None,
        task__activity__deleted_at=None,
        task__ends_at__gte=start_of_day(first),
        task__hours__gt=0,
    ).exclude(task__starts_at=None)
    if last is not None:
        rows = rows.filter(task__starts_at__lte=end_of_day(last))
    moments = {
        "begins": Cast("task__starts_at", TextField()),
        "ends": Cast("task__ends_at", TextField()),
        "signed": Cast("task__completed_date_manager", TextField()),
    }
    found = list(rows.order_by().annotate(**moments).values_list(*PIECE))
    shares = Counter(row[0] for row in found)
    day_of = cache(_local_day)
    sums: dict[tuple[int, int, date, date, date | None], Decimal] = defaultdict(Decimal)
    for task, person, kind, begins, ends, signed, hours in found:
        done = day_of(signed) if signed else None
        # Evenly among its people, as in the old reports (docs/contract.md#load).
        sums[person, kind, day_of(begins), day_of(ends), done] += hours / shares[task]
    return [
        WorkloadPart(person, kind, start, end, hours, done)
        for (person, kind, start, end, done), hours in sums.items()
    ]


def _local_day(text: str) -> date:
    """The day in Jakarta of a moment as the database writes it, which is in UTC."""
    moment = datetime.fromisoformat(text)
    return timezone.localdate(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Team:
    """The people of the engineering departments, what each can do in a week, and when nobody works.

    leave: by a person's id, periods that do not overlap.
    """

    people: list[PersonRef]
    hours: Mapping[str, Decimal]
    calendar: Calendar
    departments: Mapping[int, str] = field(default_factory=dict)
    leave: Mapping[int, Sequence[Days]] = field(default_factory=dict)

    def capacity(self, face: PersonRef) -> Decimal:
        """Hours of a week without holidays and leave."""
        return self.hours[HEAD if face.is_head else STAFF]

    def capacity_within(self, face: PersonRef, first: date, last: date) -> Decimal:
        """Hours of a window: a holiday takes as much of the week as its working time, and so does leave."""
        week = self.calendar.hours_a_week
        worked = self.calendar.hours_within(first, last)
        away = (
            self.calendar.hours_within(*days) for days in self._away(face, first, last)
        )
        share = max(ZERO, worked - sum(away, ZERO)) / week if week else ZERO
        return (self.capacity(face) * share).quantize(TENTH, ROUND_HALF_UP)

    def days_away(self, face: PersonRef, first: date, last: date) -> int:
        """Working days of leave in a window."""
        return sum(
            self.calendar.days_within(*days) for days in self._away(face, first, last)
        )

    def _away(self, face: PersonRef, first: date, last: date) -> Iterable[Days]:
        for begin, end in self.leave.get(face.ext_id, ()):
            yield max(begin, first), min(end, last)


def team(since: date) -> Team:
    """Everybody of the departments that the configuration names; all people when it names none.

    Their leave is that which ends on the day ``since`` or later.
    """
    chosen = set(DepartmentConfig.objects.values_list("department_id", flat=True))
    people = [
        face for face in everybody() if not chosen or face.department_id in chosen
    ]
    departments = {
        face.department_id: face.department_name
        for face in people
        if face.department_id is not None
    }
    return Team(people, capacities(), calendar(), departments, leave_by_person(since))


def _sums(
    worked: Calendar, parts: Iterable[WorkloadPart], first: date, last: date
) -> Mapping[int, list[Decimal]]:
    found: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO] * len(KINDS))
    for part in (each for each in parts if each.done is None):
        found[part.person][KINDS.index(part.kind)] += part.within(worked, first, last)
    return found


def rounded(values: Iterable[Decimal]) -> tuple[Decimal, ...]:
    """To tenths, half up."""
    return tuple(value.quantize(TENTH, ROUND_HALF_UP) for value in values)


def loads_of_people(
    crew: Team,
    parts: Iterable[WorkloadPart],
    first: date,
    last: date,
    target: date | None = None,
) -> list[Load]:
    """A row per person, the fullest first; the capacity until ``target`` stands against the window,
    without one that until its last day."""
    sums, until = _sums(crew.calendar, parts, first, last), target or last
    rows = [
        Load(
            face.ext_id,
            face.name,
            face.department_name,
            rounded(sums[face.ext_id]),
            crew.capacity_within(face, first, until),
            away=crew.days_away(face, first, until),
        )
        for face in crew.people
    ]
    return sorted(rows, key=lambda row: (-row.percent, row.name.casefold()))


def loads_of_departments(crew: Team, people: Iterable[Load]) -> list[Load]:
    """The same, summed per department."""
    homes = {face.ext_id: face.department_id for face in crew.people}
    groups: dict[int, list[Load]] = defaultdict(list)
    for load in people:
        if (home := homes[load.key]) is not None:
            groups[home].append(load)
    return [
        Load(
            key,
            crew.departments[key],
            "",
            tuple(
                sum(column, ZERO)
                for column in zip(*(r.by_kind for r in rows), strict=True)
            ),
            sum((row.capacity for row in rows), ZERO),
            len(rows),
            sum(row.away for row in rows),
        )
        for key, rows in sorted(
            groups.items(), key=lambda pair: crew.departments[pair[0]]
        )
    ]
