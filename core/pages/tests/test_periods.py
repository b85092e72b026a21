"""Chips of a period: the usual ones by name, the days as people write them, all in the address."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.utils import translation

from core.pages.periods import usual_periods
from engineering.models import ChangeNotice
from engineering.tests.conftest import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db
LISTS = {
    "/changes/": ("since", "until"),
    "/bom/": ("since", "until"),
    "/activities/": ("first", "last"),
}


def chips_of(browser: Any, path: str) -> dict[str, Any]:
    """The chips of a list by name."""
    browser.cookies["django_language"] = "en"
    shown = browser.get(path).context
    return {chip.name: chip for chip in [*shown["chips"], *shown["rare_chips"]]}


def test_the_usual_periods_are_whole_months_and_years() -> None:
    with translation.override("en"):
        assert usual_periods(date(2026, 1, 31)) == [
            ("this month", (date(2026, 1, 1), date(2026, 1, 31))),
            ("last month", (date(2025, 12, 1), date(2025, 12, 31))),
            ("this year", (date(2026, 1, 1), date(2026, 12, 31))),
        ]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_narrowed_to_a_period_by_its_address(cast: Cast, path: str) -> None:
    first, last = LISTS[path]
    browser = cast.browser("rina")
    with time_machine.travel("2026-11-29T12:00:00+07:00", tick=True):
        chip = chips_of(browser, f"{path}?q=a")["period"]
        assert [option.label for option in chip.options] == [
            "this month",
            "last month",
            "this year",
        ]
        url = chip.options[1].url
        assert url == f"?q=a&{first}=2026-10-01&{last}=2026-10-31"
        chips = chips_of(browser, path + url)
    assert chips["period"].word == "last month"
    assert chips["period"].remove == "?q=a"
    assert (chips[first].word, chips[last].word) == ("01 Oct 2026", "31 Oct 2026")
    assert chips[first].value == "2026-10-01"


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("day", ["1999-12-31", "2101-01-01", "0026-11-29", "kemarin"])
def test_a_day_that_nobody_means_is_refused(cast: Cast, path: str, day: str) -> None:
    answer = cast.browser("rina").get(path, {LISTS[path][0]: day})
    assert answer.status_code == 400


def test_the_days_at_both_ends_belong_to_the_period(cast: Cast) -> None:
    for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31)):
        change = a_change(cast.agus)
        ChangeNotice.objects.filter(pk=change.pk).update(date=day)
    found = cast.browser("rina").get("/changes/?since=2026-10-01&until=2026-10-31")
    assert len(found.context["rows"]) == 2
