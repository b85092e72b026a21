"""Material requests: what PPIC is asked to buy, most of them because of a change."""

from datetime import timedelta
from random import Random
from typing import Any

from sandbox.recipes.customers import purchase_orders
from sandbox.recipes.dice import TODAY, YEAR_START, day_between, dice, moment, naive
from sandbox.recipes.items import believable_quantity, prices
from sandbox.recipes.jobs import jobs

Row = dict[str, Any]

COUNT = 80
CHANGES = 60
UNRELATED = 10
REASONS = (
    "Perubahan rating",
    "Tambahan feeder",
    "Salah pilih",
    "Stok kosong",
    "Revisi SLD",
)


def material_requests() -> list[Row]:
    """Return eighty requests in the order in which they were written."""
    rng = dice("material requests")
    causes: list[int | None] = [None] * UNRELATED
    causes += rng.choices(range(1, CHANGES + 1), k=COUNT - UNRELATED)
    rng.shuffle(causes)
    numbers = {order["id"]: order["purchaseOrderNumber"] for order in purchase_orders()}
    known, costs = jobs(), prices()
    return [
        _request(place, cause, _job(rng.choice(known), numbers), costs, rng)
        for place, cause in enumerate(causes)
    ]


def _job(job: Row, numbers: dict[int, str]) -> Row:
    order = int(job["jobPurchaseOrders"][0]["extPurchaseOrderId"])
    number = int(job["masterJavaBaseModel"]["id"])
    return {"id": number, "name": job["name"], "pocode": numbers[order]}


def _request(
    place: int, cause: int | None, job: Row, costs: dict[int, float], rng: Random
) -> Row:
    number, day = place + 1, day_between(YEAR_START, TODAY, place / COUNT)
    created = moment(day, rng)
    name = f"MR {job['name']}"
    return {
        "id": number,
        "name": name,
        "originalName": name,
        "materialRequestNumber": f"MR/PPIC/2026/{number}",
        "status": rng.randrange(3),
        "neededDate": naive(day + timedelta(days=rng.randrange(7, 39))),
        "remark": rng.choice(REASONS) if cause else "",
        "job": job,
        "materialRequestItems": _items(number, naive(created), costs, rng),
        "materialRequestAuthorizations": _authorizations(number, rng),
        "hidden": False,
        "unchangeable": rng.choice((True, False, False, False)),
        "version": rng.randrange(3),
        "jobId": job["id"],
        "extEngineeringProblemId": cause,
        "extEngineeringProblemType": rng.choice(("ECN", "CCN")) if cause else None,
        "extEngineeringProblemPoBpoExists": rng.randrange(2) if cause else 0,
        "extEngineeringProblemIsVariance": rng.randrange(2) if cause else 0,
        "createdAt": naive(created),
        "updatedAt": naive(created + timedelta(hours=rng.randrange(1, 20))),
    }


def _items(number: int, day: str, costs: dict[int, float], rng: Random) -> list[Row]:
    chosen = rng.sample(sorted(costs), rng.randrange(1, 6))
    return [
        {
            "id": number * 10 + place,
            "qty": believable_quantity(costs[item], rng),
            "extItemId": item,
            "snapshotPriceIdr": costs[item],
            "snapshotPriceDate": day,
        }
        for place, item in enumerate(chosen)
    ]


def _authorizations(number: int, rng: Random) -> list[Row]:
    """Return one or two approvers: a head, and perhaps PPIC's head too."""
    approvers = [rng.choice((3, 4, 6, 7)), 2][: rng.randrange(1, 3)]
    return [
        {"id": number * 10 + place, "extUserId": person, "needAuthorization": True}
        for place, person in enumerate(approvers)
    ]
