"""The normal form: what may change the digest, and what is refused."""

import math
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bom.policies import content_digest, difference, normalised, totals
from core.errors import DomainError

PART = st.fixed_dictionaries(
    {
        "extItemId": st.integers(1, 10**6),
        "qty": st.decimals(0, 10**4, places=3, allow_nan=False),
    }
)
TREE = st.lists(
    st.one_of(
        PART,
        st.fixed_dictionaries(
            {
                "name": st.text("abc", max_size=3),
                "qty": st.integers(1, 9),
                "children": st.lists(PART, min_size=1, max_size=4),
            }
        ),
    ),
    min_size=1,
    max_size=8,
)


def spelled(rows: list[dict[str, Any]], dice: random.Random) -> list[dict[str, Any]]:
    """The same tree as another program might write it."""
    spell = (
        str,
        float,
        lambda qty: f"{Decimal(str(qty)):f}000" if "." in str(qty) else qty,
    )
    found = [
        {
            **row,
            "qty": dice.choice(spell)(row["qty"]),
            "partName": str(dice.random()),
            **(
                {"children": spelled(row["children"], dice)}
                if "children" in row
                else {}
            ),
        }
        for row in rows
    ]
    dice.shuffle(found)
    return found


@given(TREE, st.integers())
def test_order_names_and_spelling_never_change_the_digest(
    rows: list[dict[str, Any]], seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311  (repeatable)
    plain = normalised({"children": rows})
    other = normalised({"children": spelled(rows, dice)})
    assert content_digest(plain) == content_digest(other)


@given(TREE, TREE)
def test_the_difference_adds_up(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    old, new = normalised({"children": before}), normalised({"children": after})
    sums = totals(old)
    for change in difference(old, new):
        sums[change.item] = sums.get(change.item, Decimal(0)) + change.delta
    assert {k: v for k, v in sums.items() if v} == {
        k: v for k, v in totals(new).items() if v
    }
    assert all(change.kind == "same" for change in difference(old, old))


def test_duplicates_stay_as_lines_and_are_summed() -> None:
    content = normalised(
        {"children": [{"extItemId": 5, "qty": 2}, {"extItemId": 5, "qty": 3}]}
    )
    assert len(content["children"]) == 2
    assert totals(content) == {5: Decimal(5)}


def test_quantities_multiply_on_the_way_down() -> None:
    inner = [{"extItemId": 5, "qty": "1.5"}]
    part = {"extItemId": 6, "qty": 2, "children": [{"extItemId": 5, "qty": 1}]}
    content = normalised({"children": [{"qty": 4, "children": inner}, part]})
    assert totals(content) == {5: Decimal(8), 6: Decimal(2)}


def test_minus_zero_is_zero() -> None:
    one, two = (normalised(_of_qty(qty)) for qty in (0, -0.0))
    assert one == two


def _of_qty(qty: object) -> dict[str, Any]:
    return {"children": [{"extItemId": 5, "qty": qty}]}


def loop() -> dict[str, Any]:
    """A BOM that contains itself."""
    bom: dict[str, Any] = {"name": "x", "qty": 1}
    bom["children"] = [bom, {"extItemId": 1, "qty": 1}]
    return bom


WRONG_QUANTITIES: tuple[Any, ...] = (
    -1,
    math.nan,
    math.inf,
    "NaN",
    1e12,
    "",
    "x",
    True,
    [],
    "1" * 50,
)

UNREADABLE: tuple[Any, ...] = (
    "x",
    7,
    [{"extItemId": 2, "qty": 1}],
    {"name": "Incoming", "qty": 1, "children": {"extItemId": 2, "qty": 1}},
    {"name": "Incoming", "qty": 1, "children": "x"},
)


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"children": []},
        {"children": "x"},
        {"children": [{"name": "empty", "children": []}]},
        {"children": [{"extItemId": n + 1, "qty": 1} for n in range(100_000)]},
        loop(),
        *({"children": [{"extItemId": 1, "qty": qty}]} for qty in WRONG_QUANTITIES),
        *(
            {"children": [{"extItemId": key, "qty": 1}]}
            for key in ("x", -1, 1.5, "9" * 25, True, [1])
        ),
        *({"children": [{"extItemId": 1, "qty": 1}, row]} for row in UNREADABLE),
        {
            "children": [
                {
                    "qty": 1e6,
                    "children": [
                        {"qty": 1e6, "children": [{"extItemId": 1, "qty": 1}]}
                    ],
                }
            ]
        },
    ],
    ids=range(28),
)
def test_it_refuses_what_cannot_be_approved(raw: dict[str, Any]) -> None:
    with pytest.raises(DomainError) as caught:
        normalised(raw)
    assert caught.value.code == "invalid"
    assert caught.value.sentence


@pytest.mark.parametrize("qty", [{}, {"qty": None}, {"qty": 0}])
def test_a_quantity_that_is_left_out_is_zero(qty: dict[str, Any]) -> None:
    """Protobuf JSON leaves out what is zero."""
    part = {"extItemId": 2} | qty
    group = {"name": "Incoming", "children": [{"extItemId": 3, "qty": 4}]} | qty
    tree = normalised({"children": [{"extItemId": 1, "qty": 1}, part, group]})
    quantities = {
        row.get("item") or row["name"]: row["qty"] for row in tree["children"]
    }
    assert quantities == {1: "1", 2: "0", "Incoming": "0"}


def test_a_quantity_that_is_no_number_names_its_part() -> None:
    with pytest.raises(DomainError, match="1278"):
        normalised({"children": [{"extItemId": 1278, "qty": "x"}]})
