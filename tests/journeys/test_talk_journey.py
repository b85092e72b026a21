"""A question beside a change, from the manager to an engineer and back, while both look on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
LIVE_MS = 4000
RECORD, TALK = "/changes/64/", "/talk/change/64/"


def ask(page: Any, text: str) -> None:
    """A question to Agus, on the page of the talk."""
    page.fill("#talk_text", text)
    page.select_option("#talk_person", label="Agus Wijaya")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile(r"/changes/64/#comment-\d+$"))


def test_a_question_is_asked_seen_at_once_and_answered(visit: Visit) -> None:
    rina, agus = visit("rina"), visit("agus")
    agus.go(RECORD)
    agus.page.fill("#talk_text", "sedang saya tulis")
    rina.go(TALK)
    ask(rina.page, "Arus bebannya **berapa**?")
    # Who looks on sees it, and what they type stays.
    lines = agus.page.locator(".talk-lines > li")
    expect(lines.last).to_contain_text("asks Agus Wijaya", timeout=LIVE_MS)
    expect(lines.last.locator("strong")).to_have_text("berapa")
    expect(agus.page.locator("#talk_text")).to_have_value("sedang saya tulis")
    agus.page.fill("#talk_text", "")
    agus.go("/inbox/?only=questions")
    agus.page.get_by_role("link", name="Answer").last.click()
    agus.page.fill("#talk_text", "132 A, sesuai SLD.")
    agus.page.get_by_role("button", name="Send").click()
    agus.page.wait_for_url(re.compile(r"/changes/64/#comment-\d+$"))
    expect(rina.page.locator(".talk-lines")).to_contain_text("132 A", timeout=LIVE_MS)
    expect(rina.page.locator(".talk-lines > li.asks")).to_have_count(0)


def test_a_name_is_offered_and_people_are_chips(visit: Visit) -> None:
    hendi = visit("hendi")
    page = hendi.page
    hendi.go(TALK)
    page.fill("#talk_text", "Tolong dicek, @agu")
    expect(page.locator("#talk-names [role=option]").first).to_have_text("Agus Wijaya")
    page.press("#talk_text", "Enter")
    expect(page.locator("#talk_text")).to_have_value("Tolong dicek, @Agus Wijaya ")
    box = page.get_by_placeholder("Add a person…")
    box.fill("Rina Lestari")
    expect(page.locator("form.say .people-chips li")).to_have_text("Rina Lestari")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile(r"/changes/64/#comment-\d+$"))
    expect(page.locator(".talk-lines > li").last).to_contain_text(
        "told: Agus Wijaya, Rina Lestari"
    )


def test_edit_strike_and_follow(visit: Visit) -> None:
    hendi = visit("hendi")
    page = hendi.page
    hendi.go(RECORD)
    page.fill("#talk_text", "Salah ketik")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile(r"/changes/64/#comment-\d+$"))
    page.locator(".talk-lines > li").last.get_by_role("link", name="Edit").click()
    page.fill("#talk_text", "Betul")
    page.get_by_role("button", name="Save").click()
    last = page.locator(".talk-lines > li").last
    expect(last).to_contain_text("changed")
    last.get_by_role("link", name="Strike").click()
    page.fill("#talk_reason", "keliru")
    page.get_by_role("button", name="Strike").click()
    expect(page.locator(".talk-lines > li.struck").last).to_contain_text("keliru")
    was = page.get_by_role("button", name="Following").count()
    for name in ("Following", "Follow") if was else ("Follow", "Following"):
        page.get_by_role("button", name=name, exact=True).click()
    expect(
        page.get_by_role("button", name="Following" if was else "Follow", exact=True)
    ).to_be_visible()


def test_it_works_without_a_script(visit: Visit) -> None:
    agus = visit("agus", java_script_enabled=False)
    page = agus.page
    agus.go(RECORD)
    page.fill("#talk_text", "Tanpa skrip")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".talk-lines > li").last).to_contain_text("Tanpa skrip")
    page.locator(".talk-lines > li").last.get_by_role("link", name="Reply").click()
    page.fill("#talk_text", "x" * 4_001)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("form.say .errorlist").first).to_contain_text("4001")
    expect(page.locator("#talk_text")).to_have_value("x" * 4_001)
