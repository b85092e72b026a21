"""axe on every page of portal and administration: nothing critical, nothing serious.

In both themes and languages, on a desk and on a phone: `python3 manage.py test --db sqlite --long
tests/journeys/test_accessibility.py`. The short test has a planted fault, so that silence means something.
"""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from tests.journeys.axe import grave_violations
from tests.journeys.conftest import Visitor
from tests.journeys.layout import plant, settle
from tests.journeys.places import FOR_ADMINISTRATORS, PAGES, admin_lists

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
LOOKS = tuple(product(("light", "dark"), ("id", "en"), (1280, 390)))
SHORT = (
    "/",
    "/inbox/",
    "/changes/",
    "/changes/64/",
    "/changes/new/",
    "/notifications/",
)


def dressed(visitor: Visitor, theme: str, language: str, width: int) -> Any:
    """The page in a theme, a language and a width."""
    cookies = {"ems_theme": theme, "django_language": language}
    visitor.page.context.add_cookies(
        [
            {"name": name, "value": value, "url": visitor.portal.url}
            for name, value in cookies.items()
        ]
    )
    visitor.page.set_viewport_size({"width": width, "height": 900})
    return visitor.page


def walked(visitor: Visitor, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """The grave violations of each page that has some."""
    found = {}
    for path in paths:
        visitor.go(path)
        settle(visitor.page)
        if violations := grave_violations(visitor.page):
            found[path] = violations
    return found


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_the_pages_of_the_day_have_no_grave_violation(
    visit: Visit, theme: str, width: int
) -> None:
    visitor = visit("rina")
    dressed(visitor, theme, "id", width)
    assert walked(visitor, SHORT) == {}


def test_the_palette_has_none_either(visit: Visit) -> None:
    visitor = visit("rina")
    visitor.go("/")
    visitor.page.keyboard.press("Control+k")
    visitor.page.locator("#palette [role=option]").first.wait_for()
    assert grave_violations(visitor.page) == []


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (
            "document.querySelector('main').append(document.createElement('input'))",
            "label",
        ),
        (
            "document.querySelector('.nav img').removeAttribute('alt')",
            "image-alt",
        ),
        (
            "document.querySelector('main').append(document.createElement('button'))",
            "button-name",
        ),
    ],
)
def test_a_planted_fault_is_found(visit: Visit, fault: str, name: str) -> None:
    visitor = visit("agus")
    visitor.go("/")
    settle(visitor.page)
    visitor.page.evaluate(fault)
    assert any(f" {name}:" in each for each in grave_violations(visitor.page))


def test_pale_letters_are_found(visit: Visit) -> None:
    visitor = visit("agus")
    visitor.go("/")
    settle(visitor.page)
    plant(visitor.page, "main .sub, main p { color: #ccc !important }")
    assert any("color-contrast" in each for each in grave_violations(visitor.page))


@pytest.mark.long
@pytest.mark.parametrize(("theme", "language", "width"), LOOKS)
def test_no_page_of_the_portal_has_a_grave_violation(
    visit: Visit, theme: str, language: str, width: int
) -> None:
    visitor = visit("rina")
    dressed(visitor, theme, language, width)
    assert walked(visitor, PAGES) == {}


@pytest.mark.long
@pytest.mark.parametrize(("theme", "language", "width"), LOOKS)
def test_no_page_of_the_administration_has_a_grave_violation(
    visit: Visit, theme: str, language: str, width: int
) -> None:
    visitor = visit("admin")
    dressed(visitor, theme, language, width)
    assert walked(visitor, (*FOR_ADMINISTRATORS, *admin_lists())) == {}
