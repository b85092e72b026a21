"""Takes the pictures of the guide, in both languages, and of the README from a running demo company.

    python3 manage.py run backend dev --port 8000
    python -m tests.journeys.pictures --url http://localhost:8000

They land in ``static/img/guide/NAME-LANGUAGE.jpg``; ``ems/tests/test_guide.py`` says when one is missing.
Those of the README, in Indonesian, land in ``docs/img/NAME.png``.
"""

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "static" / "img" / "guide"
PASSWORD = "panel-2026"  # of the demo company
SIZE = {"width": 1280, "height": 800}
QUALITY = 72
# Name of the picture: who looks, and at what.
PICTURES = {
    "login": ("", "/accounts/login/"),
    "home": ("rina", "/"),
    "inbox": ("rina", "/inbox/"),
    "changes": ("rina", "/changes/"),
    "change": ("rina", "/changes/64/"),
    "change-form": ("rina", "/changes/64/edit/"),
    "bom-record": ("hendi", "/bom/703/"),
    "activity-form": ("hendi", "/activities/new/"),
    "task": ("agus", "/activities/tasks/{task}/"),
    "manpower": ("rina", "/activities/manpower/"),
    "documents": ("rina", "/documents/"),
    "checklist": ("rina", "/documents/jobs/"),
    "notifications": ("rina", "/notifications/"),
    "report": ("rina", "/reports/done/"),
    "analyzer": ("agus", "/analyzer/"),
    "analysis": ("agus", "/analyzer/answers/{analysis}/"),
    "api": ("rina", "/api/docs"),
    "setup": ("admin", "/setup/"),
}
# The same of the README.
README = {"home": "/", "list": "/changes/", "record": "/changes/64/"}
# Where the number in an address comes from: the first such link of a page.
NUMBERS = {
    "task": ("/activities/1/", "a[href^='/activities/tasks/']"),
    "analysis": ("/analyzer/answers/", "main table a[href^='/analyzer/answers/']"),
}


def main() -> None:
    """Take all, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    PLACE.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name in options.names or PICTURES:
            for language in ("id", "en"):
                user, path = PICTURES[name]
                target = PLACE / f"{name}-{language}.jpg"
                shot = {"path": target, "type": "jpeg", "quality": QUALITY}
                take(browser, options.url, user, path, language, shot)
        for name, path in () if options.names else README.items():
            shot = {"path": ROOT / "docs" / "img" / f"{name}.png"}
            take(browser, options.url, "rina", path, "id", shot)
        browser.close()


def take(
    browser: Any, url: str, user: str, path: str, language: str, shot: dict[str, Any]
) -> None:
    """One picture, as ``shot`` says."""
    context = browser.new_context(viewport=SIZE, color_scheme="light")
    context.add_cookies([{"name": "django_language", "value": language, "url": url}])
    page = context.new_page()
    if user:
        log_in(page, url, user)
    page.goto(url + numbered(page, url, path), wait_until="networkidle")
    page.screenshot(**shot)
    sys.stdout.write(f"{shot['path'].name}\n")
    context.close()


def log_in(page: Any, url: str, user: str) -> None:
    """As somebody of the demo company."""
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda there: "/login" not in there)


def numbered(page: Any, url: str, path: str) -> str:
    """The path with the number that the demo company has there."""
    for name, (where, link) in NUMBERS.items():
        if f"{{{name}}}" in path:
            page.goto(url + where)
            return str(page.locator(link).first.get_attribute("href"))
    return path


if __name__ == "__main__":
    main()
