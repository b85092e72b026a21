"""The reports there are."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.files.xlsx import TotalRow
from reports import changes, people, tasks, waiting, work
from reports.period import ReportPeriod
from reports.shapes import Report, ReportColumn, ReportPage, Table

Stream = tuple[Sequence[ReportColumn], Iterator[Sequence[Any]]]


def _first_table(
    build: Callable[[ReportPeriod], ReportPage],
) -> Callable[[ReportPeriod], Stream]:
    """The Excel of a report whose rows are few: its first table with the totals."""

    def stream(asked: ReportPeriod) -> Stream:
        table = build(asked).tables[0]
        return table.columns, _lines(table)

    return stream


def _lines(table: Table) -> Iterator[Sequence[Any]]:
    """The values; what adds them up is called so in the first column that holds no number."""
    for row in table.rows:
        yield [cell.value for cell in row]
    if table.totals:
        values = [cell.value for cell in table.totals]
        place = next((n for n, value in enumerate(values) if not value), 0)
        yield TotalRow([*values[:place], _("Total"), *values[place + 1 :]])


def _report(
    slug: str,
    title: str,
    lead: str,
    filters: tuple[str, ...],
    build: Callable[[ReportPeriod], ReportPage],
) -> Report:
    return Report(slug, title, lead, filters, build, _first_table(build))


REPORTS = (
    _report(
        "done",
        gettext_noop("Done and outstanding"),
        gettext_noop("Activities and tasks of each type: done, outstanding, hours."),
        (),
        work.by_type,
    ),
    _report(
        "weeks",
        gettext_noop("By week"),
        gettext_noop("What was due and what was finished in each ISO week."),
        (),
        work.by_week,
    ),
    _report(
        "deadlines",
        gettext_noop("On time and over the deadline"),
        gettext_noop("How many tasks kept their deadline, and why the others did not."),
        (),
        work.deadlines,
    ),
    _report(
        "load",
        gettext_noop("Load of the department"),
        gettext_noop(
            "Hours of outstanding work against people: hours each, days to go."
        ),
        (),
        people.load,
    ),
    _report(
        "manpower",
        gettext_noop("Manpower"),
        gettext_noop("Tasks and hours of each engineer by type."),
        ("state",),
        people.manpower,
    ),
    Report(
        "tasks",
        gettext_noop("Tasks"),
        gettext_noop("Every task with its customer, people, signatures and deadline."),
        ("kind", "state", "on", "person", "department", "reason"),
        tasks.tasks_page,
        tasks.tasks_for_excel,
    ),
    _report(
        "changes",
        gettext_noop("ECN and CCN"),
        gettext_noop(
            "Number, cost, thresholds exceeded and time to a decision, by month, type, status or customer."
        ),
        ("change_kind", "by"),
        changes.report,
    ),
    _report(
        "waiting",
        gettext_noop("Waiting time of approvals"),
        gettext_noop(
            "How long each step and person took to decide, in working hours: median and longest."
        ),
        (),
        waiting.report,
    ),
)
BY_SLUG = {report.slug: report for report in REPORTS}
