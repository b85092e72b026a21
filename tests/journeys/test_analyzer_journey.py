"""The analyzer as people use it: a tender is dropped, read, checked, and made into a change."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import ROOT, Portal, Visitor
from tests.papers import pdf

pytestmark = pytest.mark.browser
TENDER = """SPESIFIKASI TEKNIS PANEL
Kontraktor wajib memasok 2 unit LVMDP-A 3200 A dengan uji rutin lengkap.
Tegangan sistem 400/230 V AC, 50 Hz, arus hubung singkat Icw 50 kA / 1 detik.
Derajat proteksi panel di ruang pompa adalah IP 54 dengan pemisahan Form 3b."""
CHAT = "/v1/chat/completions"
LOOK = """(state) => {
  Object.defineProperty(document, "hidden", { configurable: true, value: state === "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def is_stream(request: Any) -> bool:
    """Whether it listens to an answer."""
    return bool(request.url.endswith("/stream"))


@pytest.fixture
def worker(portal: Portal) -> Iterator[None]:
    """The process that does the work, for the time of one test."""
    command = [sys.executable, "manage.py", "work"]
    run = subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT,
        env=portal.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield
    run.terminate()
    run.wait(30)


@pytest.fixture
def tender(tmp_path: Path) -> str:
    """A document to drop."""
    file = tmp_path / "tender.pdf"
    file.write_bytes(pdf([TENDER, "Halaman dua: busbar dari tembaga berlapis timah."]))
    return str(file)


def started(visitor: Visitor, file: str, model: str = "offline") -> Any:
    """A document dropped into the form of an inquiry."""
    visitor.go("/analyzer/?q=0306")
    page = visitor.page
    page.click("#inquiry-rows tbody a")
    page.wait_for_selector("#start")
    page.set_input_files("#id_file", file)
    page.wait_for_selector("[data-file-name]:has-text('tender.pdf')")
    page.check(f"[name=model][value='{model}']")
    page.click("#start .btn.main")
    page.wait_for_url("**/analyzer/answers/*/")
    return page


def test_a_tender_becomes_an_answer_whose_lines_lead_to_their_source(
    visit: Callable[..., Visitor], tender: str, worker: None
) -> None:
    visitor = visit("agus")
    page = started(visitor, tender)
    page.wait_for_selector("#analysis .over .tag.ok")
    assert "400/230 V AC" in page.inner_text("#facts tbody tr:has-text('LVMDP-A')")
    reference = page.locator(".fact-value", has_text="IP 54").locator(".cite").first
    reference.click()
    frame = page.frame_locator("iframe.source-page")
    frame.locator(".marks mark").first.wait_for()
    assert "IP 54" in frame.locator(".textLayer").first.inner_text()
    assert "IP 54" in (page.text_content("#hit") or "")
    page.click("#source [data-turn='page=2']")
    page.wait_for_selector("#source:has-text('Halaman dua')")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("[data-copy]")
    page.wait_for_selector(".toast.ok")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "[^1]: " in copied
    page.click("a:has-text('Use it')")
    page.click("button[value=change]")
    page.wait_for_url("**/changes/new/?draft=*")
    assert "400/230 V AC" in page.input_value("#id_detail_problem")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/changes/\d+/$"))
    page.click("text=an analysis")
    page.wait_for_selector("#answer")


def test_text_appears_while_the_model_still_writes_and_can_be_cancelled(
    visit: Callable[..., Visitor], portal: Portal, tender: str, worker: None
) -> None:
    lines = "".join(
        f'{{"kind": "point", "text": "Kalimat nomor {n}.", "page": 1, "quote": "uji rutin lengkap"}}\n'
        for n in range(400)
    )
    portal.box.ai.chats.answer = lambda _system, _user: lines
    fault = portal.box.ai.faults.set(CHAT, "slow", 0.0004)
    try:
        page = started(visit("hendi"), tender, "openai:m1")
        page.wait_for_selector("#analysis .growing li")
        first = page.locator(".answer li").count()
        page.wait_for_selector(f".answer li:nth-of-type({first + 1})")
        assert page.locator("#analysis progress").count() == 1
        page.click("#source [data-turn='page=2']")
        page.wait_for_selector("#source:has-text('Halaman dua')")
        second = page.locator(".answer li").count()
        page.wait_for_selector(f".answer li:nth-of-type({second + 2})")
        assert "Halaman dua" in page.inner_text("#source")
        with page.expect_event("requestfailed", is_stream):
            page.evaluate(LOOK, "hidden")
        with page.expect_request(is_stream):
            page.evaluate(LOOK, "visible")
        page.click("#cancel")
        page.wait_for_selector("#retry")
        assert page.locator("#analysis .over .tag.mute").count() == 1
        assert page.locator(".answer li").count() > 0
    finally:
        fault.lifted.set()
        portal.box.ai.reset()


def test_who_is_signed_out_meanwhile_signs_in_and_comes_back(
    visit: Callable[..., Visitor], portal: Portal, tender: str
) -> None:
    page = started(visit("hendi"), tender)  # no worker: it waits
    page.context.clear_cookies()
    page.wait_for_url("**/accounts/login/?next=/analyzer/answers/*/")
    assert page.locator("nav").count() == 0


def test_a_class_closes_the_models_that_may_not_read_it(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit("agus")
    visitor.go("/analyzer/new/")
    page = visitor.page
    page.check("[name=model][value='openai:m1']")
    page.select_option("#id_document_class", "confidential")
    assert page.is_disabled("[name=model][value='openai:m1']")
    assert page.is_checked("[name=model][value=offline]")


def test_a_wrong_file_is_explained_without_leaving_the_form(
    visit: Callable[..., Visitor], tmp_path: Path, worker: None
) -> None:
    wrong, broken = tmp_path / "a.exe", tmp_path / "rusak.pdf"
    wrong.write_bytes(b"MZ")
    broken.write_bytes(b"%PDF-1.4 \xff\x00 nothing")
    visitor = visit("agus")
    visitor.go("/analyzer/new/")
    page = visitor.page
    page.set_input_files("#id_file", str(wrong))
    page.click("#start .btn.main")
    page.wait_for_selector("#start .errors")
    assert "Accepted are" in page.inner_text("#start .errors")
    page.set_input_files("#id_file", str(broken))
    page.click("#start .btn.main")
    page.wait_for_selector("#retry")
    assert "damaged" in page.inner_text(".callout.no")
    page.click("#retry")
    page.wait_for_selector("#retry")


def test_a_document_of_the_library_is_taken_from_the_form(
    visit: Callable[..., Visitor], worker: None
) -> None:
    visitor = visit("agus")
    visitor.go("/analyzer/inquiries/306/")
    page = visitor.page
    page.click(".stored summary")
    page.wait_for_selector("#stored-found button")
    page.fill("[name=stored-q]", "busbar")
    page.wait_for_selector("#stored-found:has-text('LVMDP')")
    page.locator("#stored-found button").first.click()
    page.wait_for_url("**/analyzer/answers/*/")
    page.wait_for_selector("#analysis .over .tag.ok")
    page.go_back()
