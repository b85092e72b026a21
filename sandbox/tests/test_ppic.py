"""PPIC's lists have the right shapes, and it keeps what is delivered to it."""

from typing import Any

import pytest

from sandbox.ppic import PpicServer
from sandbox.server import Sandbox
from sandbox.tests.wire import Answer, ask, get

JOBS = "/jobs-proto-simple"
TASK = "/ext-meetingtasks-proto"


@pytest.fixture
def ppic(box: Sandbox) -> PpicServer:
    """Lend the PPIC stand-in."""
    return box.ppic


def _jobs(ppic: PpicServer, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = get(ppic, f"{JOBS}?{query}").json()["jobs"]
    return rows


def test_items_have_numbers_for_ids(ppic: PpicServer) -> None:
    rows = get(ppic, "/ext-items").json()
    names = {"id", "mfr", "partNum", "partName", "partDesc", "defaultUm"}
    assert len(rows) == 400
    assert all(set(row) == names and isinstance(row["id"], int) for row in rows)


def test_inventory_prices_most_items(ppic: PpicServer) -> None:
    rows = get(ppic, "/ext-inventory?all=true").json()
    items = {row["id"] for row in get(ppic, "/ext-items").json()}
    priced = {row["products"]["id"] for row in rows if row["priceRp"] is not None}
    assert priced < items
    assert len(items) - len(priced) == 10
    assert any(row["priceRp"] and row["priceRp"] % 1 for row in rows)


@pytest.mark.parametrize("yes", ["True", "true", "1"])
def test_jobs_with_all_that_was_asked_for(ppic: PpicServer, yes: str) -> None:
    rows = _jobs(ppic, f"all={yes}&withProducts={yes}&withPurchaseOrders={yes}")
    assert len(rows) == 40
    assert all(1 <= len(row["panelCodes"]) <= 6 for row in rows)
    assert isinstance(rows[0]["masterJavaBaseModel"]["id"], str)
    assert set(rows[0]["panelCodes"][0]) == {"masterJavaBaseModel", "type", "name"}
    assert isinstance(rows[0]["jobPurchaseOrders"][0]["extPurchaseOrderId"], str)
    assert isinstance(rows[0]["jobBomLeveleds"][0]["bomLeveledId"], str)


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("all=&withProducts=&withPurchaseOrders=", set()),
        ("withProducts=false&withPurchaseOrders=0", set()),
        ("withProducts=1", {"panelCodes"}),
        ("withPurchaseOrders=True", {"jobPurchaseOrders"}),
    ],
)
def test_jobs_leave_out_what_was_not_asked_for(
    ppic: PpicServer, query: str, more: set[str]
) -> None:
    always = {"masterJavaBaseModel", "name", "jobBomLeveleds"}
    assert set(_jobs(ppic, query)[0]) == always | more


def test_an_empty_genesis_lists_every_bom(ppic: PpicServer) -> None:
    path = "/bomleveleds-proto-simple"
    rows = get(ppic, f"{path}?bomGenesisReferenceId=").json()["bomLeveleds"]
    assert len(rows) == 50
    assert rows == get(ppic, path).json()["bomLeveleds"]
    assert set(rows[0]) == {"masterJavaBaseModel", "name"}
    assert set(rows[0]["masterJavaBaseModel"]) == {"id", "createdAt"}


def test_a_genesis_lists_its_family(ppic: PpicServer) -> None:
    revision = next(bom for bom in ppic.boms.values() if bom["name"].endswith("r2"))
    genesis = revision["bomGenesisReferenceId"]
    path = f"/bomleveleds-proto-simple?bomGenesisReferenceId={genesis}"
    names = [row["name"] for row in get(ppic, path).json()["bomLeveleds"]]
    assert revision["name"] in names
    assert {name.rpartition(" r")[0] for name in names} == {revision["name"][:-3]}


def test_a_bom_has_levels(ppic: PpicServer) -> None:
    bom = get(ppic, "/bomleveleds-proto-detailed/700").json()
    parts = [row for row in bom["children"] if "extItemId" in row]
    sections = [row for row in bom["children"] if "children" in row]
    assert bom["masterJavaBaseModel"]["id"] == "700"
    assert all(isinstance(row["extItemId"], str) for row in parts)
    assert sections
    assert all("extItemId" not in row for row in sections)
    assert get(ppic, "/bomleveleds-proto-detailed/1").status == 404


def test_material_requests_are_found_by_change(ppic: PpicServer) -> None:
    wanted = ppic.material_requests[0]["extEngineeringProblemId"] or 1
    path = f"/materialrequests?extEngineeringProblemId={wanted},60,99"
    found = {row["extEngineeringProblemId"] for row in get(ppic, path).json()}
    assert found <= {wanted, 60}
    assert found
    assert len(get(ppic, "/materialrequests").json()) == 80
    assert get(ppic, "/materialrequests?extEngineeringProblemId=x").status == 400


# Snapshots.


