"""Without a connection the portal says so, and comes back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_lost_connection_is_told_and_nothing_old_is_shown(
    visit: Callable[..., Visitor],
) -> None:
    agus = visit("agus")
    page = agus.page
    agus.go("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    agus.go("/inbox/")  # the first page that the worker sees
    page.context.set_offline(True)
    page.goto(f"{agus.portal.url}/changes/")
    expect(page.locator("h1")).to_contain_text("Offline")
    expect(page.locator("main")).to_contain_text("Tidak ada koneksi")
    page.context.set_offline(False)
    agus.complaints.clear()  # of the connection
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("h1")).not_to_contain_text("Offline")
    agus.complaints.clear()
