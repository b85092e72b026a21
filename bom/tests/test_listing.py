"""The list of BOMs: found, filtered, sorted, counted, and each row's words."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from bom.filters import BomFilter
from bom.models import BomApproval
from bom.queries.listing import (
    bom_lines,
    bom_totals,
    found_boms,
    missing_by_approval,
    sorted_boms,
)
from bom.services.opening import invite_pics
from bom.tests.conftest import RAW, put_up, with_qty
from bom.tests.test_verbs import sign
from core.accounts.models import User
from core.ledger.models import Delivery
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def four(agus: User, hendi: User, rina: User) -> dict[str, BomApproval]:
    """Open, half, approved and rejected; each of Agus and Hendi."""
    made = {
        name: put_up(700 + number, agus, hendi, raw={**RAW, "name": f"Panel {name}"})
        for number, name in enumerate(("open", "half", "approved", "rejected"))
    }
    sign(made["half"], agus)
    sign(made["approved"], agus)
    sign(made["approved"], hendi)
    sign(made["rejected"], hendi, 2)
    return {name: BomApproval.objects.get(pk=row.pk) for name, row in made.items()}


def names(rows: Any) -> set[str]:
    """Which of the four."""
    return {str(row).removeprefix("Panel ") for row in rows}


def filtered(by: User, **query: str) -> set[str]:
    """What the filters find for a person."""
    request = type("Request", (), {"user": by})()
    chosen = BomFilter(query, queryset=BomApproval.objects.alive(), request=request)
    assert chosen.is_valid(), chosen.errors
    return names(chosen.qs)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "open half approved rejected"),
        ({"status": "0"}, "open half"),
        ({"status": "1"}, "approved"),
        ({"status": "2"}, "rejected"),
        ({"mine": "waiting"}, "open"),
        ({"mine": "decided"}, "half approved"),
        ({"mine": "opened"}, ""),
        ({"source": "webhook"}, "open half approved rejected"),
        ({"source": "person"}, ""),
        ({"snapshot": "pending"}, "approved"),
        ({"snapshot": "delivered"}, ""),
        ({"q": "panel HALF"}, "half"),
        ({"q": "702"}, "approved"),
        ({"q": "panel 702"}, "approved"),
        ({"q": "70"}, "open half approved rejected"),
        ({"q": "71"}, ""),
        ({"status": "0", "mine": "decided"}, "half"),
    ],
)
def test_a_filter_finds_its_own(
    four: dict[str, BomApproval], agus: User, query: dict[str, str], expected: str
) -> None:
    assert filtered(agus, **query) == set(expected.split())


@pytest.mark.parametrize(
    ("query", "field"),
    [({"status": "9"}, "status"), ({"mine": "x"}, "mine"), ({"since": "x"}, "since")],
)
def test_a_wrong_filter_is_named(agus: User, query: dict[str, str], field: str) -> None:
    chosen = BomFilter(query, queryset=BomApproval.objects.all())
    assert not chosen.is_valid()
    assert list(chosen.errors) == [field]


def test_a_delivered_snapshot_of_an_earlier_revision_is_not_this_ones(
    four: dict[str, BomApproval], agus: User
) -> None:
    Delivery.objects.update(state="delivered")
    assert filtered(agus, snapshot="delivered") == {"approved"}
    put_up(702, raw={**with_qty(9), "name": "Panel approved"})
    assert filtered(agus, snapshot="delivered") == set()


def test_removed_approvals_are_not_found(
    four: dict[str, BomApproval], agus: User
) -> None:
    BomApproval.objects.filter(pk=four["open"].pk).update(deleted_at=timezone.now())
    assert names(found_boms("panel")) == {"half", "approved", "rejected"}


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", "rejected approved half open"),
        ("nonsense", "rejected approved half open"),
        ("name", "approved half open rejected"),
        ("-name", "rejected open half approved"),
        ("status", "open half approved rejected"),
        ("opened", "open half approved rejected"),
        ("-opened", "rejected approved half open"),
    ],
)
def test_a_list_is_sorted_by_what_is_allowed(
    four: dict[str, BomApproval], sort: str, order: str
) -> None:
    rows = sorted_boms(BomApproval.objects.all(), sort)
    assert [str(row).removeprefix("Panel ") for row in rows] == order.split()


def test_totals_by_state(four: dict[str, BomApproval]) -> None:
    found = bom_totals(BomApproval.objects.all())
    assert (found.count, found.waiting, found.approved, found.rejected) == (4, 2, 1, 1)
    assert bom_totals(BomApproval.objects.none()).count == 0


def test_a_row_says_who_agreed_and_who_is_missing(
    four: dict[str, BomApproval], agus: User, hendi: User
) -> None:
    ids = [row.pk for row in four.values()]
    rows = dict(zip(four, bom_lines(ids, hendi), strict=True))
    found = {
        name: (row.asked, row.given, row.refused, row.who, row.is_mine)
        for name, row in rows.items()
    }
    assert found == {
        "open": (2, 0, 0, "Hendi, Agus", True),
        "half": (2, 1, 0, "Hendi", True),
        "approved": (2, 2, 0, "", False),
        "rejected": (2, 0, 1, "", False),
    }
    assert [row.delivery for row in rows.values()] == ["", "", "pending", ""]


def test_a_row_says_where_it_stands_in_words(
    four: dict[str, BomApproval], agus: User
) -> None:
    with translation.override("en"):
        (row,) = bom_lines([four["approved"].pk], agus)
    assert (row.key, row.status) == ("702", "Approved")
    assert row.facts == "702 · revision 1 · PPIC told us"


def test_many_missing_people_are_named_by_the_first_three(
    approval: BomApproval, rina: User
) -> None:
    for number in range(3):
        make_person(50 + number, f"P{number}")
    invite_pics(approval_id=approval.pk, pic_ids=[50, 51, 52], by=rina)
    (row,) = bom_lines([approval.pk], rina)
    assert row.who == "Hendi, Agus, P0 +2"
    assert len(row.missing) == 5


def test_who_is_missing_by_approval(four: dict[str, BomApproval]) -> None:
    found = missing_by_approval(list(four.values()))
    assert {name: found[row.pk] for name, row in four.items()} == {
        "open": {7, 12},
        "half": {7},
        "approved": set(),
        "rejected": set(),
    }


@pytest.mark.parametrize("count", [1, 4])
def test_rows_cost_the_same_however_many(
    four: dict[str, BomApproval],
    agus: User,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    ids = [row.pk for row in four.values()][:count]
    with django_assert_max_num_queries(4):
        assert len(bom_lines(ids, agus)) == count


def test_days_at_both_ends_belong_to_the_period(
    approval: BomApproval, agus: User
) -> None:
    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    for moment, is_in in (
        (day, True),
        (day + timedelta(days=1, microseconds=-1), True),
        (day - timedelta(microseconds=1), False),
        (day + timedelta(days=1), False),
    ):
        BomApproval.objects.update(opened_at=moment)
        today = day.date().isoformat()
        assert bool(filtered(agus, since=today, until=today)) is is_in
