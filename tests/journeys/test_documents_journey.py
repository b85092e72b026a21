"""Documents in a browser: dropped, watched, found, looked at, deleted and brought back."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import papers
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Good ones, and two that are refused."""
    made = {
        "Arus.pdf": papers.pdf(["Arus hubung singkat", "Halaman dua"]),
        "catatan.txt": b"catatan lapangan",
        "jahat.pdf": b"<html><script>alert(1)</script>",
        "bom.xlsx": papers.bomb(),
        "foto.png": papers.png(),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in made}


def uploaded(page: Any, name: str) -> Any:
    """The line of a file in the list of uploads."""
    return page.locator("#uploads li", has_text=name)


def test_files_are_dropped_and_each_says_what_became_of_it(
    visit: Visit, files: dict[str, str]
) -> None:
    visitor = visit("agus")
    page = visitor.page
    visitor.go("/documents/")
    page.set_input_files("#upload-files", list(files.values()))
    for name in ("Arus", "catatan", "foto"):
        expect(uploaded(page, name).get_by_role("link")).to_be_visible()
    for name in ("jahat.pdf", "bom.xlsx"):
        expect(uploaded(page, name).get_by_role("alert")).to_be_visible()
    # The list below has them without a reload.
    expect(page.locator("#document-body")).to_contain_text("catatan")


def test_a_pdf_is_drawn_in_a_frame_without_rights(
    visit: Visit, files: dict[str, str]
) -> None:
    visitor = visit("agus")
    page = visitor.page
    visitor.go("/documents/")
    page.set_input_files("#upload-files", files["Arus.pdf"])
    uploaded(page, "Arus").get_by_role("link").click()
    page.wait_for_url(re.compile(r"/documents/\d+/$"))
    frame = page.frame_locator(".preview iframe")
    expect(frame.locator("body[data-ready=yes]")).to_be_attached(timeout=30_000)
    expect(frame.locator("#place")).to_have_text("1 / 2")
    expect(frame.locator("[data-drawn] canvas").first).to_be_visible()
    inner = page.frames[1]
    assert inner.evaluate("origin") == "null"
    refusal = "(() => { try { return document.cookie || 'none' } catch (e) { return e.name } })()"
    assert inner.evaluate(refusal) == "SecurityError"
    for width in (1000, 390):  # also where the inbox has no room for a record beside it
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.locator("section.preview")).to_be_visible()


def test_a_new_version_is_shown_without_a_question(
    visit: Visit, files: dict[str, str]
) -> None:
    visitor = visit("agus")
    page = visitor.page
    visitor.go("/documents/")
    page.set_input_files("#upload-files", files["catatan.txt"])
    uploaded(page, "catatan").get_by_role("link").click()
    page.wait_for_url(re.compile(r"/documents/\d+/$"))
    asked: list[str] = []
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.locator("form.drop input[type=file]").set_input_files(files["foto.png"])
    expect(page.locator(".head .lead")).to_contain_text("foto.png")
    assert asked == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_long_name_without_spaces_widens_no_page(
    width: int, visit: Visit, tmp_path: Path
) -> None:
    name = "Spesifikasi_" + "panjang" * 14
    (tmp_path / f"{name}.txt").write_bytes(b"catatan")
    visitor = visit("agus")
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 900})
    visitor.go("/documents/")
    page.set_input_files("#upload-files", str(tmp_path / f"{name}.txt"))
    expect(page.locator("#document-body")).to_contain_text(name)
    wider = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(wider) <= 0
    uploaded(page, name).get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(name)
    page.wait_for_load_state()  # with its styles
    assert page.evaluate(wider) <= 0


def test_deleting_asks_first_and_can_be_undone(
    visit: Visit, files: dict[str, str]
) -> None:
    visitor = visit("agus")
    page = visitor.page
    visitor.go("/documents/")
    page.set_input_files("#upload-files", files["catatan.txt"])
    uploaded(page, "catatan").get_by_role("link").click()
    page.locator(".head details.menu summary").click()
    page.locator(".menu-body form[action$='/delete/'] button").click()
    page.locator("#confirm [value=no]").click()
    expect(page.locator("#confirm")).to_be_hidden()
    page.locator(".head details.menu summary").click()
    page.locator(".menu-body form[action$='/delete/'] button").click()
    page.locator("#confirm [value=yes]").click()
    page.wait_for_url(re.compile(r"\?gone=\d+"))
    page.locator("#gone button").click()
    expect(page.locator("h1")).to_have_text("catatan")


def test_a_tick_in_the_matrix_is_saved_at_once(visit: Visit) -> None:
    visitor = visit("agus")
    page = visitor.page
    visitor.go("/documents/jobs/")
    row = page.locator("#job-86")
    button = row.locator(".mark button").first
    was = button.get_attribute("aria-pressed")
    button.click()
    now = "false" if was == "true" else "true"
    expect(row.locator(".mark button").first).to_have_attribute("aria-pressed", now)
    page.reload()
    expect(row.locator(".mark button").first).to_have_attribute("aria-pressed", now)


@pytest.mark.parametrize(
    ("path", "link"),
    [("/documents/", "document-"), ("/changes/", "change-"), ("/bom/", "bom-7")],
)
def test_a_click_in_a_list_opens_the_record(path: str, link: str, visit: Visit) -> None:
    visitor = visit("rina")
    visitor.go(path)
    visitor.page.locator(f"td a[id^='{link}']").first.click()
    visitor.page.wait_for_url(re.compile(rf"{path}\d+/$"))
