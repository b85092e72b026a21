"""The parts of a report: columns, rows with their sources, totals, a chart."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from core.text.formatting import NOTHING, day, quantity, rupiah
from reports.period import Period, ReportPeriod

TEXT, COUNT, HOURS, MONEY, DAY, DAYS = "text", "count", "hours", "money", "day", "days"
NUMBERS = {COUNT, HOURS, MONEY, DAYS}
SPELLED: dict[str, Callable[[Any], str]] = {
    TEXT: str,
    COUNT: quantity,
    HOURS: quantity,
    DAYS: quantity,
    MONEY: rupiah,
    DAY: day,
}


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """kind: how its values are written; is_summed: whether the totals line adds it up."""

    label: str
    kind: str = COUNT
    is_summed: bool = True

    @property
    def is_number(self) -> bool:
        """Numbers stand on the right."""
        return self.kind in NUMBERS


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A value, its words, and where its rows are."""

    value: Any
    kind: str = COUNT
    url: str = ""

    @property
    def words(self) -> str:
        """As people write it."""
        return NOTHING if self.value is None else SPELLED[self.kind](self.value)

    @property
    def is_number(self) -> bool:
        """Numbers stand on the right."""
        return self.kind in NUMBERS


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a report; its rows are few, or one page of many.

    ``joined``: which columns share one place on the screen, below each other; empty for one each.
    """

    title: str
    columns: Sequence[ReportColumn]
    rows: Sequence[Sequence[ReportCell]]
    note: str = ""
    has_totals: bool = True
    joined: Sequence[Sequence[int]] = ()

    @property
    def places(self) -> Sequence[Sequence[int]]:
        """The columns of each place on the screen."""
        return self.joined or [[place] for place in range(len(self.columns))]

    @property
    def heads(self) -> list[list[ReportColumn]]:
        """The columns as the screen has them."""
        return [[self.columns[each] for each in place] for place in self.places]

    @property
    def lines(self) -> Iterable[list[list[tuple[ReportColumn, ReportCell]]]]:
        """The rows as the screen has them, each cell with its column; empty ones add no line."""
        for row in self.rows:
            yield [
                [
                    (self.columns[each], row[each])
                    for each in place
                    if each == place[0] or row[each].value not in {None, ""}
                ]
                for place in self.places
            ]

    @property
    def totals(self) -> list[ReportCell]:
        """The sums of the columns that can be added up."""
        if not self.has_totals or not self.rows:
            return []
        return [self._total(place) for place in range(len(self.columns))]

    def _total(self, place: int) -> ReportCell:
        column = self.columns[place]
        if column.kind not in NUMBERS or not column.is_summed:
            return ReportCell("" if column.kind == TEXT else None, column.kind)
        values = (row[place].value for row in self.rows)
        return ReportCell(
            sum((v for v in values if v is not None), Decimal(0)), column.kind
        )


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report as it is shown. chart: as the chart component takes it; facts: label, value and,
    where there are some, the address of the rows."""

    tables: Sequence[Table]
    chart: dict[str, Any] | None = None
    facts: Sequence[tuple[str, ...]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its address, words, filters, how it is made, and the rows of its Excel."""

    slug: str
    title: str
    lead: str
    filters: tuple[str, ...]
    build: Callable[[ReportPeriod], ReportPage]
    stream: Callable[
        [ReportPeriod], tuple[Sequence[ReportColumn], Iterable[Sequence[Any]]]
    ]


def line(
    columns: Sequence[ReportColumn], values: Sequence[Any], urls: Sequence[str] = ()
) -> list[ReportCell]:
    """A row of cells; ``urls`` belong to the first values in order, empty for none."""
    links = [*urls, *[""] * (len(values) - len(urls))]
    return [
        ReportCell(value, column.kind, url)
        for value, column, url in zip(values, columns, links, strict=True)
    ]


def bars(name: str, cells: Iterable[ReportCell]) -> dict[str, Any]:
    """One series of a chart, each bar with the way to the rows that it counts."""
    found = list(cells)
    values = [
        float(cell.value) if isinstance(cell.value, Decimal) else cell.value or 0
        for cell in found
    ]
    return {"name": str(name), "values": values, "urls": [cell.url for cell in found]}


def tasks_url(period: Period, **more: Any) -> str:
    """Address of the list of tasks behind a figure."""
    return _url("tasks", period, more)


def activities_url(period: Period, **more: Any) -> str:
    """Address of the list of activities behind a figure."""
    asked = {"first": period.first, "last": period.last, **more}
    return f"{reverse('activities:activity_list')}?{urlencode(asked)}"


def changes_url(period: Period, **more: Any) -> str:
    """Address of the list of changes behind a figure."""
    asked = {"since": period.first, "until": period.last, **more}
    kept = {name: value for name, value in asked.items() if value not in {None, ""}}
    return f"{reverse('engineering:change_list')}?{urlencode(kept)}"


def _url(slug: str, period: Period, more: dict[str, Any]) -> str:
    asked = {"since": period.first, "until": period.last, **more}
    kept = {name: value for name, value in asked.items() if value not in {None, ""}}
    return f"{reverse('reports:report', args=[slug])}?{urlencode(kept)}"
