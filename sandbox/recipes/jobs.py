"""Jobs: what was ordered by whom, which panels it has, and from which BOMs."""

from random import Random
from typing import Any

from sandbox.recipes.boms import FAMILIES, boms, kind_of, site_of
from sandbox.recipes.customers import purchase_orders
from sandbox.recipes.dice import dice

Row = dict[str, Any]

COUNT = 40
FIRST_ID, FIRST_PANEL_ID = 51, 2001
MOST_PANELS = 6


def jobs() -> list[Row]:
    """Return forty jobs; each BOM family serves two of them."""
    rng = dice("jobs")
    orders, by_family = purchase_orders(), _boms_by_name()
    rows: list[Row] = []
    for place in range(COUNT):
        family, order = place % FAMILIES, orders[place]
        row = _job(place, family, order, rng)
        row["jobPurchaseOrders"] = _orders_of(order, orders)
        row["jobBomLeveleds"] = [{"bomLeveledId": i} for i in by_family[_title(family)]]
        rows.append(row)
    return _with_panel_ids(rows)


def _job(place: int, family: int, order: Row, rng: Random) -> Row:
    customer = order["account"]["name"].partition(" ")[2]
    phase = f" Tahap {place // FAMILIES + 1}"
    return {
        "masterJavaBaseModel": {"id": str(FIRST_ID + place)},
        "name": f"{customer} - {_title(family)}{phase}",
        "panelCodes": _panels(family, rng),
    }


def _title(family: int) -> str:
    return f"{kind_of(family).name} {site_of(family)}"


def _panels(family: int, rng: Random) -> list[Row]:
    """Return one to six panels; those after the first may be of a smaller sort."""
    main = kind_of(family).name
    kinds = [main, *rng.choices((main, "SDP", "Panel Kontrol"), k=MOST_PANELS - 1)]
    count = rng.randrange(1, MOST_PANELS + 1)
    return [
        {"type": kind, "name": f"{kind}-{chr(ord('A') + place)}"}
        for place, kind in enumerate(kinds[:count])
    ]


def _with_panel_ids(rows: list[Row]) -> list[Row]:
    panels = [panel for row in rows for panel in row["panelCodes"]]
    for number, panel in enumerate(panels, FIRST_PANEL_ID):
        panel["masterJavaBaseModel"] = {"id": str(number)}
    return rows


def _orders_of(order: Row, orders: list[Row]) -> list[Row]:
    """Return the job's order and, if there is one, a later one of that customer."""
    same = [o for o in orders[COUNT:] if o["account"] == order["account"]]
    return [{"extPurchaseOrderId": str(row["id"])} for row in [order, *same[:1]]]


def _boms_by_name() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for bom in boms():
        title = bom["name"].removeprefix("BOM ").rpartition(" r")[0]
        groups.setdefault(title, []).append(bom["masterJavaBaseModel"]["id"])
    return groups
