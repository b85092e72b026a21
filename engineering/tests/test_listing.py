"""Lists of changes: their order, their sums, their words, what they cost, and as Excel."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from core.accounts.models import User
from core.files.xlsx import write_columns
from engineering import exports
from engineering.filters import ChangeFilter, above_threshold
from engineering.models import ChangeNotice, Configuration
from engineering.queries.listing import (
    SHOWN,
    SORTS,
    found_changes,
    rows_for_list,
    sorted_changes,
    totals_of,
)
from engineering.queries.print_form import SIGNATURES, TEXTS, print_form
from engineering.queries.record import attachment_names, change_record
from engineering.queries.thresholds import threshold
from engineering.services import decide_change, withdraw_change
from engineering.tests.conftest import a_change
from engineering.views.changes import add_labels
from engineering.views.filter_chips import chips
from tests.excel import records_of
from tests.factories import a_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def four(agus: User, rina: User) -> dict[str, ChangeNotice]:
    """Four changes of which no order is that of another."""
    rows = {
        "a": ("2026-03-01", "PO-9", 500),
        "b": ("2026-01-01", "PO-1", -10),
        "c": ("2026-02-01", "PO-5", 9000),
        "d": ("2026-01-01", "PO-1", 500),
    }
    made = {}
    for name, (day, order, net) in rows.items():
        change = a_change(agus, date=date.fromisoformat(day), po_number=order)
        ChangeNotice.objects.filter(pk=change.pk).update(net=net)
        made[name] = change
    decide_change(change_id=made["a"].pk, by=rina, status=1)
    decide_change(change_id=made["c"].pk, by=rina, status=2, remark="x")
    return made


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", "dcba"),
        ("nonsense", "dcba"),
        ("number", "abcd"),
        ("-number", "dcba"),
        ("date", "bdca"),
        ("-date", "acdb"),
        ("status", "bdac"),
        ("-status", "cadb"),
        ("net", "badc"),
        ("-net", "cdab"),
        ("po", "bdca"),
        ("-po", "acdb"),
        ("customer", "dcba"),
        ("--date", "acdb"),
    ],
)
def test_a_list_comes_in_one_order_also_where_values_are_equal(
    four: dict[str, ChangeNotice], sort: str, order: str
) -> None:
    names = {change.pk: name for name, change in four.items()}
    rows = sorted_changes(ChangeNotice.objects.all(), sort)
    assert "".join(names[row.pk] for row in rows) == order
    assert sort.lstrip("-") in {*SORTS, "", "nonsense", "customer"}


def test_sums_are_over_the_whole_list_and_asked_once(
    four: dict[str, ChangeNotice],
) -> None:
    rows = ChangeNotice.objects.all()
    with CaptureQueriesContext(connection) as queries:
        found = totals_of(rows)
    assert (found.count, found.waiting, found.net) == (4, 2, Decimal(9990))
    assert found.increase == 4 * Decimal(8_340_000)
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        assert totals_of(rows.order_by("net")) == found
    assert len(queries) <= 2
    nothing = totals_of(ChangeNotice.objects.filter(pk=0))
    assert (nothing.count, nothing.net, nothing.waiting) == (0, Decimal(0), 0)


@pytest.mark.parametrize("count", [1, 7])
def test_a_page_of_the_list_costs_one_query(agus: User, count: int) -> None:
    for _each in range(count):
        a_change(agus)
    Configuration.objects.create(name="CCNThreshold", value=1)
    with CaptureQueriesContext(connection) as queries:
        rows = list(rows_for_list(ChangeNotice.objects.all()))
        add_labels(rows)
        for row in rows:
            assert [getattr(row, name) is None for name in SHOWN].count(True) <= 3
            assert str(row.title)
    assert len(queries) == 2
    assert {row.item_count for row in rows} == {2}  # type: ignore[attr-defined]


def test_a_row_counts_its_living_lines_and_says_whether_there_is_a_file(
    agus: User,
) -> None:
    plain, filed = a_change(agus), a_change(agus)
    filed.items.order_by("pk")[0].delete()
    filed.items.update(deleted_at=timezone.now())
    file = a_file(filed, agus)
    rows: dict[int, Any] = {
        row.pk: row for row in rows_for_list(ChangeNotice.objects.all())
    }
    found = {key: (row.item_count, row.has_file) for key, row in rows.items()}
    assert found == {plain.pk: (2, False), filed.pk: (None, True)}
    assert attachment_names([file.stored_name, "attachments/x"]) == {file.stored_name}


@pytest.mark.parametrize(
    ("text", "count"), [("", 1), ("   ", 1), ("mccb", 1), ("zz", 0)]
)
def test_a_search_never_finds_what_was_withdrawn(
    agus: User, text: str, count: int
) -> None:
    a_change(agus)
    withdraw_change(change_id=a_change(agus).pk, by=agus)
    assert found_changes(text).count() == count


@pytest.mark.parametrize(
    ("row", "net", "decrease"),
    [
        (None, 5_000_000, 0),
        (None, 5_000_001, 0),
        ({"value": 100}, 100, 0),
        ({"value": 100}, 101, 50),
        ({"value": 100, "percentage": 10, "by_value_percentage": "Percent"}, 11, 100),
        ({"value": 100, "percentage": 10, "by_value_percentage": "Percent"}, 10, 100),
        ({"value": 100, "percentage": 10, "by_value_percentage": "Percent"}, 101, 0),
        ({"value": 100, "percentage": 10, "by_value_percentage": "Percent"}, 99, 0),
        ({"value": 100, "percentage": "0.5", "by_value_percentage": "Percent"}, 1, 199),
        ({"value": None, "by_value_percentage": "By Value"}, 5_000_001, 0),
    ],
    ids=str,
)
def test_the_filter_the_page_and_the_record_point_out_the_same(
    change: ChangeNotice, agus: User, row: Any, net: int, decrease: int
) -> None:
    if row is not None:
        Configuration.objects.create(name="CCNThreshold", **row)
    ChangeNotice.objects.update(net=net, decrease=decrease)
    change.refresh_from_db()
    is_above = threshold().is_broken_by(change)
    assert ChangeNotice.objects.filter(above_threshold()).exists() is is_above
    listed = list(rows_for_list(ChangeNotice.objects.all()))
    add_labels(listed)
    assert listed[0].is_above is is_above  # type: ignore[attr-defined]
    assert change_record(change, agus).is_above_threshold is is_above


# --- Excel --------------------------------------------------------------------------------------


def sheet(columns: Any, rows: Any) -> list[list[Any]]:
    """Cells as a spreadsheet program reads them; columns that are made when they are asked for."""
    with write_columns("T", columns(), exports.each_change(rows)) as file:
        made: Any = openpyxl.load_workbook(file).active
        return [list(row) for row in records_of(made)]


def test_the_list_in_excel_says_who_decided_and_what_it_costs(
    agus: User, rina: User
) -> None:
    change = a_change(agus, customer="=PT", po_number="PO-7", project_name="Gardu")
    open_one = a_change(agus)
    decide_change(change_id=change.pk, by=rina, status=2, remark="mahal")
    rows = ChangeNotice.objects.order_by("pk")
    with translation.override("en"):
        head, first, second = sheet(exports.list_columns, rows)
    told = dict(zip(head, first, strict=True))
    assert (told["Number"], told["ID"]) == (change.number, change.pk)
    assert (told["Customer"], told["PO number"]) == ("=PT", "PO-7")
    assert (told["Status"], told["Decided by"], told["Remark"]) == (
        "Rejected",
        "Rina",
        "mahal",
    )
    costs = [told[name] for name in ("Increase (Rp)", "Decrease (Rp)", "Net (Rp)")]
    assert costs == [8_340_000, 1_350_000, 6_990_000]
    waiting = dict(zip(head, second, strict=True))
    assert (waiting["ID"], waiting["Decided by"]) == (open_one.pk, None)
    assert waiting["Decided on"] is None


def test_the_names_of_deciders_are_read_once(agus: User, rina: User) -> None:
    for _each in range(4):
        decide_change(change_id=a_change(agus).pk, by=rina, status=1)
    with CaptureQueriesContext(connection) as queries:
        sheet(exports.list_columns, ChangeNotice.objects.all())
    assert len(queries) == 3  # rows, names, and those for whom a substitute decided


@pytest.mark.parametrize(
    ("language", "head"), [("en", "Customer name"), ("id", "Nama customer")]
)
def test_the_report_counts_its_rows_anew_each_time(
    agus: User, language: str, head: str
) -> None:
    for kind in (1, 0):
        a_change(agus, kind=kind)
    for _each in range(2):
        with translation.override(language):
            rows = sheet(exports.report_columns, ChangeNotice.objects.order_by("pk"))
        assert rows[0][4] == head
        assert [row[0] for row in rows[1:]] == [1, 2]
        assert [row[6] for row in rows[1:]] == ["CCN", "ECN"]


# --- Chips, record, print ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "is_on"), [("", False), ("above=true", True), ("above=false", False)]
)
def test_the_threshold_chip_is_a_switch(rina: User, query: str, is_on: bool) -> None:
    request = RequestFactory().get(f"/changes/?{query}")
    chosen = ChangeFilter(request.GET, queryset=ChangeNotice.objects.all())
    assert chosen.is_valid()
    found = {chip.name: chip for chip in chips(request.GET, chosen)}
    above = found["above"]
    assert above.is_switch
    assert len(above.options) == 1
    years = [option.label for option in found["year"].options]
    this = timezone.localdate().year
    assert [str(this - n) for n in range(6)] == [
        each for each in years if each.isdigit()
    ]
    if is_on:
        assert above.value


@pytest.mark.parametrize(
    ("fields", "boxes"),
    [
        ({}, []),
        ({"has_po": False, "impact_risk": "R"}, ["Tidak", "R"]),
        (
            {"justification": "J", "customer_pays": True, "customer_reference": "REF"},
            ["Ya", "REF", "J"],
        ),
    ],
)
def test_boxes_that_were_filled_in_are_shown_short_ones_first(
    agus: User, fields: dict[str, Any], boxes: list[str]
) -> None:
    change = a_change(agus, **fields)
    with translation.override("id"):
        found = change_record(change, agus).boxes
    assert [str(box["value"]) for box in found] == boxes


def test_the_record_knows_its_step_and_its_lines_without_a_price(
    change: ChangeNotice, agus: User, rina: User
) -> None:
    change.items.filter(direction=1).update(snapshot_price=None)
    record = change_record(change, rina)
    assert (record.unpriced, record.step, record.step_count) == (1, 1, 1)
    assert [(each.person, each.decision) for each in record.approvers] == [(rina, None)]
    assert (record.may_decide, record.may_edit, record.is_author) == (True, True, False)
    mine = change_record(change, agus)
    assert (mine.may_decide, mine.may_edit, mine.is_author) == (False, True, True)


def test_the_printed_form_takes_the_texts_that_somebody_set(
    change: ChangeNotice, rina: User
) -> None:
    form = print_form(change)
    assert (form.texts, form.signatures) == (TEXTS, SIGNATURES)
    assert (form.missing, form.decisions) == (["Rina"], [])
    now = datetime.now(UTC)
    for name, text, gone in (
        ("PrintCompany", "PT Panel", None),
        ("PrintRevision", "", None),
        ("PrintDepartment", "QA", now),
        ("Other", "x", None),
    ):
        Configuration.objects.create(name=name, text=text, deleted_at=gone)
    change.items.filter(direction=1).update(deleted_at=now)
    decide_change(change_id=change.pk, by=rina, status=1)
    change.refresh_from_db()
    form = print_form(change)
    assert form.texts == TEXTS | {"PrintCompany": "PT Panel"}
    assert (form.missing, len(form.items)) == ([], 1)
    assert [row.approver for row in form.decisions] == [rina]
