"""Every page in two widths, two themes and two languages: nothing hangs out, nothing complains.

Texts that try to break out are in the data; the content security policy must have nothing to stop.
"""

import re
from collections.abc import Callable

import pytest

from tests.journeys.conftest import Visitor
from tests.journeys.places import PAGES

pytestmark = pytest.mark.browser
ALSO = (
    "/setup/",
    "/setup/panel-processes/",
    "/setup/support-details/new/",
    "/admin/",
    "/admin/engineering/changenotice/",
    "/admin/engineering/changenotice/64/change/",
    "/admin/supportdocs/supporttable/1/change/",
    "/api/docs",
    "/nothing/here/",
)
# In Indonesian and light, `test_layout.py` opens the others.
LOOKS = ((1280, "light", "id", ALSO), (390, "dark", "en", PAGES + ALSO))


@pytest.mark.parametrize(("width", "theme", "language", "paths"), LOOKS)
def test_no_page_hangs_out_or_complains(
    visit: Callable[..., Visitor],
    width: int,
    theme: str,
    language: str,
    paths: tuple[str, ...],
) -> None:
    visitor = visit("rina")
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 850})
    cookies = {"ems_theme": theme, "django_language": language}
    page.context.add_cookies(
        [
            {"name": name, "value": value, "url": visitor.portal.url}
            for name, value in cookies.items()
        ]
    )
    for path in paths:
        visitor.go(path)
        page.wait_for_load_state("load")
        hangs = page.evaluate(
            "document.documentElement.scrollWidth - window.innerWidth"
        )
        is_ours = not path.startswith(("/admin", "/api"))
        assert hangs <= 0 or not is_ours, (path, width, hangs)
        assert visitor.complaints == [], path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_diagrams_of_the_guide_are_seen_in_each_theme(
    visit: Callable[..., Visitor], theme: str
) -> None:
    visitor = visit("agus")
    cookie = {"name": "ems_theme", "value": theme, "url": visitor.portal.url}
    visitor.page.context.add_cookies([cookie])
    for slug in ("login", "notifications"):
        visitor.go(f"/help/{slug}/")
        shown = visitor.page.locator(".diagram img:visible")
        assert shown.count() == 1
        shown.scroll_into_view_if_needed()
        visitor.page.wait_for_function(
            "document.querySelector('.diagram img.for-THEME').naturalWidth > 100".replace(
                "THEME", theme
            )
        )
        assert visitor.complaints == [], slug


def test_texts_that_try_to_break_out_stay_texts(visit: Callable[..., Visitor]) -> None:
    visitor = visit("agus")
    page = visitor.page
    page.on(
        "dialog", lambda dialog: visitor.complaints.append(f"dialog: {dialog.message}")
    )
    attack = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}</textarea>'
    visitor.go("/changes/new/")
    for name in (
        "engineering",
        "detail_problem",
        "project_name",
        "customer",
        "po_number",
    ):
        page.fill(f"[name={name}]", attack)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/changes/\d+/$"))
    record = str(page.url).removeprefix(visitor.portal.url)
    for path in (record, f"{record}edit/", f"{record}print/"):
        visitor.go(path)
        assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0
    for path in ("/changes/", "/", "/search/?q=onerror"):
        visitor.go(path)
        assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0


def test_the_harness_hears_a_complaint(visit: Callable[..., Visitor]) -> None:
    """Sabotage: a script that the policy must stop, and that the visitor must hear."""
    visitor = visit("agus")
    visitor.page.evaluate(
        "const s = document.createElement('script'); s.text = 'window.planted = 1'; document.body.append(s)"
    )
    assert visitor.page.evaluate("window.planted") is None
    assert any("Content Security Policy" in each for each in visitor.complaints)
    visitor.complaints.clear()
