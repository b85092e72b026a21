"""Every page at four widths: tables whole and in their place, no letter too small, no complaint.

Each planted fault must be seen: a check that is never red shows nothing.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import resolve

from tests.journeys.conftest import Portal, Visitor
from tests.journeys.layout import (
    TABLE_FAULTS,
    faults_by_width,
    plant,
    settle,
)
from tests.journeys.places import (
    FOR_ADMINISTRATORS,
    PAGES,
    admin_lists,
    page_routes,
)

pytestmark = pytest.mark.browser
CHANGED_BOM = "/bom/700/"
HANGS = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def changed_bom(portal: Portal, visit: Callable[..., Visitor]) -> str:
    """A BOM whose second revision adds, drops and changes parts of the approved first."""
    visitor = visit("hendi")
    visitor.go(CHANGED_BOM)
    if visitor.page.locator("#bom-changes table").count() == 0:
        children = [dict(child) for child in portal.box.ppic.boms["700"]["children"]]
        children[0]["qty"] += 3.5
        more = [{"extItemId": "1001", "qty": 12.0}, {"extItemId": "1002", "qty": 1.25}]
        portal.box.ppic.change_bom("700", {"children": [*children[:1], *children[2:]]})
        portal.box.ppic.boms["700"]["children"] += more
        visitor.go("/bom/new/")
        visitor.page.select_option("#bom", "700")
        visitor.page.click("form[data-main] button.main")
        visitor.page.wait_for_url("**/bom/700/")
    assert visitor.page.locator("#bom-changes tbody tr").count() >= 3
    return CHANGED_BOM


def test_the_list_of_pages_has_every_page() -> None:
    known = set()
    for path in PAGES + FOR_ADMINISTRATORS:
        match = resolve(path.partition("?")[0])
        known.add((match.namespace.rpartition(":")[2], str(match.url_name)))
    routes = set(page_routes())
    assert len(routes) > 30
    assert routes - known == set()


def walked(visitor: Visitor, paths: list[str] | tuple[str, ...]) -> dict[str, Any]:
    """The faults of each page."""
    found = {}
    for path in paths:
        visitor.page.set_viewport_size({"width": 1280, "height": 900})
        visitor.go(path)
        settle(visitor.page)
        assert visitor.page.locator("h1").count(), path
        if faults := faults_by_width(visitor.page):
            found[path] = faults
        assert visitor.complaints == [], path
        is_ours = not path.startswith("/admin")
        assert not is_ours or visitor.page.evaluate(HANGS) <= 0, path
    return found


def test_every_table_of_the_portal_is_whole(
    visit: Callable[..., Visitor], changed_bom: str
) -> None:
    visitor = visit("rina")
    speak_indonesian(visitor)
    assert walked(visitor, PAGES) == {}


def test_every_table_of_the_administration_is_whole(
    visit: Callable[..., Visitor], changed_bom: str
) -> None:
    visitor = visit("admin")
    speak_indonesian(visitor)
    lists = admin_lists()
    assert walked(visitor, [*FOR_ADMINISTRATORS, *lists]) == {}
    assert walked(visitor, first_records(visitor, lists)) == {}


def first_records(visitor: Visitor, lists: list[str]) -> list[str]:
    """The record that each list of the administration names first."""
    found = []
    for path in lists:
        visitor.go(path)
        link = visitor.page.locator("#result_list tbody a[href*='/change/']").first
        if link.count():
            found.append(str(link.get_attribute("href")))
    assert len(found) > 8
    return found


def speak_indonesian(visitor: Visitor) -> None:
    """The language with the longer words, which people see first."""
    cookie = {"name": "django_language", "value": "id", "url": visitor.portal.url}
    visitor.page.context.add_cookies([cookie])


@pytest.mark.parametrize(
    ("css", "complaint"),
    [
        (".differences { display: grid; grid-template-columns: 20rem 1fr }", "rows"),
        (".differences { width: 140% }", "sticks out"),
        (
            ".differences td.full { max-width: 2rem; min-width: 0; overflow: hidden; white-space: nowrap }",
            "leaves its cell",
        ),
        (
            ".differences td .sub { overflow: hidden; width: 1rem; white-space: nowrap }",
            "is cut",
        ),
        (
            ".differences td.full { word-break: break-all; min-width: 0; max-width: 3rem }",
            "is torn",
        ),
        (".differences td.state { position: relative; left: 6rem }", "lies on"),
        ("#bom-changes { margin-right: -25rem }", "lies under"),
    ],
)
def test_a_planted_fault_is_seen(
    visit: Callable[..., Visitor], changed_bom: str, css: str, complaint: str
) -> None:
    visitor = visit("rina")
    visitor.go(changed_bom)
    settle(visitor.page)
    assert visitor.page.evaluate(TABLE_FAULTS) == []
    plant(visitor.page, css)
    faults = visitor.page.evaluate(TABLE_FAULTS)
    assert any(re.search(complaint, fault) for fault in faults), faults
