"""Hours a week that people have: kept by administrators, with their history."""

from decimal import Decimal

import pytest

from activities.queries.workload import HEAD, STAFF, capacities
from tests.people import Cast

pytestmark = pytest.mark.django_db
PAGE = "/setup/capacities/"


def test_capacities_are_kept_and_nonsense_is_not(cast: Cast) -> None:
    browser = cast.browser("admin")
    assert browser.post(PAGE, {"head": "25", "staff": "37,5"}).status_code == 302
    assert capacities() == {HEAD: 25, STAFF: Decimal("37.5")}
    assert browser.post(PAGE, {"head": "169", "staff": "-1"}).status_code == 400
    assert capacities() == {HEAD: 25, STAFF: Decimal("37.5")}
    browser.post(PAGE, {"head": "", "staff": "40"})
    assert capacities() == {HEAD: 20, STAFF: 40}
    assert 'class="line"' in browser.get(PAGE).content.decode()


def test_a_manager_does_not_set_them(cast: Cast) -> None:
    answer = cast.browser("rina").post(PAGE, {"head": "25", "staff": "37,5"})
    assert answer.status_code == 403
    assert capacities() == {HEAD: 20, STAFF: 40}
