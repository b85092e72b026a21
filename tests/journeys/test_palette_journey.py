"""Ctrl+K by the keyboard alone; without scripts the box leads to the search page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_a_record_is_opened_by_its_number_without_a_mouse(visit: Visit) -> None:
    rina = visit("rina")
    page, box = rina.page, rina.page.locator("#palette input")
    rina.go("/changes/64/")
    number = page.title().split()[0]
    rina.go("/")
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    # What was opened lately comes first.
    expect(page.locator("#palette [role=option]").first).to_contain_text(number)
    page.keyboard.type(number)
    marked = page.locator("#palette [aria-selected=true]")
    expect(marked).to_contain_text(number)
    expect(box).to_have_attribute(
        "aria-activedescendant", marked.get_attribute("id") or "?"
    )
    page.keyboard.press("Enter")
    page.wait_for_url("**/changes/64/")


def test_arrows_choose_and_escape_gives_the_page_back(visit: Visit) -> None:
    agus = visit("agus")
    page = agus.page
    agus.go("/inbox/")
    page.keyboard.press("/")
    options = page.locator("#palette [role=option]")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_a_verb_is_found_by_its_words(visit: Visit) -> None:
    agus = visit("agus", locale="id-ID")
    agus.go("/")
    agus.page.locator("[data-search]").click()
    agus.page.keyboard.type("plan an act")
    expect(agus.page.locator("#palette [aria-selected=true]")).to_have_text(
        re.compile("Plan an activity")
    )
    agus.page.keyboard.press("Enter")
    agus.page.wait_for_url("**/activities/new/")


def test_without_scripts_the_box_leads_to_the_search_page(visit: Visit) -> None:
    rina = visit("rina", java_script_enabled=False)
    rina.go("/")
    rina.page.fill("[data-search]", "busbar")
    rina.page.press("[data-search]", "Enter")
    rina.page.wait_for_url("**/search/?q=busbar")
    expect(rina.page.locator("main a[href^='/changes/']").first).to_be_visible()
