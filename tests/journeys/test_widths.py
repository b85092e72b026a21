"""At each width the cards of a page fill their rows, and no report is wider than the desk."""

from collections.abc import Callable
from typing import Any

import pytest

from reports.catalogue import REPORTS
from tests.journeys.conftest import Visitor
from tests.journeys.layout import plant, settle

pytestmark = pytest.mark.browser
WIDTHS = (390, 700, 1024, 1150, 1280, 1440, 1920)
# Rows of cards that hold a single one which does not fill the row.
LONELY = """() => {
  const rows = new Map();
  for (const card of document.querySelectorAll(".kpis > *")) {
    const { top, width } = card.getBoundingClientRect();
    rows.set(Math.round(top), [...(rows.get(Math.round(top)) ?? []), width]);
  }
  const whole = document.querySelector(".kpis").clientWidth;
  return [...rows.values()].filter((row) => row.length === 1 && row[0] < whole - 2).length;
}"""
HIDDEN = "() => [...document.querySelectorAll('.scroll')].map((box) => box.scrollWidth - box.clientWidth)"


def lonely_cards(visitor: Visitor) -> dict[int, Any]:
    """How many cards stand alone beside an empty place, by width."""
    found = {}
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 900})
        if number := visitor.page.evaluate(LONELY):
            found[width] = number
    return found


@pytest.mark.parametrize(("path", "cards"), [("/", 2), ("/figures/", 5)])
def test_no_card_stands_alone(
    visit: Callable[..., Visitor], path: str, cards: int
) -> None:
    visitor = visit("rina")
    visitor.go(path)
    settle(visitor.page)
    assert visitor.page.locator(".kpis .kpi").count() == cards
    assert lonely_cards(visitor) == {}
    plant(visitor.page, f".kpis {{ grid-template-columns: repeat({cards - 1}, 49%) }}")
    assert lonely_cards(visitor) != {}  # a check that is never red shows nothing


# Rows of cards whose figures stand at different heights.
UNEVEN = """() => {
  const rows = new Map();
  for (const card of document.querySelectorAll(".kpis > *")) {
    const top = Math.round(card.getBoundingClientRect().top);
    const figure = Math.round(card.querySelector("b").getBoundingClientRect().top);
    rows.set(top, new Set([...(rows.get(top) ?? []), figure]));
  }
  return [...rows.values()].filter((heights) => heights.size > 1).length;
}"""


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_figures_of_a_row_stand_level(
    visit: Callable[..., Visitor], language: str
) -> None:
    visitor = visit("rina")
    cookie = {"name": "django_language", "value": language, "url": visitor.portal.url}
    visitor.page.context.add_cookies([cookie])
    visitor.go("/")
    settle(visitor.page)
    uneven = {}
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 900})
        if visitor.page.evaluate(UNEVEN):
            uneven[width] = True
    assert uneven == {}


def test_the_switch_of_the_inbox_is_as_wide_as_its_words(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit("rina")
    visitor.go("/inbox/")
    switch = visitor.page.locator("main .seg")
    words = switch.locator("a").evaluate_all(
        "all => all.reduce((sum, each) => sum + each.getBoundingClientRect().width, 0)"
    )
    box = switch.bounding_box()
    assert box is not None
    assert box["width"] < words + 20


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [1280, 1920])
def test_no_report_hides_columns_on_a_desk(
    visit: Callable[..., Visitor], language: str, width: int
) -> None:
    visitor = visit("rina")
    cookie = {"name": "django_language", "value": language, "url": visitor.portal.url}
    visitor.page.context.add_cookies([cookie])
    visitor.page.set_viewport_size({"width": width, "height": 900})
    hidden = {}
    for report in REPORTS:
        visitor.go(f"/reports/{report.slug}/")
        boxes = visitor.page.evaluate(HIDDEN)
        assert boxes, report.slug
        if any(boxes):
            hidden[report.slug] = boxes
    assert hidden == {}
