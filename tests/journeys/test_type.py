"""Text is as large as its tokens say, and pages do not jump while they load.

That no page has smaller letters is looked at where its tables are: `test_layout.py`.
"""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Visitor
from tests.journeys.layout import (
    SHIFT_WATCH,
    plant,
    settle,
    size_of,
    small_letters,
)

pytestmark = pytest.mark.browser
DESK = {
    "body": 14,
    "h1": 22,
    ".card > header h2": 14,
    "#bom-tree tbody td": 13,
    "#bom-tree thead th": 12,
    ".sub": 12,
    ".tag": 12,
    ".decide-card .btn": 14,
    ".nav-link": 14,
}
PHONE = {
    "body": 16,
    "h1": 22,
    "#bom-tree tbody td": 14,
    ".sub": 13,
    ".tag": 13,
    "textarea": 16,
}
STILL = (
    "/",
    "/changes/",
    "/bom/700/",
    "/admin/",
    "/admin/engineering/changenotice/?waiting=all",
    "/admin/engineering/changenotice/64/change/",
    "/admin/bom/bomapproval/?waiting=all",
)
MOST_SHIFT = 0.1


@pytest.mark.parametrize(("width", "sizes"), [(1280, DESK), (390, PHONE)])
def test_letters_have_the_size_of_their_tokens(
    visit: Callable[..., Visitor], width: int, sizes: dict[str, float]
) -> None:
    visitor = visit("rina")
    visitor.page.set_viewport_size({"width": width, "height": 900})
    visitor.go("/bom/703/")
    settle(visitor.page)
    assert {name: size_of(visitor.page, name) for name in sizes} == sizes


def test_small_letters_are_seen(visit: Callable[..., Visitor]) -> None:
    """Sabotage: the root with the body's size, as it was."""
    visitor = visit("rina")
    visitor.go("/changes/")
    plant(visitor.page, "html { font-size: 14px }")
    assert small_letters(visitor.page)


@pytest.mark.parametrize("path", STILL)
def test_a_page_does_not_jump_while_it_loads(
    visit: Callable[..., Visitor], path: str
) -> None:
    visitor = visit("rina")
    visitor.page.add_init_script(SHIFT_WATCH)
    visitor.go(path)
    settle(visitor.page)
    visitor.page.evaluate("new Promise(requestAnimationFrame)")
    assert visitor.page.evaluate("window.shifted") <= MOST_SHIFT
