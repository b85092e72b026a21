"""The one writer of Excel files."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.common.xlsx import (
    CONTENT_TYPE,
    ILLEGAL,
    workbook_response,
    write_workbook,
)


def written(rows: list[list[object]], **more: Any) -> Any:
    """The first sheet, read again."""
    with write_workbook("Report", ["A", "B"], rows, **more) as file:
        return load_workbook(io.BytesIO(file.read())).worksheets[0]


def test_values_keep_their_type() -> None:
    moment = datetime(2026, 1, 7, 0, 30, tzinfo=UTC)
    sheet = written([[1, Decimal("1.5")], [date(2026, 1, 7), moment], [None, True]])
    assert [cell.value for cell in sheet[1]] == ["A", "B"]
    assert [cell.value for cell in sheet[2]] == [1, 1.5]
    assert sheet["A3"].value.date() == date(2026, 1, 7)
    assert sheet["B3"].value == datetime(2026, 1, 7, 7, 30)  # noqa: DTZ001 - Jakarta's clock
    assert [cell.value for cell in sheet[4]] == [None, True]


def test_the_head_stands_still_and_columns_have_their_width() -> None:
    sheet = written([], widths=(10, 30))
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["B"].width == 30
    assert sheet.title == "Report"


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40), st.sampled_from("=+-@\t\r\n"))
def test_no_text_is_a_formula_or_breaks_the_file(text: str, first: str) -> None:
    sheet = written([[first + text, object()]])
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(
    "text", ["=1+1", "\x00=1+1", "\ufffe=1+1", "#N/A", "#REF!", "#1", "=", "\x01"]
)
def test_what_a_library_might_guess_stays_text(text: str) -> None:
    sheet = written([[text, Path(text.strip("\x00"))]])
    kinds = {cell.data_type for cell in sheet[2]}
    assert not kinds & {"f", "e"}, kinds
    assert sheet["A2"].value == (ILLEGAL.sub("", text) or None)


def test_it_goes_out_as_a_download() -> None:
    file = write_workbook("T", [], [])
    answer = workbook_response("Report.xlsx", file)
    assert answer["Content-Type"] == CONTENT_TYPE
    assert 'filename="Report.xlsx"' in answer["Content-Disposition"]
    file.close()
