"""The answer to a sent form is lost on its way: whatever the person then does, one record was made.

The server has saved; the browser shows its own error page. Nothing of the answer arrives, neither
the address of the record nor a cookie.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.journeys.conftest import Visitor
from tests.journeys.test_change_journey import add_part

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
RECORD = re.compile(r"/(changes|activities)/\d+/$")


def fill_change(page: Page, words: str) -> None:
    """A change with one part."""
    page.fill("[name=engineering]", words)
    page.fill("[name=detail_problem]", words)
    add_part(page, "mccb")


def fill_activity(page: Page, words: str) -> None:
    """An activity without tasks."""
    page.fill("[name=description]", words)


FORMS: dict[str, tuple[str, Callable[[Page, str], None]]] = {
    "change": ("/changes/", fill_change),
    "activity": ("/activities/", fill_activity),
}


def lose_answer(page: Page, path: str, send: Callable[[], None]) -> str:
    """Send a form; the server answers, the browser gets nothing. Where the answer would have led."""
    led: list[str] = []
    cookies: list[Any] = page.context.cookies()

    def lose(route: Route) -> None:
        if route.request.method != "POST" or led:
            route.fallback()
            return
        led.append(route.fetch(max_redirects=0).headers["location"])
        route.abort("connectionreset")

    page.route(f"**{path}", lose)
    with page.expect_event("requestfailed"):
        send()
    page.unroute(f"**{path}")
    # The request that was looked at shares the browser's cookies; a lost answer sets none.
    page.context.clear_cookies()
    page.context.add_cookies(cookies)
    return led[0]


def reload(page: Page, where: str) -> None:
    """Press reload on the error page."""
    page.reload()


def open_again(page: Page, where: str) -> None:
    """Open the form anew: what was typed comes back, with its key."""
    page.goto(where)
    page.locator("form[data-main] .restored").wait_for()


def open_and_send(page: Page, where: str) -> None:
    """Open the form anew, and press the button once more."""
    open_again(page, where)
    press(page)


def press(page: Page) -> None:
    """The button that saves; the page that follows may never come."""
    page.locator("form[data-main] button[type=submit].main").last.click(
        no_wait_after=True
    )


def lost(visitor: Visitor, name: str, words: str) -> str:
    """Fill a form in, send it, lose the answer; where it would have led."""
    where, fill = FORMS[name]
    visitor.go(f"{where}new/")
    fill(visitor.page, words)
    made = lose_answer(visitor.page, f"{where}new/", lambda: press(visitor.page))
    assert RECORD.search(made)
    visitor.complaints.clear()  # of the lost answer itself
    return made


def found(visitor: Visitor, name: str, words: str) -> int:
    """How many records have these words."""
    visitor.go(f"{FORMS[name][0]}?q={words.replace(' ', '+')}")
    return int(visitor.page.locator("main tbody tr").count())


@pytest.mark.parametrize("again", [reload, open_and_send])
@pytest.mark.parametrize("name", FORMS)
def test_a_lost_answer_makes_no_second_record(
    visit: Visit, name: str, again: Callable[[Page, str], None]
) -> None:
    words = f"Jawaban hilang {name} {again.__name__}"
    visitor = visit("hendi")
    made = lost(visitor, name, words)
    again(visitor.page, f"{visitor.portal.url}{FORMS[name][0]}new/")
    visitor.page.wait_for_url(f"**{made}")
    assert found(visitor, name, words) == 1


def test_without_the_key_of_the_form_a_second_record_would_be_seen(
    visit: Visit,
) -> None:
    """Sabotage: what the count must see."""
    words, visitor = "Jawaban hilang tanpa kunci", visit("hendi")
    made = lost(visitor, "activity", words)
    open_again(visitor.page, f"{visitor.portal.url}/activities/new/")
    visitor.page.locator("form[data-main] [name=form_key]").evaluate(
        "field => { field.value = crypto.randomUUID().replaceAll('-', ''); }"
    )
    press(visitor.page)
    visitor.page.wait_for_url(RECORD)
    assert not visitor.page.url.endswith(made)
    assert found(visitor, "activity", words) == 2
