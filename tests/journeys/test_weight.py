"""What a page costs a person who opens it for the first time, on the train and with an empty cache.

The server of the journeys compresses nothing; here each answer is compressed as the proxy and
``collectstatic`` do it, so that the bytes are those of production.
"""

import gzip
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import Visitor
from tests.journeys.layout import settle

pytestmark = pytest.mark.browser
MOST_REQUESTS, MOST_BYTES = 12, 150_000
TEXT = ("text/", "javascript", "json", "svg")
# Home is the first page of the day; the others load what is theirs.
OTHERS = {
    "/inbox/": 20,
    "/changes/": 15,
    "/changes/64/": 15,
    "/bom/700/": 15,
    "/activities/": 15,
    "/documents/": 15,
}


def cost_of(page: Any, open_page: Callable[[], None]) -> dict[str, int]:
    """The addresses that a page asks for until it is still, each with the bytes of its answer."""
    found: dict[str, int] = {}

    def pass_on(route: Any) -> None:
        address = route.request.url
        if address.endswith("/live"):  # goes on as long as the page is open
            found[address] = 0
            route.continue_()
            return
        answer = route.fetch()
        found[address] = size_of(answer)
        route.fulfill(response=answer)

    page.route("**/*", pass_on)
    open_page()
    settle(page)
    page.unroute_all(behavior="wait")
    return found


def size_of(answer: Any) -> int:
    """Bytes of an answer's body as it travels."""
    body, kind = answer.body(), answer.headers.get("content-type", "")
    return len(gzip.compress(body)) if any(w in kind for w in TEXT) else len(body)


def test_the_first_page_is_light(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    found = cost_of(visitor.page, lambda: visitor.go("/accounts/login/"))
    assert len(found) <= MOST_REQUESTS, found
    assert sum(found.values()) <= MOST_BYTES, found


@pytest.mark.parametrize(("path", "most"), [("/", MOST_REQUESTS), *OTHERS.items()])
def test_a_page_is_light_with_nothing_kept(
    visit: Callable[..., Visitor], path: str, most: int
) -> None:
    session = visit("rina").page.context.storage_state()
    visitor = visit(storage_state=session)  # another browser, which has kept no file
    found = cost_of(visitor.page, lambda: visitor.go(path))
    assert len(found) <= most, found
    assert sum(found.values()) <= MOST_BYTES, found
    assert any("portal.css" in address for address in found)


def test_a_heavy_page_would_be_seen(visit: Callable[..., Visitor]) -> None:
    visitor = visit()

    def opened() -> None:
        visitor.go("/accounts/login/")
        visitor.page.evaluate(
            """async () => { for (let n = 0; n < 12; n++) await (await fetch(
                 `/static/vendor/echarts-5.6.0.min.js?${n}`)).text(); }"""
        )

    found = cost_of(visitor.page, opened)
    assert len(found) > MOST_REQUESTS
    assert sum(found.values()) > MOST_BYTES
