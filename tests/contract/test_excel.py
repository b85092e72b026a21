"""Every Excel file of the portal is one that can be handed on: titled, typed, filtered, summed, ready to print."""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import translation

from core.files import xlsx
from reports.catalogue import BY_SLUG
from tests.contract.world import World, make_world
from tests.people import Cast, content_of
from tests.security.authz import all_pages

pytestmark = pytest.mark.django_db
EXCEL = re.compile(r"/excel/$")
# Its rows come from the import of an old database, which this world has not (legacy/tests).
ELSEWHERE = "{switchRunId}"
MORE = (
    "/changes/excel/?report=increase&status=0",
    "/activities/excel/?report=tasks",
    "/changes/excel/?q=zzz-nothing",
)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
SUMMED = {"Net (Rp)", "Total hours", "Cost (Rp)", "Cost effect (Rp)"}


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def addresses(world: World) -> Iterator[str]:
    """Every page of the URLconf that answers with an Excel file, each report, and some filters."""
    for path, page in all_pages().items():
        is_plain = "<slug:" not in path and ELSEWHERE not in page.path
        if EXCEL.search(path) and is_plain:
            yield page.path.format(**world.ids)
    yield from (f"/reports/{slug}/excel/" for slug in BY_SLUG)
    yield from MORE


def opened(by: Client, path: str) -> Any:
    answer = by.get(path)
    assert answer.status_code == 200, path
    assert answer["Content-Type"] == xlsx.CONTENT_TYPE, path
    return openpyxl.load_workbook(BytesIO(content_of(answer))).active


def head_row(sheet: Any) -> int:
    """The row below which the window stays."""
    return int(re.sub(r"\D", "", sheet.freeze_panes)) - 1


def faults(sheet: Any) -> list[str]:
    """What a director would send back."""
    top = head_row(sheet)
    heads = [str(cell.value or "") for cell in sheet[top]]
    found = [
        (top < 4, "no title and filters above the head"),
        (not sheet["A1"].font.b, "the title is not bold"),
        (not all(cell.font.b for cell in sheet[top]), "a head that is not bold"),
        (not all(heads), "a column without a head"),
        (not sheet.auto_filter.ref, "no filter"),
        (not (sheet.auto_filter.ref or "").startswith(f"A{top}:"), "filter elsewhere"),
        (sheet.print_title_rows != f"${top}:${top}", "heads not on each page"),
        (sheet.page_setup.orientation != "landscape", "not across"),
        (sheet.page_setup.paperSize != xlsx.A4, "not A4"),
        (not sheet.sheet_properties.pageSetUpPr.fitToPage, "wider than the page"),
        (not sheet.oddFooter.center.text, "pages without a number"),
    ]
    return [words for is_wrong, words in found if is_wrong] + _of_cells(sheet, heads)


def _of_cells(sheet: Any, heads: list[str]) -> list[str]:
    found = []
    for row in sheet.iter_rows(min_row=head_row(sheet) + 1):
        widths = (sheet.column_dimensions[cell.column_letter].width for cell in row)
        for head, cell, width in zip(heads, row, widths, strict=False):
            found += [f"{head}: {words}" for words in _of_cell(cell, head, width)]
    last = [cell for cell in sheet[sheet.max_row] if cell.value is not None]
    is_named = any(cell.value == "Total" and cell.font.b for cell in last)
    if SUMMED & set(heads) and not is_named:
        found.append("no total that is called so")
    return found


def _of_cell(cell: Any, head: str, width: float) -> Iterator[str]:
    value = cell.value
    if isinstance(value, str):
        if ISO_DAY.fullmatch(value):
            yield "a day as text"
        if "(Rp)" in head and value != "Total":
            yield "money as text"
        if len(value) > width and not cell.alignment.wrap_text:
            yield "cut"
    if isinstance(value, datetime) and "mmm" not in cell.number_format:
        yield "a day as a number"
    if isinstance(value, float) and cell.number_format == "General":
        yield "a number without a format"


def test_every_file_can_be_handed_on(world: World, sandbox: Any) -> None:
    by = world.cast.browser("rina")
    by.cookies["django_language"] = "en"
    bad = {path: faults(opened(by, path)) for path in addresses(world)}
    assert len(bad) > 15
    assert {path: words for path, words in bad.items() if words} == {}


def test_heads_and_titles_are_in_the_reader_s_language(
    world: World, sandbox: Any
) -> None:
    by = world.cast.browser("rina")
    english = {path: _texts(by, path, "en") for path in addresses(world)}
    indonesian = {path: _texts(by, path, "id") for path in addresses(world)}
    assert [path for path in english if english[path] == indonesian[path]] == []


def _texts(by: Client, path: str, language: str) -> list[object]:
    by.cookies["django_language"] = language
    with translation.override(language):
        sheet = opened(by, path)
    return [sheet["A1"].value, *(cell.value for cell in sheet[head_row(sheet)])]


def test_the_filters_and_who_asked_stand_above(world: World, sandbox: Any) -> None:
    by = world.cast.browser("rina")
    by.cookies["django_language"] = "en"
    sheet = opened(by, "/changes/excel/?status=0&q=mccb")
    above = [sheet.cell(row, 1).value for row in range(1, head_row(sheet))]
    assert above[0] == "ECN and CCN"
    assert above[1] == "Search: mccb · Status: Pending"
    assert world.cast.rina.name in above[2]


def test_a_file_without_its_title_would_be_noticed() -> None:
    with xlsx.write_workbook("T", ["A", "Net (Rp)"], [["2026-01-07", 1.5]]) as file:
        found = faults(openpyxl.load_workbook(file).active)
    assert "no title and filters above the head" in found
    assert "A: a day as text" in found
    assert "no total that is called so" in found
