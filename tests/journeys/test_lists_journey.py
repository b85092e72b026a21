"""A list worked by keys and by whole rows, a view that opens it, and one sheet of filters on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_keys_walk_and_open(visit: Visit) -> None:
    rina = visit("rina")
    page = rina.page
    rina.go("/changes/?sort=number")
    page.locator("#change-body tr").first.wait_for()
    for key in ("j", "j", "ArrowDown", "k"):
        page.keyboard.press(key)
    expect(page.locator("#change-body tr:focus-within")).to_have_count(1)
    second = page.locator("#change-body tr").nth(1)
    expect(second.locator("td a").first).to_be_focused()
    number = second.locator("td a").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/changes/\d+/$"))
    assert number in page.title()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Next and previous row")


def test_the_whole_row_opens(visit: Visit) -> None:
    rina = visit("rina")
    rina.go("/bom/")
    rina.page.locator("#bom-body tr").first.locator("td.nowrap").click()
    rina.page.wait_for_url(re.compile(r"/bom/\d+/$"))


def test_a_view_is_saved_opens_the_list_and_is_removed(visit: Visit) -> None:
    agus = visit("agus")
    page = agus.page
    agus.go("/changes/?status=0")
    page.locator("summary", has_text="Views").click()
    page.fill("#view-name-changes", "Menunggu")
    page.get_by_label("Open the list with it").check()
    page.locator(".view-form .btn.main").first.click()
    page.wait_for_url("**/changes/?status=0")
    agus.go("/changes/")
    page.wait_for_url("**/changes/?status=0")
    expect(page.locator(".chip.view.on")).to_have_text(re.compile("Menunggu"))
    page.locator("summary", has_text="Views").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    agus.go("/changes/")
    expect(page.locator(".chip.view")).to_have_count(0)


def test_columns_are_chosen_and_the_foot_still_fits(visit: Visit) -> None:
    hendi = visit("hendi")
    page = hendi.page
    hendi.go("/changes/")
    page.locator("summary", has_text="Columns").click()
    page.get_by_label("PO", exact=True).uncheck()
    page.locator(".columns-menu .btn.main").click()
    page.wait_for_url("**/changes/?view=all")
    expect(page.get_by_role("columnheader", name="PO")).to_be_hidden()
    page.locator("#change-totals td.n").wait_for()
    head = page.locator("#change-table thead th").last.bounding_box()
    foot = page.locator("#change-totals td.n").bounding_box()
    assert head is not None
    assert foot is not None
    assert abs(head["x"] + head["width"] - foot["x"] - foot["width"]) < 2


LINES = """() => new Set([...document.querySelectorAll(".chips .chip")]
    .filter((chip) => chip.checkVisibility() && !chip.closest(".menu-body"))
    .map((chip) => Math.round(chip.getBoundingClientRect().bottom / 8))).size"""


@pytest.mark.parametrize("place", ["/changes/", "/activities/", "/bom/", "/documents/"])
def test_the_filters_take_two_lines_at_most(visit: Visit, place: str) -> None:
    rina = visit("rina")
    rina.go(place)
    assert 1 <= rina.page.evaluate(LINES) <= 2


@pytest.mark.parametrize("width", [1280, 390])
def test_rare_filters_stand_behind_one_chip_that_counts(
    visit: Visit, width: int
) -> None:
    """A period with a name is one filter, though it is written as two days."""
    rina = visit("rina", has_touch=width < 700)
    rina.page.set_viewport_size({"width": width, "height": 844})
    rina.go("/changes/?priority=1&since=2026-03-02&until=2026-03-20")
    page = rina.page
    if width < 700:
        page.locator("button.sheet-opener").click()
    more = page.locator(".more-filters > summary")
    expect(more.locator("b")).to_have_text("3")
    year = page.locator(".more-filters summary", has_text="Year")
    expect(year).to_be_hidden()
    more.click()
    year.click()
    page.locator(".more-filters a", has_text="2026").first.click()
    page.wait_for_url("**year=2026**")
    if width < 700:
        page.locator("button.sheet-opener").click()
    expect(page.locator(".more-filters > summary b")).to_have_text("4")


def test_a_phone_filters_and_orders_in_one_sheet(visit: Visit) -> None:
    rina = visit("rina", has_touch=True)
    page = rina.page
    page.set_viewport_size({"width": 390, "height": 844})
    rina.go("/changes/")
    expect(page.locator("#change-filters")).to_be_hidden()
    page.locator(".sheet-opener").click()
    page.locator("#change-filters summary", has_text="Order").click()
    page.get_by_role("link", name="Net cost ↓").click()
    page.wait_for_url("**/changes/?sort=-net")
    expect(page.locator("#change-filters")).to_be_hidden()
