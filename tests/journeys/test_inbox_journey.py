"""The inbox worked by keys beside its records, many rows at once, home as one likes it, the bell's panel."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
OPEN = "#inbox-rows li[aria-current]"


def test_the_inbox_shows_a_record_decides_it_and_goes_on(visit: Visit) -> None:
    rina = visit("rina")
    page = rina.page
    rina.go("/inbox/?only=decisions")
    expect(page.locator("#preview")).to_contain_text("Choose a row")
    page.keyboard.press("j")
    expect(page.locator(OPEN)).to_have_count(1)
    first = page.locator(OPEN).get_attribute("data-ref")
    expect(page.locator("#preview #change-record")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(f"{OPEN}:not([data-ref='{first}'])")).to_have_count(1)
    second = page.locator(OPEN)
    ref, title = second.get_attribute("data-ref"), second.locator("a").first
    expect(page.locator("#preview h1")).to_have_text(title.inner_text())
    assert f"open={ref}" in page.url.replace("%3A", ":")
    page.keyboard.press("e")
    expect(page.locator("#toasts")).to_contain_text("You approved")
    expect(page.locator(f"[data-ref='{ref}']")).to_have_count(0)
    expect(page.locator(f"{OPEN} > span a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(changes|bom)/\d+/$"))


def test_without_scripts_and_on_a_phone_a_row_opens_too(visit: Visit) -> None:
    hendi = visit("hendi", java_script_enabled=False)
    hendi.go("/inbox/?only=signatures")
    ref = hendi.page.locator("#inbox-rows li").first.get_attribute("data-ref")
    hendi.go(f"/inbox/?only=signatures&open={ref}")
    expect(hendi.page.locator("#preview #task-record")).to_be_visible()
    phone = visit("rina", has_touch=True).page
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(hendi.portal.url + "/inbox/?only=decisions")
    phone.locator("#inbox-rows li a").first.click()
    phone.wait_for_url(re.compile(r"/(changes|bom)/\d+/$"))
    bar = phone.locator(".decide-bar").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] < 844
    cards = phone.locator(".sheet .card")
    names = cards.evaluate_all(
        "all => all.sort((a, b) => a.getBoundingClientRect().y - b.getBoundingClientRect().y)"
        ".map(each => each.className)"
    )
    assert next(n for n, name in enumerate(names) if "decide-card" in name) > 1


def test_many_rows_are_ticked_worked_and_told(visit: Visit) -> None:
    rina = visit("rina")
    page = rina.page
    rina.go("/activities/overdue/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#bulk output")).to_have_text("2 ticked")
    expect(page.locator("#bulk-day")).to_be_hidden()
    page.select_option("#bulk-verb", "move")
    page.fill("#bulk-day", "2030-05-06")
    page.locator("#bulk .btn.main").click()
    expect(page.locator("#bulk-result h2")).to_contain_text("2 rows done")
    page.locator("[data-tick-all] input").check()
    every = page.locator("[name=pick]").count()
    expect(page.locator("#bulk output")).to_have_text(f"{every} ticked")
    page.select_option("#bulk-verb", "export")
    with page.expect_download() as file:
        page.locator("#bulk .btn.main").click()
    assert file.value.suggested_filename == "Tasks.xlsx"
    hendi = visit("hendi")
    page = hendi.page
    hendi.go("/changes/?status=0")
    page.locator("[name=pick]").last.check()
    page.select_option("#bulk-verb", "approve")
    page.locator("#bulk .btn.main").click()
    expect(page.locator("#bulk-result")).to_contain_text("not opened")
    expect(page.locator("[name=pick]").last).to_be_checked()


def test_many_rows_without_scripts(visit: Visit) -> None:
    hendi = visit("hendi", java_script_enabled=False)
    page = hendi.page
    hendi.go("/activities/overdue/")
    page.locator("[name=pick]").nth(3).check()
    page.select_option("#bulk-verb", "assign")
    page.locator("#bulk .btn.main").click()
    expect(page.locator("main")).to_contain_text("Choose the person who takes over")
    expect(page.locator("[name=pick]").nth(3)).to_be_checked()
    page.select_option("#bulk-verb", "assign")
    page.select_option("#bulk-person", label="Hendi Saputra")
    page.locator("#bulk .btn.main").click()
    expect(page.locator("#bulk-result h2")).to_contain_text("1 row done")


def test_home_is_arranged_and_the_bell_opens_a_panel(visit: Visit) -> None:
    agus = visit("agus")
    page = agus.page
    agus.go("/?arrange")
    page.get_by_role("button", name="Up: Just now").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Hide: Figures").click()
    agus.go("/")
    parts = page.locator("[id^=home-]").evaluate_all("all => all.map(each => each.id)")
    assert parts.index("home-recent") == 2
    assert "home-moved" not in parts
    page.locator(".bell[data-panel]").first.click()
    panel = page.locator("#notice-panel")
    expect(panel).to_be_visible()
    expect(panel.locator("a, button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.route("**/panel/**", lambda route: route.fulfill(status=404))
    page.locator(".bell[data-panel]").first.click()
    page.wait_for_url("**/notifications/")