def _deliver(
    ppic: PpicServer, key: str | None, body: object = None, bom: str = "700"
) -> Answer:
    headers = {"Idempotency-Key": key} if key else {}
    return ask(ppic, "POST", f"/snapshot-bom/{bom}", body or {"digest": "d"}, headers)


def _counts(ppic: PpicServer) -> tuple[int, int]:
    return len(ppic.snapshots.receipts), len(ppic.snapshots.effects)


def test_one_key_has_one_effect(ppic: PpicServer) -> None:
    first, again = _deliver(ppic, "k1"), _deliver(ppic, "k1")
    assert first.status == again.status == 200
    assert first.body == again.body
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _counts(ppic) == (2, 1)


def test_without_dedupe_each_receipt_is_an_effect(ppic: PpicServer) -> None:
    ppic.dedupe = False
    _deliver(ppic, "k1")
    _deliver(ppic, "k1")
    assert _counts(ppic) == (2, 2)


def test_dedupe_is_switched_over_http(ppic: PpicServer) -> None:
    assert ask(ppic, "POST", "/__sandbox__/dedupe", {"on": False}).json() == {
        "on": False
    }
    assert not ppic.dedupe


def test_a_key_with_another_body_is_422(ppic: PpicServer) -> None:
    _deliver(ppic, "k1", {"digest": "a"})
    assert _deliver(ppic, "k1", {"digest": "b"}).status == 422
    assert _deliver(ppic, "k1", {"digest": "a"}, bom="701").status == 422
    assert _counts(ppic) == (3, 1)


def test_without_a_key_each_delivery_counts(ppic: PpicServer) -> None:
    _deliver(ppic, None)
    _deliver(ppic, None)
    assert _counts(ppic) == (2, 2)


def test_the_predecessors_get_is_a_snapshot_too(ppic: PpicServer) -> None:
    assert get(ppic, "/snapshot-bom/700").status == 200
    assert _counts(ppic) == (1, 1)


def test_an_unknown_bom_has_no_snapshot(ppic: PpicServer) -> None:
    assert _deliver(ppic, "k", bom="1").status == 404
    assert _counts(ppic) == (0, 0)


def test_snapshots_are_listed_by_bom(ppic: PpicServer) -> None:
    _deliver(ppic, "k1", {"digest": "a"})
    _deliver(ppic, "k2", {"digest": "b"}, bom="701")
    rows = get(ppic, "/snapshots?extBomLeveledId=701").json()
    assert [row["body"] for row in rows["effects"]] == [{"digest": "b"}]
    assert [row["key"] for row in rows["receipts"]] == ["k2"]
    assert len(get(ppic, "/snapshots").json()["effects"]) == 2


# Work orders.


def _save(ppic: PpicServer, activity: int | None, key: str = "") -> Answer:
    body: dict[str, Any] = {"taskLists": [{"taskList": {"name": "SLD"}}]}
    if activity is not None:
        body["engineeringActivityId"] = activity
    headers = {"Idempotency-Key": key} if key else {}
    return ask(ppic, "POST", f"{TASK}-save", body, headers)


def test_a_work_order_is_kept_by_activity(ppic: PpicServer) -> None:
    assert _save(ppic, 7, "w1").json()["engineeringActivityId"] == "7"
    _save(ppic, 7, "w1")
    assert [len(rows) for rows in ppic.work_orders.values()] == [1]
    listed = get(ppic, "/__sandbox__/work-orders").json()
    assert list(listed["workOrders"]) == ["7"]
    assert (len(listed["receipts"]), len(listed["effects"])) == (2, 1)


def test_without_a_key_a_work_order_is_made_twice(ppic: PpicServer) -> None:
    _save(ppic, 7)
    _save(ppic, 7)
    assert len(ppic.work_orders["7"]) == 2


def test_a_work_order_is_replaced(ppic: PpicServer) -> None:
    _save(ppic, 7)
    new = {"engineeringActivityId": 7, "taskLists": []}
    assert ask(ppic, "PUT", f"{TASK}-update/7", new).status == 200
    assert ppic.work_orders == {"7": [new]}
    assert ask(ppic, "PUT", f"{TASK}-update/8", new).status == 404


def test_a_work_order_is_deleted_once_per_key(ppic: PpicServer) -> None:
    _save(ppic, 7)
    key = {"Idempotency-Key": "d1"}
    for _ in range(2):
        answer = ask(ppic, "DELETE", f"{TASK}-delete/7", headers=key)
        assert answer.status == 200
    assert ppic.work_orders == {}
    assert ask(ppic, "DELETE", f"{TASK}-delete/7").status == 404


def test_a_refused_work_order_leaves_its_key_free(ppic: PpicServer) -> None:
    key = {"Idempotency-Key": "u1"}
    assert ask(ppic, "PUT", f"{TASK}-update/7", {}, key).status == 404
    _save(ppic, 7)
    assert ask(ppic, "PUT", f"{TASK}-update/7", {}, key).status == 200
