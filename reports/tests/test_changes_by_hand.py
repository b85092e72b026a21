"""The report of ECN and CCN against six changes that were counted by hand."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import translation

from core.accounts.models import User
from engineering.models import ChangeNotice, Configuration
from reports.catalogue import BY_SLUG
from reports.period import Period, ReportPeriod
from reports.shapes import Table
from reports.tests.crowd import NOW, PERIOD, noon

pytestmark = pytest.mark.django_db
__all__ = ["noon"]
PENDING, ACCEPTED, REJECTED = 0, 1, 2


def change(by: User, number: int, day: str, status: int, **more: Any) -> ChangeNotice:
    """A change of 2026; ``hours``: from raising to the decision, ``net``: in millions."""
    hours, net = more.pop("hours", None), more.pop("net", 1) * 1_000_000
    customer = more.pop("customer", "")
    made = ChangeNotice.objects.create(
        number=f"X-{number}",
        date=date.fromisoformat(f"2026-{day}"),
        status=status,
        customer=customer,
        customer_plain=customer.casefold(),
        increase=max(net, 0),
        decrease=max(-net, 0),
        net=net,
        digest="0" * 64,
        requester=by,
        created_by=by,
        approval_date=NOW if status else None,
        **more,
    )
    created = NOW - timedelta(hours=hours or 1)
    ChangeNotice.objects.filter(pk=made.pk).update(created_at=created)
    return made


@pytest.fixture
def six(agus: User, noon: None) -> None:
    """Four of July, one each of June and August, and one that was removed; the limit is 4 million."""
    Configuration.objects.create(name="CCNThreshold", value=4_000_000)
    change(agus, 1, "07-01", PENDING, kind=0, net=5, customer="PT Nusa")
    change(agus, 2, "07-31", ACCEPTED, kind=0, hours=10, net=4, customer="PT Nusa")
    change(agus, 3, "07-15", ACCEPTED, kind=1, hours=5, net=-2, customer="PT Duta")
    change(agus, 4, "07-16", REJECTED, kind=1, hours=3, net=9)
    change(agus, 5, "06-30", ACCEPTED, kind=0, hours=50, net=50)
    change(agus, 6, "08-01", PENDING, kind=2, net=60)
    change(agus, 7, "07-10", PENDING, kind=0, net=70, deleted_at=NOW)


def table(period: Period = PERIOD, **asked: Any) -> Table:
    """The report's table."""
    return BY_SLUG["changes"].build(ReportPeriod(period, **asked)).tables[0]


def rows(found: Table) -> dict[str, list[Any]]:
    """Lines by their label, money in millions."""
    million = Decimal(1_000_000)
    return {
        row[0].value: [
            cell.value / million if cell.kind == "money" else cell.value
            for cell in row[1:]
        ]
        for row in found.rows
    }


def test_by_month_in_one_line(six: None) -> None:
    with translation.override("en"):
        found = rows(table())
    assert found == {"Jul 2026": [4, 1, 2, 1, 18, 2, 16, 2, Decimal(6)]}


def test_by_month_over_three_of_them_and_an_empty_one(six: None) -> None:
    period = Period(date(2026, 6, 15), date(2026, 9, 10))
    with translation.override("en"):
        found = rows(table(period))
    assert {label: values[0] for label, values in found.items()} == {
        "Jun 2026": 1,
        "Jul 2026": 4,
        "Aug 2026": 1,
        "Sep 2026": 0,
    }
    assert found["Sep 2026"] == [0, 0, 0, 0, 0, 0, 0, 0, None]
    assert found["Jun 2026"][-1] == 50


def test_by_status(six: None) -> None:
    found = list(rows(table(by="status")).values())
    assert found == [
        [1, 1, 0, 0, 5, 0, 5, 1, None],
        [2, 0, 2, 0, 4, 2, 2, 0, Decimal("7.5")],
        [1, 0, 0, 1, 9, 0, 9, 1, 3],
        [0, 0, 0, 0, 0, 0, 0, 0, None],  # sent back for rework
    ]


def test_by_type_and_of_one_type(six: None) -> None:
    found = list(rows(table(by="kind")).values())
    assert [values[0] for values in found] == [2, 2, 0, 0]
    only = rows(table(by="kind", change_kind=1))
    assert [values[:4] for values in only.values()] == [[2, 0, 1, 1]]


def test_by_customer_the_most_first(six: None) -> None:
    with translation.override("en"):
        found = rows(table(by="customer"))
    assert {label: values[0] for label, values in found.items()} == {
        "PT Nusa": 2,
        "no customer": 1,
        "PT Duta": 1,
    }
    assert next(iter(found)) == "PT Nusa"


def test_many_customers_end_with_one_line_for_the_rest(
    six: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.changes.MOST_CUSTOMERS", 1)
    with translation.override("en"):
        page = table(by="customer")
        found = rows(page)
    assert list(found) == ["PT Nusa", "all others"]
    assert found["all others"][:8] == [2, 0, 1, 1, 9, 2, 7, 1]
    assert {cell.url for cell in page.rows[-1]} == {""}


def test_the_totals_of_money_and_counts(six: None) -> None:
    values = [cell.value for cell in table(by="status").totals]
    assert values[1:9] == [4, 1, 2, 1, 18_000_000, 2_000_000, 16_000_000, 2]


@pytest.mark.parametrize(
    ("limit", "above"),
    [(3_999_999, 3), (4_000_000, 2), (9_000_000, 0), (8_999_999, 1)],
)
def test_a_limit_is_broken_only_above_it(six: None, limit: int, above: int) -> None:
    Configuration.objects.update(value=limit)
    ((_label, values),) = rows(table()).items()
    assert values[7] == above


@pytest.mark.parametrize("by", ["month", "kind", "status", "customer"])
def test_each_number_leads_to_that_many_changes(
    six: None, agus: User, as_person: Any, by: str
) -> None:
    client, followed = as_person(agus), 0
    for row in table(by=by).rows:
        for place in (1, 2, 3, 4, 8):
            cell = row[place]
            if cell.url:
                found = client.get(cell.url).context["rows"]
                assert len(found) == cell.value, cell.url
                followed += cell.value
    assert followed


def test_a_link_keeps_type_and_period(six: None) -> None:
    (row,) = table(by="kind", change_kind=1).rows
    query = parse_qs(urlsplit(row[3].url).query)
    assert query == {
        "since": ["2026-07-01"],
        "until": ["2026-07-31"],
        "kind": ["1"],
        "status": ["1"],
    }
