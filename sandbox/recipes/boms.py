"""BOM families: a first issue and its revisions, each a believable change."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from sandbox.recipes.customers import SITES
from sandbox.recipes.dice import TODAY, YEAR_START, day_between, dice, moment, zulu
from sandbox.recipes.items import believable_quantity, items, prices

Row = dict[str, Any]

FAMILIES = 20
FIRST_ID = 700
LONGEST_GAP = 40  # days between two revisions
UNKNOWN_PRICE = 1_000_000.0


@dataclass(frozen=True)
class Kind:
    """A sort of panel: what is in its sections and what lies loose."""

    name: str
    sections: dict[str, tuple[str, ...]]
    loose: tuple[str, ...]


COMMON = ("Busbar", "Cable NYAF", "Cable NYAF PE", "Cable lug", "Insulator")
CONTROL = ("Relay", "Relay socket", "Terminal block", "Push button", "Pilot lamp")
KINDS = (
    Kind(
        "LVMDP",
        {
            "Incoming": ("ACB", "Current transformer", "Power meter"),
            "Outgoing": ("MCCB", "MCCB", "MCCB", "Pilot lamp"),
        },
        ("Enclosure", "Surge arrester", "Label set", "Hardware set", *COMMON),
    ),
    Kind(
        "SDP",
        {"Incoming": ("MCCB", "Pilot lamp", "Fuse link")},
        ("Wall box", "MCB", "MCB 3P", "MCB 2P", "Terminal screw", "Label set", *COMMON),
    ),
    Kind(
        "ATS",
        {
            "Power": ("MCCB 4P", "MCCB 4P", "Current transformer"),
            "Control": ("PLC", "Power supply", "Phase relay", *CONTROL),
        },
        ("Enclosure", "Selector switch", "Timer", "Hardware set", *COMMON),
    ),
    Kind(
        "MCC",
        {
            "Feeder DOL": ("Motor protection", "Contactor", "Thermal overload"),
            "Feeder VSD": ("MCCB", "VSD", "Fan & filter"),
            "Control": ("PLC", "HMI", "Power supply", *CONTROL),
        },
        ("Enclosure", "Cable duct", "Terminal block", "End stop", *COMMON),
    ),
    Kind(
        "Capacitor Bank",
        {"Step": ("Capacitor", "Detuned reactor", "Contactor", "Fuse link")},
        ("PF controller", "MCCB", "Enclosure", "Fan & filter", "Ammeter", *COMMON),
    ),
    Kind(
        "MV Cubicle",
        {"Protection": ("Protection relay", "MV kit", "MV kit", *CONTROL)},
        ("MV kit", "Current transformer", "Label set", "Hardware set", *COMMON),
    ),
)


def boms() -> list[Row]:
    """Return fifty BOMs in the order in which they were issued."""
    rng = dice("boms")
    issued = [bom for number in range(FAMILIES) for bom in _family(number, rng)]
    issued.sort(key=lambda bom: (bom["day"], bom["family"], bom["revision"]))
    genesis = {b["family"]: FIRST_ID + n for n, b in enumerate(issued) if b["first"]}
    return [_spelt(FIRST_ID + n, bom, genesis, rng) for n, bom in enumerate(issued)]


def kind_of(family: int) -> Kind:
    """Return the sort of panel that a family is for."""
    return KINDS[family % len(KINDS)]


def site_of(family: int) -> str:
    """Return the site that a family is for."""
    return SITES[family % len(SITES)]


def _family(number: int, rng: Random) -> list[Row]:
    """Issue r1, then r2 and for every other family r3."""
    issues: list[Row] = []
    children = _first_issue(kind_of(number), rng)
    day = day_between(YEAR_START, TODAY - timedelta(days=90), rng.random())
    for revision in range(1, 4 if number % 2 else 3):
        issues.append(_issue(number, revision, day, children))
        children = _revised(children, kind_of(number), rng)
        day += timedelta(days=rng.randrange(5, LONGEST_GAP))
    return issues


def _issue(family: int, revision: int, day: date, children: list[Row]) -> Row:
    return {
        "family": family,
        "revision": revision,
        "first": revision == 1,
        "day": day,
        "children": children,
    }


def _spelt(number: int, bom: Row, genesis: dict[int, int], rng: Random) -> Row:
    family, first = bom["family"], genesis[bom["family"]]
    created = zulu(moment(bom["day"], rng))
    return {
        "masterJavaBaseModel": {"id": str(number), "createdAt": created},
        "name": f"BOM {kind_of(family).name} {site_of(family)} r{bom['revision']}",
        "bomGenesisReferenceId": None if bom["first"] else str(first),
        "children": bom["children"],
    }


def _first_issue(kind: Kind, rng: Random) -> list[Row]:
    loose = [_part(name, rng) for name in kind.loose]
    # The same part on two lines is usual, and readers must add the lines up.
    twice = {"extItemId": loose[-1]["extItemId"], "qty": float(rng.randrange(1, 9))}
    sections = [_section(name, parts, rng) for name, parts in kind.sections.items()]
    return [*loose, twice, *sections]


def _section(name: str, parts: tuple[str, ...], rng: Random) -> Row:
    children = [_part(part, rng) for part in parts]
    return {"name": name, "qty": float(rng.randrange(1, 5)), "children": children}


def _part(name: str, rng: Random) -> Row:
    item, price = rng.choice(_by_name()[name])
    is_length = item["defaultUm"] == "M"
    qty = rng.randrange(8, 320) / 4 if is_length else believable_quantity(price, rng)
    return {"extItemId": str(item["id"]), "qty": qty}


@cache
def _by_name() -> dict[str, list[tuple[Row, float]]]:
    groups: dict[str, list[tuple[Row, float]]] = {}
    costs = prices()
    for item in items():
        price = costs.get(item["id"], UNKNOWN_PRICE)
        groups.setdefault(item["partName"], []).append((item, price))
    return groups


def _revised(children: list[Row], kind: Kind, rng: Random) -> list[Row]:
    """Take one or two parts out, change some quantities, put one to three parts in."""
    parts = [row for row in children if "extItemId" in row]
    gone = rng.sample(range(len(parts)), rng.randrange(1, 3))
    kept = [row for place, row in enumerate(parts) if place not in gone]
    changed = rng.sample(range(len(kept)), rng.randrange(2, 4))
    kept = [_requantified(r, rng) if n in changed else r for n, r in enumerate(kept)]
    added = [_part(rng.choice(kind.loose), rng) for _ in range(rng.randrange(1, 4))]
    return [*kept, *added, *(row for row in children if "children" in row)]


def _requantified(row: Row, rng: Random) -> Row:
    return row | {"qty": row["qty"] + rng.choice((1.0, 2.0, 4.0))}
