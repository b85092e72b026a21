"""Each figure and each bar of a report opens exactly the rows that it counts, on any data."""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from activities.models import InCharge, Task
from reports.catalogue import BY_SLUG, REPORTS
from reports.period import ReportPeriod
from reports.shapes import ReportCell
from reports.tests.crowd import PERIOD, crowd, noon, table_of
from tests.people import Cast

pytestmark = pytest.mark.django_db
__all__ = ["crowd", "noon"]
LOAD = "/reports/load/?since=2026-07-01&until=2026-07-31"
BY = ("month", "kind", "status", "customer")


def test_every_link_leads_to_as_many_rows(crowd: random.Random, cast: Cast) -> None:
    """Drill-down: the rows behind a figure are as many as the figure says."""
    browser = cast.browser("rina")
    for slug, place in DRILLED:
        followed = 0
        for row in table_of(slug, place).rows:
            for cell in row[1:]:
                if cell.url and isinstance(cell.value, int):
                    assert behind(browser, cell) == cell.value, (slug, cell.url)
                    followed += 1
        assert followed, slug


DRILLED = (
    *(("done", 0), ("weeks", 0), ("deadlines", 0), ("deadlines", 1)),
    *(("load", 0), ("manpower", 0)),
)
# People, and what nobody can list: the percentage of a total, an average.
BARE = {("load", 1), ("changes", 9)}


# The rows of the list of tasks are the rows themselves.
OF_FIGURES = [report for report in REPORTS if report.slug != "tasks"]


@pytest.mark.parametrize("report", OF_FIGURES, ids=lambda report: report.slug)
def test_every_figure_has_a_way_to_its_rows(crowd: random.Random, report: Any) -> None:
    """No number stands alone: each is a link, or a quotient of figures that are."""
    for table in report.build(ReportPeriod(PERIOD)).tables:
        for row in table.rows:
            for place, cell in enumerate(row):
                is_sum = cell.is_number and table.columns[place].is_summed
                if is_sum and (report.slug, place) not in BARE:
                    assert cell.url, (report.slug, table.columns[place].label)


def behind(browser: Any, cell: ReportCell) -> int:
    """How many rows the page behind a figure holds: tasks, activities or changes."""
    context = browser.get(f"{cell.url}&size=100").context
    if cell.url.startswith("/reports/"):
        return int(context["page"].facts[0][1])
    return len(context["rows"])


def test_the_changes_behind_a_figure_are_listed(
    crowd: random.Random, cast: Cast
) -> None:
    browser = cast.browser("rina")
    for by in ("month", "kind", "status", "customer"):
        for row in table_of("changes", by=by).rows:
            assert behind(browser, row[0]) == row[1].value
            for cell in (row[2], row[3], row[4], row[8]):
                if cell.url:
                    assert behind(browser, cell) == cell.value, cell.url


def charts(slug: str) -> Iterator[dict[str, Any]]:
    """The chart of a report, in every grouping that it knows."""
    for by in BY if slug == "changes" else ("month",):
        yield BY_SLUG[slug].build(ReportPeriod(PERIOD, by=by)).chart or {}


# Medians are no sums: a bar of them would open no rows that add up to it.
WITH_CHART = [report.slug for report in OF_FIGURES if report.slug != "waiting"]
# Bars of hours: what each task behind them adds is looked up below.
IN_HOURS = {"load", "manpower"}


@pytest.mark.parametrize("slug", WITH_CHART)
def test_each_bar_has_a_way_to_its_rows(crowd: random.Random, slug: str) -> None:
    for chart in charts(slug):
        assert chart["series"]
        for series in chart["series"]:
            assert len(series["values"]) == len(series["urls"]) == len(chart["labels"])
            ways = zip(series["values"], series["urls"], strict=True)
            assert all(url for value, url in ways if value)


@pytest.mark.parametrize("slug", sorted(set(WITH_CHART) - IN_HOURS))
def test_each_bar_opens_the_rows_that_it_counts(
    crowd: random.Random, cast: Cast, slug: str
) -> None:
    browser, followed = cast.browser("rina"), 0
    for chart in charts(slug):
        for series in chart["series"]:
            for value, url in zip(series["values"], series["urls"], strict=True):
                if url:
                    assert behind(browser, ReportCell(value, url=url)) == value, url
                    followed += value
    assert followed


def hours_behind(browser: Any, url: str, people: set[int]) -> Decimal:
    """These people's part of the hours of the tasks on a page; each task is split evenly."""
    page = browser.get(url).context["page"].tables[0]
    total = Decimal(0)
    for row in page.rows:
        task = Task.objects.get(pk=row[0].url.rstrip("/").rpartition("/")[2])
        charges = InCharge.objects.filter(task=task, deleted_at=None)
        sharing = list(charges.values_list("ext_user_id", flat=True))
        own = sum(person in people for person in sharing)
        total += (task.hours or Decimal(0)) * own / len(sharing)
    return total


def test_each_bar_of_hours_opens_the_tasks_that_it_adds_up(
    crowd: random.Random, cast: Cast
) -> None:
    browser = cast.browser("rina")
    chart = BY_SLUG["manpower"].build(ReportPeriod(PERIOD)).chart or {}
    names = {str(person): person.ext_id for person in cast.people.values()}
    followed = 0
    for series in chart["series"]:
        bars = zip(chart["labels"], series["values"], series["urls"], strict=True)
        for name, value, url in bars:
            if name in names:
                whole = hours_behind(browser, url, {names[name] or 0})
                assert abs(whole - Decimal(str(value))) <= Decimal("0.01"), url
                followed += bool(value)
    assert followed


def test_the_hours_above_the_load_are_those_of_the_tasks_behind_them(
    crowd: random.Random, cast: Cast
) -> None:
    browser = cast.browser("rina")
    linked = [fact for fact in browser.get(LOAD).context["page"].facts if fact[2:]]
    assert linked
    for _label, words, url in linked:
        hours = browser.get(url).context["page"].facts[1][1]
        assert words.split()[0] == hours
