"""Cells of their type, in the department's format."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils.translation import gettext_lazy, override

from core.files.xlsx import Column, TotalRow, write_columns, write_workbook

HEADS = ["Nama", "Net (Rp)", "Tanggal", "Jam", "Saat"]
ROWS = [
    ["x", Decimal("25679150.50"), date(2026, 1, 7), Decimal("7.25"), None],
    ["y", Decimal("100.00"), None, Decimal(8), datetime(2026, 1, 6, 20, 2, tzinfo=UTC)],
    TotalRow(["Total", Decimal("25679250.50"), None, Decimal("15.25"), None]),
]


@pytest.fixture
def sheet() -> Any:
    """As a spreadsheet program reads it."""
    with write_workbook("T", HEADS, ROWS, (10, 10, 10, 10, 10)) as file:
        return openpyxl.load_workbook(file).active


def test_amounts_days_and_hours_are_cells_of_their_type(sheet: Any) -> None:
    first, second = list(sheet.iter_rows(min_row=2, max_row=3))
    assert (first[1].value, first[1].number_format) == (25679150.5, "#,##0.00")
    assert (second[1].value, second[1].number_format) == (100, "#,##0")
    assert first[2].value == datetime(2026, 1, 7)  # noqa: DTZ001 - a cell has no zone
    assert first[2].number_format == "dd mmm yyyy"
    assert (first[3].value, first[3].number_format) == (7.25, "#,##0.0#")
    assert second[4].value == datetime(2026, 1, 7, 3, 2)  # noqa: DTZ001
    assert second[4].number_format == "dd mmm yyyy hh:mm"


def test_a_column_is_its_head_its_width_and_its_cell() -> None:
    columns: list[Column[str]] = [
        Column(gettext_lazy("Name"), 30, str.title),
        Column("Length", 8, len),
    ]
    with override("id"):
        file = write_columns("T", columns, iter(["mccb", "relay"]), total=["Total", 9])
    with file:
        made: Any = openpyxl.load_workbook(file).active
    assert [[cell.value for cell in row] for row in made.iter_rows()] == [
        ["Nama", "Length"],
        ["Mccb", 4],
        ["Relay", 5],
        ["Total", 9],
    ]
    assert made.column_dimensions["A"].width == 30
    assert made["A4"].font.b
    assert not made["A3"].font.b


def test_the_head_filters_stays_and_is_printed_on_each_page(sheet: Any) -> None:
    assert sheet.auto_filter.ref == "A1:E3"  # without the totals, which no filter hides
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_totals_are_called_so_and_bold(sheet: Any) -> None:
    last = next(iter(sheet.iter_rows(min_row=4, max_row=4)))
    assert last[0].value == "Total"
    assert all(cell.font.b for cell in (last[0], last[1], last[3]))
    assert last[1].number_format == "#,##0.00"


def sheet_of(file: Any) -> Any:
    """The one sheet of a file."""
    return openpyxl.load_workbook(file).active


def cell(value: object, head: str = "Nama") -> Any:
    """The cell that a value becomes."""
    with write_workbook("T", [head], [[value]]) as file:
        return sheet_of(file)["A2"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "#N/A", "#REF!", "=HYPERLINK(x)", "007", "1e3"],
)
def test_a_text_is_a_text_whatever_it_looks_like(text: str) -> None:
    found = cell(text)
    assert (found.value, found.data_type) == (text, "s")


@pytest.mark.parametrize("text", ["=1+1", "#N/A"])
def test_neither_a_head_nor_a_total_becomes_a_formula(text: str) -> None:
    with write_workbook("T", [text], [TotalRow([text])]) as file:
        made: Any = openpyxl.load_workbook(file).active
    for place in ("A1", "A2"):
        assert (made[place].value, made[place].data_type) == (text, "s")
        assert made[place].font.b


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x0bc", "abc"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\ud800b\uffff", "ab"),
        ("x" * 32_767, "x" * 32_767),
        ("x" * 32_768, "x" * 32_767),
        ("😀", "😀"),
    ],
    ids=["control", "lines", "no letter", "longest", "too long", "picture"],
)
def test_what_a_cell_cannot_hold_is_left_out(text: str, kept: str) -> None:
    assert cell(text).value == kept


@pytest.mark.parametrize(
    ("value", "head", "shape"),
    [
        (5, "Jumlah", "General"),
        (5, "Net (Rp)", "#,##0"),
        (Decimal("5.00"), "Net (Rp)", "#,##0"),
        (5.01, "Net (Rp)", "#,##0.00"),
        (5.0, "Net (Rp)", "#,##0"),
        (Decimal(5), "Jam", "#,##0.0#"),
        (0.5, "Jam", "#,##0.0#"),
        (True, "Net (Rp)", "General"),
    ],
)
def test_a_number_has_the_format_of_its_column(
    value: Any, head: str, shape: str
) -> None:
    found = cell(value, head)
    assert (found.value, found.number_format) == (value, shape)


def test_nothing_is_an_empty_cell_and_other_things_are_their_text() -> None:
    assert cell(None).value is None
    assert cell(gettext_lazy("Name")).value in {"Nama", "Name"}


def test_a_row_may_be_shorter_or_longer_than_the_head() -> None:
    with write_workbook("T", ["A (Rp)", "B"], [[1], [1, 2, 3]]) as file:
        made: Any = openpyxl.load_workbook(file).active
    rows = [[each.value for each in row] for row in made.iter_rows(min_row=2)]
    assert rows == [[1, None, None], [1, 2, 3]]
    assert made.auto_filter.ref == "A1:B3"


def test_a_long_title_is_cut_to_what_a_sheet_may_be_called() -> None:
    with write_workbook("x" * 32, ["A"], []) as file:
        book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["x" * 31]
    assert book.worksheets[0].max_row == 1
