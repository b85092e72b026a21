"""What is typed or pasted as a number means in the browser what it means on the server."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from core.text.tests.spelled_numbers import SPELLED
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
READ = """async (texts) => {
  const { plainNumber } = await import("ems/numbers");
  return texts.map(plainNumber);
}"""
PASTE = """([input, text]) => {
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
}"""


def test_the_browser_reads_numbers_as_the_server_does(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit("agus")
    visitor.go("/styleguide/")
    read = visitor.page.evaluate(READ, list(SPELLED))
    meant = [None if each is None else Decimal(each) for each in SPELLED.values()]
    assert [None if each is None else Decimal(each) for each in read] == meant


@pytest.mark.parametrize(
    ("pasted", "shown"),
    [
        ("129500.00", "129.500"),
        ("1500.5", "1.500,5"),
        ("0.75", "0,75"),
        ("1,250,000.00", "1.250.000"),
        ("IDR 1,500.00", "1.500"),
        ("1.250.000,50", "1.250.000,5"),
        ("Rp1.500,-", "1.500"),
        ("12,5,5", "12,5,5"),
        ("1,250", "1,250"),
    ],
)
def test_a_pasted_amount_is_shown_as_it_was_understood(
    visit: Callable[..., Visitor], pasted: str, shown: str
) -> None:
    visitor = visit("agus")
    visitor.go("/styleguide/")
    field = visitor.page.locator("input[name=cost]").first
    visitor.page.evaluate(PASTE, [field.element_handle(), pasted])
    assert field.input_value() == shown
    assert field.evaluate("each => each.validity.valid") is (pasted != shown)


def test_an_amount_is_not_rewritten_under_the_typing_hand(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit("agus")
    visitor.go("/styleguide/")
    field = visitor.page.locator("input[name=cost]").first
    field.fill("")
    field.press_sequentially("1500.5")
    assert field.input_value() == "1500.5"
    field.blur()
    assert field.input_value() == "1.500,5"
