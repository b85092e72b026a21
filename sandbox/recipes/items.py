"""The item master and its prices."""

from random import Random
from typing import Any

from sandbox.recipes.catalogue import Family, families
from sandbox.recipes.dice import dice

Row = dict[str, Any]

COUNT = 400
FIRST_ID = 1001
UNPRICED = 6  # no row in the inventory at all
NULL_PRICED = 4  # a row without a price
# Up to this price, at most so many of it in one line.
MOST = ((100_000, 24), (500_000, 12), (5_000_000, 6), (1e12, 2))


def items() -> list[Row]:
    """Return four hundred items."""
    return [item for item, _ in _priced_items()]


def inventory() -> list[Row]:
    """Return a price for each item but ten."""
    silent = dice("unpriced").sample(range(COUNT), UNPRICED + NULL_PRICED)
    without_row, without_price = set(silent[:UNPRICED]), set(silent[UNPRICED:])
    return [
        {
            "products": {"id": item["id"]},
            "priceRp": None if place in without_price else price,
        }
        for place, (item, price) in enumerate(_priced_items())
        if place not in without_row
    ]


def prices() -> dict[int, float]:
    """Return the price by item id, for those that have one."""
    return {
        row["products"]["id"]: row["priceRp"] for row in inventory() if row["priceRp"]
    }


def believable_quantity(price: float, rng: Random) -> float:
    """Return a quantity that a panel may need: the dearer the part, the fewer."""
    most = next(count for limit, count in MOST if price <= limit)
    return float(rng.randrange(1, most + 1))


def _priced_items() -> list[tuple[Row, float]]:
    parts = [part for family in families() for part in _parts(family)]
    return [({"id": FIRST_ID + n} | row, price) for n, (row, price) in enumerate(parts)]


def _parts(family: Family) -> list[tuple[Row, float]]:
    return [
        (_row(family, part, rating), _price(family, step))
        for step, (part, rating) in enumerate(family.codes)
    ]


def _row(family: Family, part: str, rating: str) -> Row:
    return {
        "mfr": family.mfr,
        "partNum": part,
        "partName": family.name,
        "partDesc": family.desc.format(rating),
        "defaultUm": family.um,
    }


def _price(family: Family, step: int) -> float:
    """Round as price lists do, unless the family is sold by fractions of a rupiah."""
    price = family.price * family.growth**step
    return round(price, 2) if family.price % 1 else float(round(price, -2))
