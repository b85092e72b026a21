"""Planned work against people: the load of the department, and each engineer's part."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, OuterRef, Subquery, Sum
from django.utils.translation import gettext as _

from activities.models import InCharge
from core.accounts.queries import PersonRef, everybody, people_by_id
from core.text.formatting import quantity
from engineering.models import DepartmentConfig
from engineering.queries.departments import is_engineering
from reports.period import OUTSTANDING, ReportPeriod
from reports.shapes import (
    HOURS,
    TEXT,
    ReportCell,
    ReportColumn,
    ReportPage,
    Table,
    bars,
    line,
    tasks_url,
)
from reports.tasks import HOURS_FIELD, TYPES, done_by, hours_of, tasks_of_period

HOURS_A_DAY = 8
CENT, TENTH = Decimal("0.01"), Decimal("0.1")
ZERO = Decimal(0)


@dataclass(slots=True)
class PersonPart:
    """One person's part of a period: tasks and hours of each type."""

    tasks: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    hours: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def parts(asked: ReportPeriod) -> dict[int, PersonPart]:
    """Each person's tasks and hours by type; a task's hours are split evenly among its people."""
    live = InCharge.objects.filter(task=OuterRef("task"), deleted_at=None).order_by()
    sharing = live.values("task").annotate(n=Count("pk")).values("n")
    rows = (
        InCharge.objects.filter(
            deleted_at=None, task__in=tasks_of_period(asked).values("pk")
        )
        .order_by()
        .annotate(sharing=Subquery(sharing))
        .values_list("ext_user_id", "task__activity__kind", "sharing")
        .annotate(n=Count("pk"), total=Sum("task__hours", output_field=HOURS_FIELD))
    )
    found: dict[int, PersonPart] = defaultdict(PersonPart)
    for person, kind, people, number, total in rows:
        found[person].tasks[kind] += number
        found[person].hours[kind] += (total or ZERO) / people
    return found


def engineers() -> list[PersonRef]:
    """The people of the engineering departments: those chosen, else those named eng… or estimat…"""
    chosen = set(DepartmentConfig.objects.values_list("department_id", flat=True))
    return [
        face
        for face in everybody()
        if (
            face.department_id in chosen
            if chosen
            else is_engineering(face.department_name)
        )
    ]


def load(asked: ReportPeriod) -> ReportPage:
    """Hours of outstanding work, people, hours a person, days until it is done."""
    open_tasks = tasks_of_period(ReportPeriod(asked.period, state=OUTSTANDING))
    hours = open_tasks.aggregate(total=hours_of())["total"]
    crew = engineers()
    people = len(crew)
    each = _rounded(hours / people, TENTH) if people else None
    days = _rounded(hours / people / HOURS_A_DAY, TENTH) if people else None
    facts = [
        (
            _("Outstanding"),
            _("%s hours") % quantity(hours),
            tasks_url(asked.period, state=OUTSTANDING),
        ),
        (_("Manpower"), _("%d people") % people),
        (_("Load per person"), _("%s hours") % quantity(each)),
        (_("Can be finished in"), _("%s days") % quantity(days)),
    ]
    heads = [
        ReportColumn(_("Department"), TEXT),
        ReportColumn(_("People")),
        ReportColumn(_("Tasks"), is_summed=False),
        ReportColumn(_("Hours"), HOURS),
        ReportColumn(_("Hours a person"), HOURS, is_summed=False),
        ReportColumn(_("Days"), HOURS, is_summed=False),
    ]
    rows = [_department(heads, *each, asked) for each in _departments(crew, asked)]
    note = _(
        "Eight hours a day. Hours of people outside these departments are not in the table; hours of a shared task are split among its people."
    )
    chart = {
        "labels": [row[0].value for row in rows],
        "series": [bars(_("Hours a person"), (row[4] for row in rows))],
    }
    return ReportPage([Table(_("By department"), heads, rows, note)], chart, facts)


