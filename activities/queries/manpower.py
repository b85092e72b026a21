"""Dashboard MP: departments and people, near and far, and the flow of hours by day (docs/contract.md#load)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from activities.queries.workload import (
    HEAD,
    STAFF,
    ZERO,
    Load,
    Team,
    WorkloadPart,
    loads_of_departments,
    loads_of_people,
    pieces,
    rounded,
    team,
)

WEEK = 7
FAR_SPAN = timedelta(weeks=3)


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
    """Near is today and six days more, far is everything after; its target is the three weeks after."""
    crew, near_end = team(today), today + timedelta(days=WEEK - 1)
    parts = pieces(today)
    near = loads_of_people(crew, parts, today, near_end)
    far = loads_of_people(
        crew, parts, near_end + timedelta(days=1), FAR_END, near_end + FAR_SPAN
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
    members, away = (sum(row.members for row in loads), sum(row.away for row in loads))
    return Load(0, "", "", kinds, capacity, members, away)


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
        row = rounded([open_hours, arrived, finished])
        days.append(DayFlow(day, *row))
        open_hours += arrived - finished
    return Flow(key, name, days, rounded([open_hours])[0])


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
