"""The company is complete, hangs together, and can be made again to the letter."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sandbox.make_data import tables, write
from sandbox.tables import DATA, load

Row = dict[str, Any]


def test_the_generator_makes_the_committed_files(tmp_path: Path) -> None:
    write(tmp_path)
    committed = {path.name: path.read_bytes() for path in DATA.glob("*.json")}
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == committed


def test_chance_falls_the_same_way_twice() -> None:
    assert tables() == tables()


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("departments", 5),
        ("people", 30),
        ("customers", 20),
        ("purchase_orders", 60),
        ("inquiries", 80),
        ("items", 400),
        ("jobs", 40),
        ("boms", 50),
        ("material_requests", 80),
        ("templates", 6),
    ],
)
def test_there_are_as_many_as_promised(name: str, count: int) -> None:
    assert len(load(name)) == count


@pytest.mark.parametrize(
    ("username", "person"),
    [
        ("admin", (1, "Dewi Anggraini", False)),
        ("rina", (3, "Rina Lestari", True)),
        ("hendi", (7, "Hendi Saputra", True)),
        ("agus", (12, "Agus Wijaya", False)),
    ],
)
def test_the_demo_people_are_who_they_should_be(
    username: str, person: tuple[int, str, bool]
) -> None:
    (row,) = [row for row in load("people") if row["username"] == username]
    assert (row["id"], row["name"], row["isHead"]) == person


def test_usernames_ids_and_part_numbers_are_unique() -> None:
    for name, member in (
        ("people", "username"),
        ("people", "id"),
        ("items", "partNum"),
        ("items", "id"),
        ("purchase_orders", "purchaseOrderNumber"),
    ):
        values = [row[member] for row in load(name)]
        assert len(values) == len(set(values)), f"{name}.{member}"


def test_every_department_has_people_and_a_head() -> None:
    people = load("people")
    for department in load("departments"):
        members = [row for row in people if row["departmentId"] == department["id"]]
        assert any(row["isHead"] for row in members), department["name"]


def test_jobs_point_at_orders_and_boms_that_exist() -> None:
    orders = {str(row["id"]) for row in load("purchase_orders")}
    boms = {row["masterJavaBaseModel"]["id"] for row in load("boms")}
    for job in load("jobs"):
        assert {r["extPurchaseOrderId"] for r in job["jobPurchaseOrders"]} <= orders
        assert {r["bomLeveledId"] for r in job["jobBomLeveleds"]} <= boms
        assert job["jobPurchaseOrders"]
        assert job["jobBomLeveleds"]


def test_panel_ids_are_unique() -> None:
    panels = [panel for job in load("jobs") for panel in job["panelCodes"]]
    ids = [panel["masterJavaBaseModel"]["id"] for panel in panels]
    assert len(ids) == len(set(ids))


def _parts(children: list[Row]) -> list[Row]:
    found = [row for row in children if "extItemId" in row]
    for row in children:
        found += _parts(row.get("children", []))
    return found


def test_boms_are_made_of_items_that_exist() -> None:
    items = {str(row["id"]) for row in load("items")}
    for bom in load("boms"):
        parts = _parts(bom["children"])
        assert {row["extItemId"] for row in parts} <= items
        assert all(row["qty"] > 0 for row in parts)


def test_some_part_stands_on_two_lines() -> None:
    for bom in load("boms"):
        lines = Counter(r["extItemId"] for r in bom["children"] if "extItemId" in r)
        if max(lines.values()) > 1:
            return
    pytest.fail("no BOM has a part twice")


def test_revisions_differ_a_little() -> None:
    boms = {row["masterJavaBaseModel"]["id"]: row for row in load("boms")}
    seconds = [bom for bom in boms.values() if bom["name"].endswith("r2")]
    assert len(seconds) == 20
    for bom in seconds:
        new = {row["extItemId"] for row in _parts(bom["children"])}
        first = boms[bom["bomGenesisReferenceId"]]
        old = {row["extItemId"] for row in _parts(first["children"])}
        assert len(new & old) > len(new ^ old)
        assert bom["children"] != first["children"]


def test_revisions_are_later_than_the_first_issue() -> None:
    for bom in load("boms"):
        genesis = bom["bomGenesisReferenceId"]
        assert genesis is None or int(genesis) < int(bom["masterJavaBaseModel"]["id"])


def test_most_material_requests_come_of_a_change() -> None:
    causes = [row["extEngineeringProblemId"] for row in load("material_requests")]
    assert sum(1 for cause in causes if cause and 1 <= cause <= 60) == 70


def test_material_requests_have_the_full_shape() -> None:
    names = (
        "id name originalName materialRequestNumber status neededDate remark job "
        "materialRequestItems materialRequestAuthorizations hidden unchangeable "
        "version jobId extEngineeringProblemId extEngineeringProblemType "
        "extEngineeringProblemPoBpoExists extEngineeringProblemIsVariance createdAt "
        "updatedAt"
    )
    items = {row["id"] for row in load("items")}
    for row in load("material_requests"):
        assert " ".join(row) == names
        assert set(row["job"]) == {"id", "name", "pocode"}
        assert {item["extItemId"] for item in row["materialRequestItems"]} <= items


def test_nothing_was_made_before_or_after_its_year() -> None:
    moments = [row["masterJavaBaseModel"]["createdAt"] for row in load("boms")]
    moments += [row["createdAt"] for row in load("material_requests")]
    assert min(moments) > "2026-01-01"
    assert max(moments) < "2026-11-23"
