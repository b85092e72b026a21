"""What tasks of a day cost: clicks, keys that stand for one, and boxes filled, counted while they are done.

``docs/clicks.md`` holds the counts; where the portal asks for more or less than it says, a test fails and
names the new number. Each task begins on the home page, logged in.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import MILLISECONDS, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
TABLE = Path(__file__).resolve().parents[2] / "docs/clicks.md"
ITEMS = (
    "Part number\tQty\tDirection\nLV429637\t2\tin\nLV429636\t1\tout\nLV429635\t4\tin"
)
TASKS = "\n".join(
    f"{name}\t{day}/12/2026\t{day + 1}/12/2026\t8\t{who}"
    for name, day, who in (
        ("Gambar SLD", 7, "Agus Wijaya"),
        ("Cek layout", 9, "Hendi Saputra"),
        ("Daftar kabel", 14, "Rina Lestari"),
        ("FAT", 16, "Agus Wijaya"),
    )
)


class Hand:
    """Does what a person does, and counts it."""

    def __init__(self, visitor: Visitor) -> None:
        self.page, self.clicks, self.boxes = visitor.page, 0, 0
        visitor.go("/")

    def click(self, target: str | Locator) -> None:
        self.clicks += 1
        found = self.page.locator(target) if isinstance(target, str) else target
        found.first.click()

    def press(self, key: str) -> None:
        """A key that does something; letters of a text are not counted."""
        self.clicks += 1
        self.page.keyboard.press(key)

    def fill(self, box: str, text: str) -> None:
        self.boxes += 1
        self.page.fill(box, text)

    def choose(self, box: str, value: str) -> None:
        """A line of a list: open it, choose."""
        self.clicks += 2
        self.page.select_option(box, value)

    def files(self, box: str, *paths: Path) -> None:
        """Chosen in the window of the system: one click opens it, however many are chosen."""
        self.clicks += 1
        self.page.set_input_files(box, [str(path) for path in paths])

    def go_to(self, path: str) -> None:
        self.click(f".nav a[href='{path}']")
        self.page.wait_for_url(lambda url: path in url)


def stands(task: str) -> str:
    """The count that the table holds for a task."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == task:
            return cells[2]
    return "nothing"


def told(task: str, hand: Hand) -> None:
    now = f"{hand.clicks} clicks, {hand.boxes} boxes"
    assert stands(task) == now, f"{task}: docs/clicks.md has {stands(task)}, now {now}"


def test_raise_an_ecn(visit: Visit, tmp_path: Path) -> None:
    drawing = tmp_path / "SLD.pdf"
    drawing.write_bytes(b"%PDF-1.4\n%%EOF\n")
    hand = Hand(visit("agus"))
    hand.go_to("/changes/")
    hand.click("a[href='/changes/new/']")
    hand.fill("[name=engineering]", "Ganti MCCB")
    hand.fill("[name=detail_problem]", "Arus naik")
    hand.click(".paste > summary")
    hand.fill("#paste-text", ITEMS)
    hand.click("[name=paste][value=read]")
    hand.click("[name=paste][value=take]")
    expect(hand.page.locator("#lines [data-line]")).to_have_count(3)
    hand.files("input[name=drawings]", drawing)
    hand.press("Control+Enter")
    hand.page.wait_for_url(re.compile(r"/changes/\d+/$"))
    expect(hand.page.locator("main")).to_contain_text("SLD.pdf")
    told("Raise an ECN with 3 items and a drawing", hand)


# A browser throws away what is typed before a page was painted: nobody answers what they do not see.
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_approve_each_after_reading_it(visit: Visit) -> None:
    hand = Hand(visit("rina"))
    page = hand.page
    hand.go_to("/inbox/")
    hand.click("main .seg a[href$='only=decisions']")
    page.wait_for_url(re.compile("only=decisions"))
    opened = page.locator("#inbox-rows li[aria-current]")
    waiting = min(10, page.locator("#inbox-rows li[data-ref]").count() - 1)
    assert waiting >= 3  # the others are as the third
    hand.press("j")
    expect(opened).to_have_count(1)
    clicks = hand.clicks
    for _each in range(waiting):
        ref = opened.get_attribute("data-ref")
        expect(page.locator("#preview [data-act]")).to_be_visible()
        page.evaluate(PAINTED)
        hand.press("e")
        gone = page.locator(f"#inbox-rows li[data-ref='{ref}']")
        expect(gone).to_have_count(0, timeout=MILLISECONDS)
        expect(opened.locator("> span a").first).to_be_focused(timeout=MILLISECONDS)
    each = (hand.clicks - clicks) // waiting
    hand.clicks = clicks + 10 * each
    told("Approve 10 changes, each read", hand)


