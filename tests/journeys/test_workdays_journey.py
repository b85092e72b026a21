"""Leave and holidays in a browser: entered, seen in calendar and workload, previewed, saved."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


def test_leave_is_entered_and_seen_by_those_who_plan(
    visit: Callable[..., Visitor],
) -> None:
    agus = visit("agus")
    agus.go("/leave/")
    agus.page.fill("[name=first]", "2027-02-01")
    agus.page.fill("[name=last]", "2027-02-08")
    agus.page.click("main form.form button.main")
    agus.page.wait_for_selector("text=08 Feb 2027")
    agus.go("/activities/calendar/?month=2027-02")
    assert agus.page.locator(".month .away").count() == 8
    assert agus.page.locator(".month .holiday").count() == 2
    hendi = visit("hendi")
    hendi.page.context.add_cookies(
        [{"name": "django_language", "value": "id", "url": hendi.portal.url}]
    )
    hendi.page.set_viewport_size({"width": 390, "height": 850})
    hendi.go("/activities/workload/?first=2027-02-01&last=2027-02-07")
    assert hendi.page.locator("text=4 hari cuti").count() == 1


def test_a_list_of_holidays_is_previewed_and_saved(
    visit: Callable[..., Visitor],
) -> None:
    admin = visit("admin")
    admin.go("/setup/holidays/")
    admin.page.click("text=Paste a list")
    admin.page.fill("[name=lines]", "2028-01-01 Tahun Baru\nbesok libur")
    admin.page.click("main form.form button.main")
    admin.page.wait_for_selector("text=1 line is wrong")
    assert admin.page.locator("button[name=save]").count() == 0
    admin.page.fill("[name=lines]", "2028-01-01 Tahun Baru\n24/12/2028 Cuti Bersama")
    admin.page.click("main form.form button.main")
    admin.page.wait_for_selector("button[name=save]")
    admin.page.click("button[name=save]")
    admin.page.wait_for_url("**/setup/holidays/")
    assert admin.page.locator("text=01 Jan 2028").count() == 1
