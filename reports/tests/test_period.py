"""Periods, weeks and months, and what an address may ask a report."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import translation

from reports.catalogue import BY_SLUG
from reports.period import MAX_DAYS, Period, month_of, quick_periods, read
from reports.shapes import (
    DAY,
    HOURS,
    MONEY,
    TEXT,
    ReportCell,
    ReportColumn,
    Table,
    bars,
    line,
)
from reports.tests.crowd import NOW

ALL = BY_SLUG["tasks"].filters


@pytest.mark.parametrize(
    ("first", "last", "weeks"),
    [
        pytest.param("2026-07-06", "2026-07-12", [(2026, 28)], id="one week"),
        pytest.param(
            "2026-07-12", "2026-07-13", [(2026, 28), (2026, 29)], id="an edge"
        ),
        pytest.param("2026-07-08", "2026-07-08", [(2026, 28)], id="one day"),
        pytest.param(
            "2026-12-31", "2027-01-04", [(2026, 53), (2027, 1)], id="a long year"
        ),
        pytest.param("2024-12-30", "2025-01-05", [(2025, 1)], id="a new year's week"),
    ],
)
def test_weeks_of_a_period(first: str, last: str, weeks: list[tuple[int, int]]) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert period.weeks == weeks


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-07-31", "2026-08-01", [(2026, 7), (2026, 8)]),
        ("2026-07-01", "2026-07-31", [(2026, 7)]),
        ("2026-11-15", "2027-02-01", [(2026, 11), (2026, 12), (2027, 1), (2027, 2)]),
    ],
)
def test_months_of_a_period(first: str, last: str, months: list[Any]) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert period.months == months


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-02-14", "2026-02-01", "2026-02-28"),
        ("2028-02-29", "2028-02-01", "2028-02-29"),
        ("2026-12-31", "2026-12-01", "2026-12-31"),
    ],
)
def test_the_month_of_a_day(day: str, first: str, last: str) -> None:
    found = month_of(date.fromisoformat(day))
    assert found == Period(date.fromisoformat(first), date.fromisoformat(last))


def test_a_period_is_from_midnight_to_midnight_of_jakarta() -> None:
    period = Period(date(2026, 7, 1), date(2026, 7, 31))
    assert period.start.isoformat() == "2026-07-01T00:00:00+07:00"
    assert period.end.isoformat() == "2026-08-01T00:00:00+07:00"


@pytest.mark.parametrize(
    ("today", "spans"),
    [
        (
            "2026-07-20",
            ["07-01 07-31", "06-01 06-30", "07-01 07-31", "01-01 12-31"],
        ),
        (
            "2026-05-31",
            ["05-01 05-31", "04-01 04-30", "04-01 05-31", "01-01 12-31"],
        ),
        (
            "2026-03-01",
            ["03-01 03-31", "02-01 02-28", "01-01 03-31", "01-01 12-31"],
        ),
    ],
)
def test_the_usual_periods(today: str, spans: list[str]) -> None:
    found = [period for _name, period in quick_periods(date.fromisoformat(today))]
    assert [f"{p.first:%m-%d} {p.last:%m-%d}" for p in found] == spans


def test_last_month_of_january_is_of_the_year_before() -> None:
    last = quick_periods(date(2026, 1, 15))[1][1]
    assert (last.first, last.last) == (date(2025, 12, 1), date(2025, 12, 31))


# --- What an address asks ---------------------------------------------------------------


def question(query: dict[str, str], names: tuple[str, ...] = ALL) -> Any:
    """The question of an address, at noon of 20 July 2026."""
    with time_machine.travel(NOW, tick=False):
        return read(query, names)


def test_without_a_period_it_is_this_month() -> None:
    _form, asked = question({})
    assert asked.period == Period(date(2026, 7, 1), date(2026, 7, 31))
    assert (asked.kind, asked.state, asked.by) == (None, "", "month")


def test_this_month_is_jakartas() -> None:
    """At 18:00 of 31 July in London it is August in Jakarta."""
    with time_machine.travel("2026-07-31T18:00:00Z", tick=False):
        _form, asked = read({}, ())
    assert asked is not None
    assert asked.period.first == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "0"}, {"kind": 0}),
        ({"kind": ""}, {"kind": None}),
        ({"state": "over", "on": "due"}, {"state": "over", "on": "due"}),
        ({"person": "12", "department": "4"}, {"person": 12, "department": 4}),
        ({"reason": "none"}, {"reason": "none"}),
        ({"by": "kind", "change_kind": "1"}, {"by": "month", "change_kind": None}),
    ],
)
def test_a_report_takes_the_filters_that_it_knows(
    query: dict[str, str], found: dict[str, Any]
) -> None:
    _form, asked = question(query)
    assert {name: getattr(asked, name) for name in found} == found


def test_what_a_report_does_not_know_is_not_judged() -> None:
    form, asked = question({"state": "nonsense", "person": "x"}, ())
    assert asked is not None
    assert set(form.fields) == {"since", "until"}


LONGEST = date(2026, 1, 1) + timedelta(days=MAX_DAYS)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "2026-07-02", "until": "2026-07-01"}, "until"),
        ({"since": "2026-01-01", "until": f"{LONGEST + timedelta(days=1)}"}, "until"),
        ({"since": "kemarin"}, "since"),
        ({"kind": "3"}, "kind"),
        ({"state": "late"}, "state"),
        ({"on": "x"}, "on"),
        ({"person": "0"}, "person"),
        ({"department": "-1"}, "department"),
        ({"reason": "6"}, "reason"),
    ],
)
def test_a_wrong_question_names_its_field(query: dict[str, str], field: str) -> None:
    form, asked = question(query)
    assert asked is None
    assert list(form.errors) == [field]


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-07-01", "until": "2026-07-01"},
        {"since": "2026-01-01", "until": f"{LONGEST}"},
    ],
)
def test_the_shortest_and_the_longest_period(query: dict[str, str]) -> None:
    _form, asked = question(query)
    assert asked is not None


# --- Shapes -----------------------------------------------------------------------------

HEADS = [
    ReportColumn("Nama", TEXT),
    ReportColumn("Tugas"),
    ReportColumn("Jam", HOURS),
    ReportColumn("Rata-rata", HOURS, is_summed=False),
    ReportColumn("Biaya", MONEY),
    ReportColumn("Hari", DAY),
]
ROWS = [
    line(HEADS, ["A", 2, Decimal("1.5"), 9, Decimal(1000), None], ["/a/"]),
    line(HEADS, ["B", 3, Decimal(2), 9, None, date(2026, 7, 1)], ["", "/b/"]),
]


def test_totals_add_what_can_be_added() -> None:
    table = Table("x", HEADS, ROWS)
    found: list[Any] = [cell.value for cell in table.totals]
    assert found == ["", 5, Decimal("3.5"), None, 1000, None]


@pytest.mark.parametrize(("rows", "has_totals"), [(ROWS, False), ([], True)])
def test_no_totals_where_there_is_nothing_to_add(
    rows: list[Any], *, has_totals: bool
) -> None:
    assert Table("x", HEADS, rows, has_totals=has_totals).totals == []


def test_links_belong_to_the_first_cells() -> None:
    assert [cell.url for cell in ROWS[0]] == ["/a/", "", "", "", "", ""]
    assert [cell.url for cell in ROWS[1]] == ["", "/b/", "", "", "", ""]


def test_a_bar_is_a_number_with_its_link() -> None:
    found = bars("Jam", [row[2] for row in ROWS] + [ReportCell(None, HOURS)])
    assert found == {"name": "Jam", "values": [1.5, 2.0, 0], "urls": ["", "", ""]}


def test_columns_that_stand_together_leave_out_empty_ones() -> None:
    table = Table("x", HEADS, ROWS, joined=((0, 5), (1,)))
    assert [[head.label for head in place] for place in table.heads] == [
        ["Nama", "Hari"],
        ["Tugas"],
    ]
    shown = [[[c.value for _h, c in place] for place in row] for row in table.lines]
    assert shown == [[["A"], [2]], [["B", date(2026, 7, 1)], [3]]]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (ReportCell(1234), "1.234"),
        (ReportCell(Decimal("2.50"), HOURS), "2,5"),
        (ReportCell(date(2026, 7, 1), DAY), "01 Jul 2026"),
        (ReportCell("PT A", TEXT), "PT A"),
        (ReportCell(None, HOURS), "\N{EN DASH}"),
    ],
)
def test_a_value_is_written_as_people_write_it(cell: ReportCell, words: str) -> None:
    with translation.override("id"):
        assert cell.words == words