def _departments(
    crew: Iterable[PersonRef], asked: ReportPeriod
) -> list[tuple[list[PersonRef], Decimal]]:
    """Each department's people with their hours, by name."""
    own = parts(ReportPeriod(asked.period, state=OUTSTANDING))
    members: dict[tuple[str, int], list[PersonRef]] = defaultdict(list)
    for face in crew:
        members[face.department_name, face.department_id or 0].append(face)
    return [
        (
            members[key],
            sum((_hours_of(own, face) for face in members[key]), ZERO),
        )
        for key in sorted(members)
    ]


def _hours_of(own: dict[int, PersonPart], face: PersonRef) -> Decimal:
    return sum(own[face.ext_id].hours.values(), ZERO)


def _department(
    heads: list[ReportColumn],
    members: list[PersonRef],
    hours: Decimal,
    asked: ReportPeriod,
) -> list[ReportCell]:
    """A line of the load, with the way to its outstanding tasks."""
    open_tasks = tasks_of_period(ReportPeriod(asked.period, state=OUTSTANDING))
    number = open_tasks.filter(done_by(face.ext_id for face in members)).count()
    people, *load_of_each = _load_of(len(members), hours)
    key = members[0].department_id
    behind = tasks_url(asked.period, state=OUTSTANDING, department=key) if key else ""
    values = [members[0].department_name, people, number, *load_of_each]
    return line(heads, values, [behind, "", behind, behind, behind, behind])


def _load_of(people: int, hours: Decimal) -> list[Any]:
    each = hours / people
    return [
        people,
        _rounded(hours, CENT),
        _rounded(each, TENTH),
        _rounded(each / HOURS_A_DAY, TENTH),
    ]


def manpower(asked: ReportPeriod) -> ReportPage:
    """Tasks and hours of each engineer by type: all who have work, of any department."""
    own = parts(asked)
    crew = {face.ext_id: face for face in engineers()}
    others = people_by_id(own.keys() - crew.keys())
    people = sorted([*crew.values(), *others.values()], key=lambda face: face.name)
    heads = [ReportColumn(_("Engineer"), TEXT), ReportColumn(_("Department"), TEXT)]
    for _kind, label in TYPES:
        heads += [
            ReportColumn(_("%s tasks") % label),
            ReportColumn(_("%s hours") % label, HOURS),
        ]
    heads += [ReportColumn(_("Tasks")), ReportColumn(_("Hours"), HOURS)]
    rows = [
        line(heads, _values(face, own[face.ext_id]), _behind(face, asked))
        for face in people
    ]
    rows.sort(key=lambda row: -row[-1].value)
    shown = rows[:12]
    chart = {
        "labels": [row[0].value for row in shown],
        "series": [
            bars(label, (row[3 + 2 * place] for row in shown))
            for place, (_kind, label) in enumerate(TYPES)
        ],
        "unit": "h",
    }
    note = _(
        "A task that several people share counts for each; its hours are split among them."
    )
    return ReportPage([Table(_("By engineer"), heads, rows, note)], chart)


def _values(face: PersonRef, part: PersonPart) -> list[Any]:
    values: list[Any] = [face.name, face.department_name]
    for kind, _label in TYPES:
        values += [part.tasks[kind], _rounded(part.hours[kind], CENT)]
    whole = sum(part.hours.values(), ZERO)
    return [*values, sum(part.tasks.values()), _rounded(whole, CENT)]


def _behind(face: PersonRef, asked: ReportPeriod) -> list[str]:
    """Links to a person's tasks: all behind the name and the sums, those of a type behind its figures."""
    own = {"person": face.ext_id, "state": asked.state}
    whole = tasks_url(asked.period, **own)
    kinds = [tasks_url(asked.period, kind=kind, **own) for kind, _label in TYPES]
    return [whole, "", *(url for url in kinds for _figure in range(2)), whole, whole]


def _rounded(value: Decimal, places: Decimal) -> Decimal:
    return Decimal(value).quantize(places, ROUND_HALF_UP)
