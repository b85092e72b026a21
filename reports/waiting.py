"""How long approvals wait: working hours from being asked to the decision, by step and person."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from core.accounts.models import Role
from core.approvals.models import Decision, RecordKind
from core.text.formatting import quantity
from core.workdays.queries import calendar
from reports.period import Period, ReportPeriod
from reports.shapes import COUNT, HOURS, TEXT, ReportColumn, ReportPage, Table, line

TENTH = Decimal("0.1")
COLUMNS = (
    "assignment__asked_at",
    "decided_at",
    "step",
    "assignment__step__role",
    "assignment__step__of_head",
    "assignment__round__kind",
    "approver__name",
    "approver__username",
)
# The number of a step, who it asks, and who decided.
Group = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Wait:
    """One decision: where, by whom, and after how many working hours."""

    group: Group
    hours: Decimal


def waits_in(period: Period) -> Iterator[Wait]:
    """The decisions of a period, in one query; also those that a later edit made void."""
    rows = Decision.objects.filter(
        decided_at__gte=period.start, decided_at__lt=period.end
    )
    days = calendar()
    for asked, decided, step, role, of_head, kind, name, login in (
        rows.order_by("pk").values_list(*COLUMNS).iterator()
    ):
        group = (step + 1, _asks(role, of_head=of_head, kind=kind), name or login)
        yield Wait(group, days.hours_between(asked, max(asked, decided)))


def _asks(role: str, *, of_head: bool, kind: str) -> str:
    """Who a step asks, in words."""
    if role:
        return str(Role(role).label)
    if of_head:
        return _("head of the department")
    return "PIC" if kind == RecordKind.BOM else _("by name")


def report(asked: ReportPeriod) -> ReportPage:
    """By step and person, then by step alone."""
    by_person: dict[Group, list[Decimal]] = defaultdict(list)
    by_step: dict[tuple[int, str], list[Decimal]] = defaultdict(list)
    for wait in waits_in(asked.period):
        by_person[wait.group].append(wait.hours)
        by_step[wait.group[:2]].append(wait.hours)
    every = [hours for found in by_step.values() for hours in found]
    figures = [
        ReportColumn(_("Decisions"), COUNT),
        ReportColumn(_("Median (working hours)"), HOURS, is_summed=False),
        ReportColumn(_("Longest (working hours)"), HOURS, is_summed=False),
    ]
    step = ReportColumn(_("Step"), TEXT)
    note = _(
        "By the day of the decision. The time runs from being asked to the decision, in the"
        " working hours of the company; holidays do not count."
    )
    people = [step, ReportColumn(_("Person"), TEXT), *figures]
    return ReportPage(
        [
            Table(
                _("By step and person"),
                people,
                [
                    line(people, [f"{number}. {asks}", name, *_figures(found)])
                    for (number, asks, name), found in sorted(by_person.items())
                ],
                note,
            ),
            Table(
                _("By step"),
                [step, *figures],
                [
                    line([step, *figures], [f"{number}. {asks}", *_figures(found)])
                    for (number, asks), found in sorted(by_step.items())
                ],
            ),
        ],
        facts=_facts(every),
    )


def _figures(hours: Sequence[Decimal]) -> list[Any]:
    """Count, median and longest."""
    return [len(hours), _tenth(median(hours)), _tenth(max(hours))]


def _facts(hours: Sequence[Decimal]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [(_("Decisions"), quantity(len(hours)))]
    if hours:
        found.append((_("Median (working hours)"), quantity(_tenth(median(hours)))))
    return found


def _tenth(hours: Decimal) -> Decimal:
    return hours.quantize(TENTH)
