"""What comes out of the printer: sheets with heads, without the machine around them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.journeys.conftest import Visitor
from tests.journeys.layout import plant, settle
from tests.journeys.places import YEAR

pytestmark = pytest.mark.browser
# Words of controls: none of them means anything on paper.
CONTROLS = (
    "Invite",
    "Cancel",
    "Save this view",
    "Raise a change",
    "Drop files here",
    "Approve\n",
    "Reject\n",
    "Your decision",
    "Clear all",
    "Log out",
    "Keyboard",
    "Number, PO, part",
    "Undo",
    "Excel",
    "Plan an activity",
    "Rows per page",
)
# Address, heads of its tables that each of its pages with rows shows, and how many pages at most.
SHEETS = (
    ("/bom/700/", ("Part", "In one BOM", "Price", "Cost"), 3),
    ("/bom/700/compare/?only=all", ("Difference", "Qty before", "Qty after"), 2),
    ("/changes/64/", ("Part", "Manufacturer", "Unit price"), 2),
    ("/changes/", ("Number", "Status", "Net cost"), 5),
    ("/activities/", ("Activity", "Customer", "In charge"), 5),
    ("/activities/3/", ("Task", "In charge", "Status"), 2),
    ("/documents/", ("Type", "Size"), 2),
    (f"/reports/tasks/?{YEAR}", ("Task", "Customer", "In charge", "SPV"), 12),
    ("/changes/1/print/", ("CHANGE REQUEST",), 1),
    ("/", (), 4),
)


def printed(page: Any, folder: Path) -> list[str]:
    """The text of each page of paper."""
    target = folder / "sheet.pdf"
    page.pdf(path=target, prefer_css_page_size=True)
    with pypdfium2.PdfDocument(target) as paper:
        return [
            sheet.get_textpage().get_text_range().replace("\r\n", "\n")
            for sheet in paper
        ]


@pytest.mark.parametrize(("path", "heads", "most"), SHEETS)
def test_a_page_prints_as_a_sheet(
    visit: Callable[..., Visitor],
    tmp_path: Path,
    path: str,
    heads: tuple[str, ...],
    most: int,
) -> None:
    visitor = visit("rina")
    visitor.go(path)
    settle(visitor.page)
    sheets = printed(visitor.page, tmp_path)
    assert 1 <= len(sheets) <= most
    whole = "\n".join(sheets)
    assert [word for word in CONTROLS if word in whole] == []
    for head in heads:
        assert head in sheets[0], head
    if path == "/changes/" or path.startswith("/reports/tasks"):  # one long table
        for head in heads:
            assert all(head in sheet for sheet in sheets), head


@pytest.mark.parametrize(
    ("path", "width"), [("/bom/700/", 703), ("/changes/", 703), ("/activities/", 1032)]
)
def test_nothing_hangs_over_the_edge_of_the_paper(
    visit: Callable[..., Visitor], path: str, width: int
) -> None:
    visitor = visit("rina")
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media="print")
    visitor.go(path)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    rights = "[...document.querySelectorAll('main .card')].map(card => card.getBoundingClientRect().right)"
    assert max(page.evaluate(rights)) <= width
    row = page.locator("main tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).breakInside") == "avoid"


def test_paper_knows_nothing_of_the_width_of_a_phone(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    visitor = visit("rina")
    visitor.page.set_viewport_size({"width": 390, "height": 800})
    visitor.go("/changes/")
    settle(visitor.page)
    assert "Net cost" in printed(visitor.page, tmp_path)[0]


def test_a_control_on_paper_is_seen(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    """Sabotage: buttons that print again."""
    visitor = visit("rina")
    visitor.go("/changes/")
    plant(visitor.page, "@media print { .act, .btn { display: block !important } }")
    whole = "\n".join(printed(visitor.page, tmp_path))
    assert [word for word in CONTROLS if word in whole]
