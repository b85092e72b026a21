"""Typed figures: each carries its own name and time."""

import pytest

from core.accounts.models import User
from core.ledger.models import Event
from engineering.models import DashboardMetrics
from engineering.services import type_figures
from tests.people import Cast

pytestmark = pytest.mark.django_db


def test_each_figure_is_marked_by_who_typed_it(rina: User, hendi: User) -> None:
    type_figures(data={"number_of_manpowers": 9}, by=rina)
    row = type_figures(data={"total_boms": 5, "number_of_manpowers": 9}, by=hendi)
    assert row is not None
    typists = {name: mark["by"] for name, mark in row.marks.items()}
    assert typists == {"number_of_manpowers": "Rina", "total_boms": "Hendi"}
    row = type_figures(data={"number_of_manpowers": None}, by=hendi)
    assert row is not None
    assert row.marks.keys() == {"total_boms"}


def test_naming_no_figure_does_nothing(rina: User) -> None:
    assert type_figures(data={"unknown": 1}, by=rina) is None
    type_figures(data={"total_boms": 5}, by=rina)
    type_figures(data={"total_boms": 5}, by=rina)
    assert Event.objects.count() == DashboardMetrics.objects.count() == 1


def test_no_figure_is_below_zero_over_the_api(cast: Cast) -> None:
    api = cast.api("rina")
    path = "/api/dashboard/metrics/arr"
    for name in ("numberOfManpowers", "totalBOMs", "numberOfECNsThisMonth"):
        refused = api.write(path, {name: -4}, 400)
        assert name in refused["errors"]
    assert not DashboardMetrics.objects.exists()
