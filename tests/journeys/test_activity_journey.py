"""From an empty form to a complete task: planned, done, done, done, each heard of live."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
LIVE_MS = 4000


def add_person(page: Any, words: str) -> None:
    """Type a part of a name into the last task and take the person."""
    box = page.locator("#lines [data-add-person]").last
    box.fill(words)
    box.press("Enter")


def plan(visitor: Visitor, title: str) -> str:
    """Plan by keyboard: two tasks of Agus, the second added with Alt+Enter; the activity's path."""
    page = visitor.page
    visitor.go("/activities/new/")
    page.fill("[name=description]", title)
    page.select_option("[name=kind]", label="Others")
    page.fill("[name=customer]", "PT Contoh")
    page.get_by_role("button", name="Add a task").click()
    first = page.locator("#lines [data-line]").first
    first.locator("textarea").fill("Gambar SLD")
    first.locator("[name$=starts]").fill("2026-03-17")
    first.locator("[name$=ends]").fill("2026-03-19")
    first.locator("[name$=hours]").fill("6,5")
    add_person(page, "agus")
    expect(first.locator("[data-people] li")).to_have_count(1)
    first.locator("textarea").press("Alt+Enter")
    page.keyboard.type("Layout")
    expect(page.locator("#lines [data-line]")).to_have_count(2)
    expect(page.locator("[data-sum=hours]")).to_have_text(re.compile("6.5"))
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    return str(page.url).removeprefix(visitor.portal.url)


def test_plan_done_done_done(visit: Visit) -> None:
    hendi, agus, rina = visit("hendi"), visit("agus"), visit("rina")
    agus.go("/")
    record = plan(hendi, "Perjalanan tiga tanda tangan")

    # Agus hears of it on an open page; it is late, so that signing asks why.
    line = agus.page.locator("#home-mine li", has_text="Gambar SLD").filter(
        has_text="Perjalanan tiga"
    )
    expect(line).to_be_visible(timeout=LIVE_MS)
    rina.go(record)
    line.locator("summary", has_text="Done").click()
    line.get_by_label("Why is it late?").select_option(index=1)
    line.get_by_role("button", name="Sign").click()
    expect(agus.page.locator("#toasts")).to_contain_text("You signed")

    # Hendi's open record moves by itself; Hendi signs as SPV there.
    row = hendi.page.locator("tr", has_text="Gambar SLD")
    row.get_by_role("button", name="Sign (SPV)").click(timeout=LIVE_MS * 2)
    expect(row).to_contain_text("Waiting for Manager")

    # Rina finds it in her inbox and signs; the chain can be read.
    rina.go("/inbox/")
    task = rina.page.locator("li", has_text="Gambar SLD").filter(
        has_text="Perjalanan tiga"
    )
    rina.go(str(task.get_by_role("link", name="Gambar SLD").get_attribute("href")))
    rina.page.get_by_role("button", name="Sign", exact=True).click()
    chain = rina.page.locator(".chain")
    expect(chain.locator("li.done")).to_have_count(3)
    expect(chain).to_contain_text("Agus")
    expect(hendi.page.locator("tr", has_text="Gambar SLD")).to_contain_text(
        "Complete", timeout=LIVE_MS * 2
    )

    # The manager takes the last one back.
    rina.page.locator(".chain summary").click()
    rina.page.fill(".chain [name=reason]", "salah gambar")
    rina.page.get_by_role("button", name="Take the signature back").click()
    expect(rina.page.locator("main")).to_contain_text("salah gambar")


def test_the_ticked_tasks_are_signed_together(visit: Visit) -> None:
    hendi, agus = visit("hendi"), visit("agus")
    for name in ("Centang satu", "Centang dua"):
        plan(hendi, name)
    agus.go("/inbox/?only=signatures")
    rows = agus.page.locator("#inbox-rows li", has_text="Centang")
    before = rows.count()
    assert before >= 2
    for place in (0, 1):
        rows.nth(place).get_by_role("checkbox").check()
    expect(agus.page.locator("#bulk output")).to_have_text("2 ticked")
    agus.page.select_option("#bulk-verb", "sign")
    agus.page.locator("#bulk .btn.main").click()
    expect(agus.page.locator("#bulk-result h2")).to_contain_text("2 rows done")
    expect(rows).to_have_count(before - 2)


def test_a_template_a_move_and_an_undo(visit: Visit) -> None:
    hendi = visit("hendi")
    page = hendi.page
    hendi.go("/activities/new/")
    page.fill("[name=description]", "Dari template")
    page.get_by_role("button", name="Append").click()
    expect(page.locator("[data-plan-note]")).to_contain_text("Choose a template")
    page.select_option("#plan", index=1)
    page.get_by_role("button", name="Append").click()
    lines = page.locator("#lines [data-line]:visible")
    expect(lines.first).to_be_visible()
    count = lines.count()
    assert lines.first.locator("[name$=starts]").input_value()
    title = lines.first.locator("textarea").input_value()
    if count > 1:
        lines.first.locator("[data-down]").click()
        expect(lines.nth(1).locator("textarea")).to_have_value(title)
    lines.last.locator("[data-remove-line]").click()
    expect(lines).to_have_count(count - 1)
    page.locator(".gone button").click()
    expect(lines).to_have_count(count)
    page.get_by_role("button", name="Replace").click()
    expect(lines).to_have_count(count)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    expect(page.locator("table.tasks tbody tr")).to_have_count(count)


def test_what_is_typed_is_kept_over_a_refusal_and_a_leave_is_warned_of(
    visit: Visit,
) -> None:
    hendi = visit("hendi")
    page = hendi.page
    hendi.go("/activities/new/")
    page.fill("[name=description]", "Belum tersimpan")
    page.get_by_role("button", name="Add a task").click()
    page.locator("#lines textarea").fill("Tugas")
    page.locator("#lines [name$=starts]").fill("2026-03-19")
    page.locator("#lines [name$=ends]").fill("2026-03-17")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errors")).to_be_visible()
    expect(page.locator("#lines textarea")).to_have_value("Tugas")
    # What is typed before the scripts run is what they take for the page's own.
    page.wait_for_load_state("load")
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.click("[name=description]")
    page.keyboard.type("Berubah")
    hendi.go("/activities/")
    assert asked == ["beforeunload"]
