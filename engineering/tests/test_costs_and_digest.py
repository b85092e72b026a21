"""What a change costs, when that is pointed out, and what of it is signed."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from engineering.models import ChangeItem, ChangeNotice, Configuration
from engineering.queries.thresholds import Threshold, threshold
from engineering.services.content import (
    SIGNED_FIELDS,
    content_digest,
    difference,
    snapshot,
    totals,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], (0, 0, 0)),
        ([(2, 100, 0)], (200, 0, 200)),
        ([(2, 100, 1)], (0, 200, -200)),
        ([(2, 100, 0), (1, 50, 1)], (200, 50, 150)),
        ([(2, None, 0), (1, 50, 0)], (50, 0, 50)),
        ([(0, 100, 0)], (0, 0, 0)),
        ([("0.5", "100.10", 0)], (Decimal("50.05"), 0, Decimal("50.05"))),
    ],
)
def test_sums_of_a_change(lines: list[Any], expected: Any) -> None:
    rows = [
        ChangeItem(
            qty=Decimal(str(qty)),
            snapshot_price=None if price is None else Decimal(str(price)),
            direction=direction,
        )
        for qty, price, direction in lines
    ]
    gone = ChangeItem(
        qty=Decimal(9), snapshot_price=Decimal(9), deleted_at=timezone.now()
    )
    assert tuple(totals([*rows, gone]).values()) == expected


@pytest.mark.parametrize(
    ("value", "percentage", "net", "decrease", "is_broken"),
    [
        (100, None, 100, 0, False),
        (100, None, 101, 0, True),
        (100, None, 101, 10**6, True),
        (100, 10, 11, 100, True),
        (100, 10, 10, 100, False),
        (100, 10, 101, 0, True),
        (100, 10, 99, 0, False),
        (100, 0, 1, 100, True),
    ],
)
def test_when_a_cost_is_pointed_out(
    value: int, percentage: int | None, net: int, decrease: int, is_broken: Any
) -> None:
    limit = Threshold(
        Decimal(value), None if percentage is None else Decimal(percentage)
    )
    change = ChangeNotice(net=Decimal(net), decrease=Decimal(decrease))
    assert limit.is_broken_by(change) is is_broken


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (None, (5_000_000, None)),
        ({"value": 7}, (7, None)),
        ({"value": None}, (5_000_000, None)),
        ({"value": 7, "percentage": 20}, (7, None)),
        ({"value": 7, "deleted_at": "2026-03-16T00:00Z"}, (5_000_000, None)),
    ],
)
def test_the_threshold_of_the_configuration(row: Any, expected: Any) -> None:
    if row is not None:
        Configuration.objects.create(name="CCNThreshold", **row)
    found = threshold()
    assert (found.value, found.percentage) == expected


# --- What is signed -----------------------------------------------------------------------


def content_of(change: ChangeNotice) -> dict[str, Any]:
    """The content as it is stored."""
    fresh = ChangeNotice.objects.get(pk=change.pk)
    return snapshot(fresh, list(fresh.items.alive()), fresh.attachments.signed())


@pytest.mark.parametrize("name", SIGNED_FIELDS)
def test_every_field_that_is_signed_changes_the_digest(
    change: ChangeNotice, name: str
) -> None:
    before = content_of(change)
    after = {**before, name: "another value"}
    assert content_digest(after) != content_digest(before)
    assert difference(before, after) == ({name: before[name]}, {name: "another value"})


LINES: dict[str, tuple[Any, bool]] = {
    "another price": (lambda row: row | {"snapshot_price": Decimal(1)}, True),
    "another quantity": (lambda row: row | {"qty": Decimal(9)}, True),
    "the other direction": (lambda row: row | {"direction": 1}, True),
    "another part": (lambda row: row | {"ext_item_id": 7}, True),
    "another label of a known part": (lambda row: row | {"part": "x"}, False),
    "an equal quantity": (lambda row: row | {"qty": Decimal("2.0000")}, False),
}


@pytest.mark.parametrize("case", LINES)
def test_what_of_a_line_is_signed(change: ChangeNotice, case: str) -> None:
    alter, is_signed = LINES[case]
    before = content_of(change)
    key = min(before["items"])
    after = {**before, "items": before["items"] | {key: alter(before["items"][key])}}
    assert (content_digest(after) != content_digest(before)) is is_signed


def test_neither_ids_nor_the_order_of_lines_are_signed(change: ChangeNotice) -> None:
    before = content_of(change)
    rows = list(before["items"].values())
    after = {**before, "items": {"8": rows[1], "9": rows[0]}}
    assert content_digest(after) == content_digest(before)
    fewer = {**before, "items": {"8": rows[1]}}
    twice = {**before, "items": {"8": rows[1], "9": rows[0], "10": rows[0]}}
    digests = {content_digest(each) for each in (before, fewer, twice)}
    assert len(digests) == 3
