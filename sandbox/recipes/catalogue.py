"""The parts a panel is made of: ``catalogue.csv``, one line per product family.

The members of a family differ in their rating only. ``codes`` lists them as
``part number=rating``, cheapest first; the first costs ``price`` and each further one
``growth`` times the one before.
"""

import csv
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).with_name("catalogue.csv")


class Family(NamedTuple):
    """Parts that differ in their rating only."""

    mfr: str
    name: str
    desc: str
    um: str
    price: float
    growth: float
    codes: tuple[tuple[str, str], ...]


def families() -> list[Family]:
    """Read the whole catalogue."""
    with SOURCE.open(encoding="utf-8", newline="") as lines:
        return [_family(row) for row in csv.DictReader(lines, delimiter="|")]


def _family(row: dict[str, str]) -> Family:
    codes = (code.partition("=") for code in row["codes"].split())
    return Family(
        row["mfr"],
        row["name"],
        row["desc"],
        row["um"],
        float(row["price"]),
        float(row["growth"]),
        tuple((part, rating.replace("_", " ")) for part, _, rating in codes),
    )
