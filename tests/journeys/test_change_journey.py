"""From an empty form to an approved change, seen by three people at once."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LIVE_MS = 2000  # what the issue promises for an open page


def add_part(page: Any, words: str) -> None:
    """Pick the first part that fits the words."""
    page.get_by_role("button", name="Add parts").click()
    page.fill("#part-q", words)
    page.locator(f"#part-found [data-q='{words}'] [data-add-part]").first.wait_for()
    page.press("#part-q", "Enter")
    page.press("#part-q", "Control+Enter")
    expect(page.locator("#part-dialog")).to_be_hidden()


def raise_change(visitor: Visitor, title: str, *, drawing: Path | None = None) -> str:
    """Fill the form in and submit; the path of the new record."""
    page = visitor.page
    visitor.go("/changes/new/")
    page.fill("[name=engineering]", title)
    page.fill("[name=detail_problem]", "Arus beban naik menjadi 132 A.")
    add_part(page, "mccb")
    add_part(page, "contactor")
    page.locator("[data-get-prices]").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('#lines [name$=snapshot_price]')].every(f => f.value)"
    )
    if drawing:
        page.set_input_files("input[name=drawings]", str(drawing))
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/changes/\d+/$"))
    return str(page.url).removeprefix(visitor.portal.url)


def test_an_engineer_raises_and_a_manager_approves(
    visit: Visit, tmp_path: Path
) -> None:
    drawing = tmp_path / "SLD-LVMDP-A.pdf"
    drawing.write_bytes(PDF)
    agus, rina = visit("agus"), visit("rina")
    rina.go("/")
    total = rina.page.locator("#home-waiting .more a")
    before = int(re.sub(r"\D", "", total.inner_text()))

    record = raise_change(agus, "Ganti MCCB perjalanan", drawing=drawing)
    expect(agus.page.locator("main")).to_contain_text("SLD-LVMDP-A.pdf")

    # The manager's open home page moves by itself.
    expect(total).to_contain_text(f"({before + 1})", timeout=LIVE_MS)
    rina.go("/inbox/")
    rina.page.get_by_role("link", name="Ganti MCCB perjalanan").click()
    expect(rina.page.locator("#preview")).to_contain_text("Rp")
    rina.page.get_by_role("link", name="Open the page").click()
    rina.page.fill("textarea[name=remark]", "setuju, cek ruang kabel")
    rina.page.get_by_role("button", name="Approve").click()
    expect(rina.page.locator("main")).to_contain_text("Approved")

    # The engineer's open record says so without a reload.
    expect(agus.page.locator("main")).to_contain_text(
        "setuju, cek ruang kabel", timeout=2 * LIVE_MS
    )
    assert agus.page.url.endswith(record)
    expect(agus.page.locator("#bell .dot")).to_be_visible()


def test_enter_adds_no_part_that_nobody_has_chosen(visit: Visit) -> None:
    """Not what was typed where nothing is found, and not the find of an earlier word."""
    agus = visit("agus")
    agus.go("/changes/new/")
    page = agus.page
    page.get_by_role("button", name="Add parts").click()
    lines = page.locator("#lines [name$=ext_item_id]")
    before = lines.count()
    page.fill("#part-q", "mccb")
    page.locator("#part-found [data-q='mccb'] [data-add-part].first").wait_for()
    # What is found for "mccb" still stands there.
    page.fill("#part-q", "mccb 3pbusbar")
    page.press("#part-q", "Enter")
    page.locator("#part-found [data-q='mccb 3pbusbar']").wait_for()
    page.press("#part-q", "Enter")
    page.press("#part-q", "Enter")
    assert lines.count() == before
    page.fill("#part-q", "mccb")
    page.locator("#part-found [data-q='mccb'] [data-add-part].first").wait_for()
    page.press("#part-q", "Enter")
    expect(lines).to_have_count(before + 1)


def test_a_manager_decides_in_the_admins_list(visit: Visit) -> None:
    agus, rina = visit("agus"), visit("rina")
    record = raise_change(agus, "Ubah layout lewat admin")
    rina.go("/admin/engineering/changenotice/?waiting=me")
    row = rina.page.locator("#result_list tr", has_text="Ubah layout lewat admin")
    row.locator("th a, td a").first.click()
    expect(rina.page.locator("#content")).to_contain_text("Ubah layout lewat admin")
    rina.page.fill("textarea[name=remark]", "ditolak lewat admin")
    rina.page.get_by_role("button", name="Reject").click()
    rina.page.wait_for_url(re.compile("/changenotice/"))
    agus.go(record)
    expect(agus.page.locator("main")).to_contain_text("Rejected")
    expect(agus.page.locator("main")).to_contain_text("ditolak lewat admin")


def test_a_rejection_without_a_reason_is_stopped_on_the_page(visit: Visit) -> None:
    agus, rina = visit("agus"), visit("rina")
    record = raise_change(agus, "Tolak tanpa alasan")
    rina.go(record)
    rina.page.get_by_role("button", name="Reject").click()
    expect(rina.page.locator("textarea[name=remark]")).to_be_visible()
    assert rina.page.url.endswith(record)
    agus.go(record)
    expect(agus.page.locator("main")).not_to_contain_text("Rejected")


def test_an_expired_session_returns_to_the_filled_form(visit: Visit) -> None:
    agus = visit("agus")
    page = agus.page
    agus.go("/changes/new/")
    page.fill("[name=engineering]", "Tidak boleh hilang")
    page.fill("[name=detail_problem]", "Sesi habis saat mengetik.")
    page.context.clear_cookies(name="ems")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/login/"))
    page.fill("[name=username]", "agus")
    page.fill("[name=password]", "panel-2026")
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/changes/new/"))
    expect(page.locator("[name=engineering]")).to_have_value("Tidak boleh hilang")


def test_the_second_of_two_open_decisions_is_told_why(visit: Visit) -> None:
    agus, rina = visit("agus"), visit("rina")
    record = raise_change(agus, "Diubah saat diputuskan")
    rina.go(record)
    rina.page.fill("textarea[name=remark]", "sudah saya baca")
    agus.go(f"{record}edit/")
    agus.page.fill("[name=detail_problem]", "Alasan lain")
    agus.page.keyboard.press("Control+Enter")
    agus.page.wait_for_url(re.compile(rf"{record}$"))
    rina.page.get_by_role("button", name="Approve").click()
    expect(rina.page.locator("main")).to_contain_text("revision 2")
    expect(rina.page.locator("textarea[name=remark]")).to_have_value("sudah saya baca")


def test_nobody_signs_a_revision_that_came_while_he_read(visit: Visit) -> None:
    agus, rina = visit("agus"), visit("rina")
    record = raise_change(agus, "Diubah saat dibaca")
    rina.go(record)
    agus.go(f"{record}edit/")
    agus.page.fill("[name=detail_problem]", "Alasan yang belum dibaca")
    agus.page.keyboard.press("Control+Enter")
    agus.page.wait_for_url(re.compile(rf"{record}$"))
    expect(rina.page.locator("#change-news")).to_be_visible(timeout=2 * LIVE_MS)
    expect(rina.page.locator("#decide-form [name=revision]")).to_have_value("1")
    rina.page.get_by_role("button", name="Load it").click()
    expect(rina.page.locator("main")).to_contain_text("Alasan yang belum dibaca")
    expect(rina.page.locator("#decide-form [name=revision]")).to_have_value("2")