def test_sign_all_that_wait(visit: Visit) -> None:
    hand = Hand(visit("hendi"))
    hand.go_to("/inbox/")
    hand.click("main .seg a[href$='only=signatures']")
    hand.page.wait_for_url(re.compile("only=signatures"))
    boxes = hand.page.locator("main [type=checkbox][name=pick]")
    count = boxes.count()
    assert count >= 10  # as many as wait; the clicks are the same up to 200
    hand.click("[data-tick-all] input")
    hand.choose("#bulk-verb", "sign")
    hand.click("#bulk button[type=submit]")
    hand.page.wait_for_load_state("networkidle")
    assert hand.page.locator("main [type=checkbox][name=pick]").count() < count
    told("Sign 18 stages", hand)


def test_find_the_changes_of_a_part(visit: Visit) -> None:
    hand = Hand(visit("agus"))
    hand.go_to("/changes/")
    hand.fill("main input[type=search]", "mccb")
    hand.page.wait_for_url(re.compile("q=mccb"))
    expect(hand.page.locator("#change-body tr").first).to_be_visible()
    told("Find a part's ECNs", hand)


def test_plan_an_activity(visit: Visit) -> None:
    hand = Hand(visit("rina"))
    hand.go_to("/activities/")
    hand.click("a[href='/activities/new/']")
    hand.fill("[name=description]", "Panel LVMDP Gudang")
    hand.click(".paste > summary")
    hand.fill("#paste-text", TASKS)
    hand.click("[name=paste][value=read]")
    hand.click("[name=paste][value=take]")
    expect(hand.page.locator("#lines [data-line]")).to_have_count(4)
    hand.press("Control+Enter")
    hand.page.wait_for_url(re.compile(r"/activities/\d+/$"))
    told("Plan an activity with 4 tasks for 3 people", hand)


def test_upload_five_and_find_one(visit: Visit, tmp_path: Path) -> None:
    paths = [tmp_path / f"klik-{n}.txt" for n in range(5)]
    for path in paths:
        path.write_bytes(b"catatan " + path.name.encode())
    hand = Hand(visit("agus"))
    hand.go_to("/documents/")
    hand.files("#upload-files", *paths)
    for path in paths:
        row = hand.page.locator("#uploads li", has_text=path.stem)
        expect(row.get_by_role("link")).to_be_visible()
    hand.fill("main input[type=search]", "klik-3")
    expect(hand.page.locator("#document-body")).to_contain_text("klik-3")
    told("Upload 5 documents and find one", hand)


def test_compare_two_boms(visit: Visit) -> None:
    hand = Hand(visit("agus"))
    hand.go_to("/bom/")
    hand.click("#bom-body a[href^='/bom/']")
    hand.click("a[href$='/compare/']")
    hand.page.wait_for_url(re.compile("/compare/"))
    expect(hand.page.locator("main h1")).to_be_visible()
    told("Compare two revisions of a BOM", hand)


def test_what_is_stuck(visit: Visit) -> None:
    hand = Hand(visit("rina"))
    hand.go_to("/reports/")
    hand.click("a[href*='/reports/waiting/']")
    hand.page.wait_for_url(re.compile("/reports/waiting/"))
    expect(hand.page.locator("main table").first).to_be_visible()
    told("Monday: where approvals are stuck", hand)


def test_a_wrong_count_would_be_noticed(visit: Visit) -> None:
    hand = Hand(visit("agus"))
    hand.clicks = 99
    with pytest.raises(AssertionError, match="99 clicks"):
        told("Upload 5 documents and find one", hand)
