"""Hours per person and department against capacity (docs/contract.md#load).

A task's hours are split evenly among who is in charge, and spread evenly over its days, so that
a task which lies half in a window weighs half in it. Complete tasks and removed ones do not weigh.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from activities.models import Activity, InCharge
from core.accounts.queries import PersonRef, everybody
from core.text.months import end_of_day, start_of_day
from engineering.models import Configuration, DepartmentConfig

HEAD, STAFF = "CapacityHead", "CapacityStaff"
DEFAULTS = {HEAD: Decimal(20), STAFF: Decimal(40)}
WEEK = 7
FAR_FACTOR = 3
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

    def within(self, first: date, last: date) -> Decimal:
        """The hours that fall into a window, both days included."""
        start, end = max(first, self.first), min(last, self.last)
        if end < start:
            return ZERO
        return (
            self.hours * ((end - start).days + 1) / ((self.last - self.first).days + 1)
        )


@dataclass(frozen=True, slots=True)
class Load:
    """Hours of work of a person or a department in a window."""

    key: int
    name: str
    department: str
    by_kind: tuple[Decimal, ...]
    capacity: Decimal
    members: int = 1

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
    """The people of the engineering departments, and what each can do in a week."""

    people: list[PersonRef]
    hours: Mapping[str, Decimal]
    departments: Mapping[int, str] = field(default_factory=dict)

    def capacity(self, face: PersonRef) -> Decimal:
        return self.hours[HEAD if face.is_head else STAFF]


def team() -> Team:
    """Everybody of the departments that the configuration names; all people when it names none."""
    chosen = set(DepartmentConfig.objects.values_list("department_id", flat=True))
    people = [
        face for face in everybody() if not chosen or face.department_id in chosen
    ]
    departments = {
        face.department_id: face.department_name
        for face in people
        if face.department_id is not None
    }
    return Team(people, capacities(), departments)


def _sums(
    parts: Iterable[WorkloadPart], first: date, last: date
) -> Mapping[int, list[Decimal]]:
    found: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO] * len(KINDS))
    for part in (each for each in parts if each.done is None):
        found[part.person][KINDS.index(part.kind)] += part.within(first, last)
    return found


def _rounded(values: Iterable[Decimal]) -> tuple[Decimal, ...]:
    return tuple(value.quantize(TENTH, ROUND_HALF_UP) for value in values)


def loads_of_people(
    crew: Team, parts: Iterable[WorkloadPart], first: date, last: date, weeks: Decimal
) -> list[Load]:
    """A row per person, the fullest first; ``weeks`` of capacity stand against the window."""
    sums = _sums(parts, first, last)
    rows = [
        Load(
            face.ext_id,
            face.name,
            face.department_name,
            _rounded(sums[face.ext_id]),
            crew.capacity(face) * weeks,
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
        )
        for key, rows in sorted(
            groups.items(), key=lambda pair: crew.departments[pair[0]]
        )
    ]


def weeks_between(first: date, last: date) -> Decimal:
    """Length of a window in weeks."""
    return Decimal((last - first).days + 1) / WEEK


@dataclass(frozen=True, slots=True)
class Window:
    """A person or department near (the next seven days) and far (after them)."""

    near: Load
    far: Load


@dataclass(frozen=True, slots=True)
class Overview:
    """A department: its people, its capacity, near and far."""

    key: int
    name: str
    manpower: int
    heads: int
    staff: int
    head_hours: Decimal
    staff_hours: Decimal
    near: Load
    far: Load


@dataclass(frozen=True, slots=True)
class DayFlow:
    """Hours open at the begin of a day, those that arrived and those that were finished."""

    day: date
    begin: Decimal
    arrived: Decimal
    finished: Decimal


@dataclass(frozen=True, slots=True)
class Flow:
    """T+5 of a department: six days, and what is left after them."""

    key: int
    name: str
    days: list[DayFlow]
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Manpower:
    """The three tables of Dashboard MP: departments, people, flow by day."""

    overviews: list[Overview]
    total: Overview | None
    people: list[Window]
    flows: list[Flow]
    alerts: list[tuple[str, str, Load]]


FAR_END = date(9998, 1, 1)


def manpower(today: date) -> Manpower:
    """Near is today and six days more, far is everything after; its target is three weeks."""
    crew, near_end = team(), today + timedelta(days=WEEK - 1)
    parts = pieces(today)
    near = loads_of_people(crew, parts, today, near_end, Decimal(1))
    far = loads_of_people(
        crew, parts, near_end + timedelta(days=1), FAR_END, Decimal(FAR_FACTOR)
    )
    far_by_key = {row.key: row for row in far}
    people = [Window(row, far_by_key[row.key]) for row in near]
    overviews = _overviews(crew, near, far)
    return Manpower(
        overviews,
        _whole(overviews),
        people,
        flows(crew, parts, today),
        [
            (span, row.name, load)
            for row in overviews
            for span, load in (("near", row.near), ("far", row.far))
            if load.is_over
        ],
    )


def _overviews(crew: Team, near: list[Load], far: list[Load]) -> list[Overview]:
    far_rows = {row.key: row for row in loads_of_departments(crew, far)}
    found = []
    for row in loads_of_departments(crew, near):
        faces = [face for face in crew.people if face.department_id == row.key]
        heads = sum(face.is_head for face in faces)
        staff = len(faces) - heads
        found.append(
            Overview(
                row.key,
                row.name,
                len(faces),
                heads,
                staff,
                crew.hours[HEAD] * heads,
                crew.hours[STAFF] * staff,
                row,
                far_rows[row.key],
            )
        )
    return found


def _whole(rows: list[Overview]) -> Overview | None:
    if not rows:
        return None
    return Overview(
        0,
        "",
        sum(row.manpower for row in rows),
        sum(row.heads for row in rows),
        sum(row.staff for row in rows),
        sum((row.head_hours for row in rows), ZERO),
        sum((row.staff_hours for row in rows), ZERO),
        _added([row.near for row in rows]),
        _added([row.far for row in rows]),
    )


def _added(loads: list[Load]) -> Load:
    kinds = tuple(sum(c, ZERO) for c in zip(*(r.by_kind for r in loads), strict=True))
    capacity = sum((row.capacity for row in loads), ZERO)
    return Load(0, "", "", kinds, capacity, sum(row.members for row in loads))


def flows(crew: Team, parts: Iterable[WorkloadPart], today: date) -> list[Flow]:
    """Beg, In, Out per day: open hours at the day's begin, hours of tasks that start on the day,
    hours of tasks that end on it (for past days of the window: that were completed on it).

    The next day begins with Beg + In - Out; the last one's result is the balance.
    """
    homes = {face.ext_id: face.department_id for face in crew.people}
    groups: dict[int, list[WorkloadPart]] = defaultdict(list)
    for part in parts:
        home = homes.get(part.person)
        if home is not None:
            groups[home].append(part)
    return [
        _flow(key, crew.departments[key], groups[key], today)
        for key in sorted(crew.departments, key=lambda each: crew.departments[each])
    ]


def _flow(key: int, name: str, parts: list[WorkloadPart], today: date) -> Flow:
    open_hours = sum((p.hours for p in parts if _is_open_before(p, today)), ZERO)
    days = []
    for step in range(6):
        day = today + timedelta(days=step)
        arrived = sum((p.hours for p in parts if p.first == day), ZERO)
        finished = sum((p.hours for p in parts if _out(p, today) == day), ZERO)
        row = _rounded([open_hours, arrived, finished])
        days.append(DayFlow(day, *row))
        open_hours += arrived - finished
    return Flow(key, name, days, _rounded([open_hours])[0])


def _is_open_before(part: WorkloadPart, today: date) -> bool:
    """Whether it had begun before this day and was not complete yet: then it leaves on a day of the flow."""
    return part.first < today and (part.done is None or part.done >= today)


def _out(part: WorkloadPart, today: date) -> date | None:
    """The day on which a task leaves: when it was completed, else when it is to end."""
    if part.done:
        return (
            part.done
            if part.done >= today
            else (part.first if part.first >= today else None)
        )
    return part.last
