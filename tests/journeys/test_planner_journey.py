"""A bar of the Gantt chart, moved by mouse, finger and keys; each through the same verb."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
STEPS = 8


def a_bar(page: Page) -> Locator:
    """The first bar that lies within the window, by its task, so that it is found after a move."""
    bars = page.locator("[data-planner] .plan-bar[data-task]")
    width = page.viewport_size["width"] if page.viewport_size else 0
    for place in range(bars.count()):
        box = bars.nth(place).locator("rect").bounding_box()
        if box and box["x"] > 0 and box["x"] + box["width"] * 3 < width:
            task = bars.nth(place).get_attribute("data-task")
            return page.locator(f"[data-planner] [data-task='{task}']").first
    raise AssertionError("no bar can be seen whole")


def middle(bar: Locator) -> tuple[float, float, float]:
    """Where to take it, and how wide it is."""
    bar.scroll_into_view_if_needed()
    box = bar.locator("rect").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"]


def days(bar: Locator) -> tuple[Any, Any]:
    return bar.get_attribute("data-starts"), bar.get_attribute("data-ends")


@contextmanager
def moved(page: Page, bar: Locator) -> Iterator[None]:
    """The bar stands on later days afterwards, drawn anew by the server, and the page says so."""
    starts, ends = days(bar)
    yield
    expect(page.locator("[data-planner-note]")).to_contain_text("planned")
    expect(bar).not_to_have_attribute("data-starts", starts)
    assert days(bar) > (starts, ends)
    expect(page.locator(".plan-bar.moved")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1280])
def test_by_finger(visit: Visit, width: int) -> None:
    hendi = visit("hendi", has_touch=True)
    page = hendi.page
    page.set_viewport_size({"width": width, "height": 900})
    hendi.go("/activities/gantt/")
    bar = a_bar(page)
    x, y, wide = middle(bar)
    line = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        line.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)}
        )

    with moved(page, bar):
        touch("touchStart", {"x": x, "y": y})
        for step in range(1, STEPS + 1):
            touch("touchMove", {"x": x + wide * step / STEPS, "y": y})
        touch("touchEnd")


def test_by_mouse_and_by_keys(visit: Visit) -> None:
    hendi = visit("hendi")
    page = hendi.page
    hendi.go("/activities/gantt/")
    bar = a_bar(page)
    x, y, wide = middle(bar)
    with moved(page, bar):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + wide, y, steps=STEPS)
        page.mouse.up()
    bar.focus()
    page.keyboard.press("ArrowRight")
    before = days(bar)
    page.keyboard.press("Escape")
    assert days(bar) == before
    expect(page.locator(".plan-bar.moved")).to_have_count(0)
    with moved(page, bar):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator("[data-planner-note]")).to_contain_text("planned")
