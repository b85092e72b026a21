"""What who decides sees of the cost: deviations, limits, margin, and parts that PPIC does not know."""

from decimal import Decimal
from typing import Any

import pytest

from core.approvals.models import ApprovalRule
from core.errors import DomainError
from core.integrations import upstreams
from engineering.models import ChangeNotice
from engineering.queries.history import timeline
from engineering.queries.impact import deviation
from engineering.services import edit_change, raise_change
from engineering.tests.conftest import NOTHING_KNOWN
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "price", "share", "percent"),
    [
        (110, 100, 10, None),
        (111, 100, 10, 11),
        (90, 100, 10, None),
        (89, 100, 10, -11),
        (101, 100, 0, 1),
        (100, 100, 0, None),
        (None, 100, 10, None),
        (100, None, 10, None),
        (100, 0, 10, None),
    ],
)
def test_a_price_far_from_ppics_is_marked(
    settings: Any, typed: Any, price: Any, share: int, percent: int | None
) -> None:
    settings.PRICE_DEVIATION_SHARE = share
    found = deviation(
        None if typed is None else Decimal(typed),
        None if price is None else Decimal(price),
    )
    assert (found and found.percent) == percent


def page(cast: Cast, change: ChangeNotice, who: str = "rina") -> str:
    found: str = cast.browser(who).get(f"/changes/{change.pk}/").content.decode()
    return found


def test_the_page_shows_deviation_limit_margin_and_route(cast: Cast) -> None:
    price = upstreams.ppic().inventory().value[1001]
    rule = ApprovalRule.objects.create(kind=0, net_from=0)
    rule.steps.create(order=1, role="manager")
    change = a_change(
        cast.agus,
        items=[{"ext_item_id": 1001, "qty": 1, "snapshot_price": price * 2}],
        margin_before=12,
        margin_after=10,
    )
    shown = page(cast, change)
    for words in ("(+100\u00a0%)", "ambang Rp", "12 % → 10 %", "Rute ini untuk: ECN ≥"):
        assert words in shown
    plain = a_change(
        cast.agus, items=[{"ext_item_id": 1001, "qty": 1, "snapshot_price": price}]
    )
    assert "PPIC: Rp" not in page(cast, plain)


def test_who_decides_reads_why_the_widest_route_was_taken(cast: Cast) -> None:
    change = a_change(cast.agus, items=[{"ext_item_id": 1001, "qty": 1}])
    assert "rute terluas yang dipakai" in page(cast, change)


def test_the_answers_about_one_change_name_the_prices(cast: Cast) -> None:
    """Above the share only; such an answer can be posted back, and what it names is not taken in."""
    price = upstreams.ppic().inventory().value[1001]
    lines = [
        {"ext_item_id": 1001, "qty": 1, "snapshot_price": price * 2},
        {"ext_item_id": 1001, "qty": 1, "snapshot_price": price},
        {"ext_item_id": 1001, "qty": 1},
    ]
    change = a_change(cast.agus, items=lines)
    api, path = cast.api("rina"), f"/engineeringDetailProblems/{change.pk}"
    for answer in (api.read(path), api.read(f"{path}/all")):
        first = answer["items"][0]["id"]
        assert answer["priceDeviations"] == [
            {
                "itemId": first,
                "extItemId": 1001,
                "price": float(price),
                "percent": 100,
            }
        ]
    again = cast.api("agus").write("/engineeringDetailProblems", answer)
    assert again["revision"] == 1
    plain = a_change(cast.agus, items=lines[1:])
    assert "priceDeviations" not in api.read(f"/engineeringDetailProblems/{plain.pk}")


# --- Parts that PPIC does not know ----------------------------------------------------

TYPED = {"part_number": "X-1", "qty": 1}
NAMED = TYPED | {"part_name": "Bracket", "unit": "pcs"}


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (TYPED, ["items.partName"]),
        (TYPED | {"part_name": "Bracket"}, ["items.unit"]),
        (TYPED | {"part_name": " ", "unit": "pcs"}, ["items.partName"]),
        (NAMED, []),
        (TYPED | {"ext_item_id": 7}, []),
    ],
)
def test_a_typed_part_needs_a_name_and_a_unit(
    agus: Any, line: dict[str, Any], fields: list[str]
) -> None:
    found: list[str] = []
    try:
        change = raise_change(
            by=agus, fields={"engineering": "x"}, items=[line], facts=NOTHING_KNOWN
        )
    except DomainError as error:
        found = list(error.errors)
    assert found == fields
    assert ChangeNotice.objects.exists() is not bool(fields)
    if line is NAMED:
        row = change.items.get()
        assert (row.part_name, row.unit) == ("Bracket", "pcs")


def test_its_name_is_signed_and_told(agus: Any) -> None:
    change = raise_change(
        by=agus, fields={"engineering": "x"}, items=[NAMED], facts=NOTHING_KNOWN
    )
    line = {"id": change.items.get().pk, "unit": "set"}
    edited = edit_change(
        change_id=change.pk, by=agus, fields={}, items=[line], facts=NOTHING_KNOWN
    )
    assert (edited.revision, edited.digest != change.digest) == (2, True)
    (told,) = timeline(edited)[0].changes
    assert (told.before, told.after) == ("pcs", "set")


def test_the_doors_refuse_at_the_field(cast: Cast) -> None:
    path = "/engineeringDetailProblems"
    api = cast.api("agus")
    body = {"engineering": "x", "items": [{"partNumber": "X-1", "qty": 1}]}
    assert list(api.write(path, body, 400)["errors"]) == ["items.partName"]
    line = {"partNumber": "X-1", "partName": "Bracket", "unit": "pcs", "qty": 1}
    row = api.write(path, body | {"items": [line]})
    assert (row["items"][0]["partName"], row["items"][0]["unit"]) == ("Bracket", "pcs")
    sent = {
        "kind": "0",
        "date": "2026-11-30",
        "engineering": "x",
        "detail_problem": "y",
        "priority": "3",
        "items-TOTAL_FORMS": "1",
        "items-INITIAL_FORMS": "0",
        "items-0-part_number": "X-1",
        "items-0-qty": "1",
        "items-0-direction": "0",
    }
    answer = cast.browser("agus").post("/changes/new/", sent)
    assert answer.status_code == 400
    assert set(answer.context["items"].forms[0].errors) == {"part_name", "unit"}
    named = sent | {"items-0-part_name": "Bracket", "items-0-unit": "pcs"}
    assert cast.browser("agus").post("/changes/new/", named).status_code == 302
