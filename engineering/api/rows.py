"""Rows of the API's lists, assembled from ``.values()``: no model objects on the way.

Columns and their names on the wire are those of the serializers (docs/contract.md#names).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from core.approvals.models import Decision, wire_status
from core.http.wire import day_out, without_nulls
from core.integrations.authserver import Person
from core.integrations.crm import PurchaseOrder
from core.integrations.item_catalogue import Item
from engineering.models import (
    ChangeAttachment,
    ChangeItem,
    ChangeNotice,
)
from engineering.queries.impact import deviation
from engineering.queries.pickers import prices_of
from engineering.queries.upstream_names import ChangeMaterialRequests, UpstreamNames
from engineering.serializers import (
    ChangeApprovalSerializer,
    ChangeItemSerializer,
    ChangeSerializer,
)

WIRE_NAMES = ChangeSerializer.wire_names()
LINE = ChangeItemSerializer.wire_names()
DECISION = ChangeApprovalSerializer.wire_names()
LABEL = ChangeNotice._meta.label
Row = dict[str, Any]


def wire_row(row: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    """One row under its wire names, without nulls."""
    return {wire: row[name] for name, wire in names.items() if row[name] is not None}


def header_row(row: Mapping[str, Any]) -> Row:
    """The header of a change; its date goes out as midnight UTC."""
    shown = {"date": day_out(row["date"]), "status": wire_status(row["status"])}
    return wire_row({**row, **shown}, WIRE_NAMES)


def plain_rows(
    rows: QuerySet[ChangeNotice], ids: Sequence[int], *, is_bare: bool = False
) -> list[Row]:
    """Entities with live lines and standing decisions, in the order of the ids; four queries.

    ``is_bare``: nobody can have decided on them or attached a file yet; two queries.
    """
    headers = {row["id"]: row for row in rows.filter(pk__in=ids).values(*WIRE_NAMES)}
    lines = _by_change(
        ChangeItem.objects.alive().filter(change__in=ids).values(*LINE), LINE
    )
    given = [] if is_bare else _decision_rows(ids)
    decisions = _by_change(given, DECISION, "record_id")
    files = {} if is_bare else _file_names(ids)
    return [
        header_row(headers[key])
        | without_nulls({"approvalFileName": files.get(key)})
        | {"items": lines.get(key, []), "approvals": decisions.get(key, [])}
        for key in ids
        if key in headers
    ]


def _decision_rows(ids: Sequence[int]) -> list[Row]:
    """That an author decided is said; that somebody else did is not."""
    rows = standing_decisions(ids).values(*DECISION)
    return [row | {"by_author": row["by_author"] or None} for row in rows]


def standing_decisions(ids: Sequence[int]) -> QuerySet[Decision]:
    """Decisions that no edit has voided."""
    rows = Decision.objects.filter(record_type=LABEL, record_id__in=ids)
    return rows.standing().order_by("id")


def _by_change(
    rows: Iterable[Mapping[str, Any]], names: Mapping[str, str], key: str = "change_id"
) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row[key], []).append(wire_row(row, names))
    return grouped


def _file_names(ids: Sequence[int]) -> dict[int, str]:
    """The newest file of each change, which is what the predecessor knew as its only one."""
    rows = ChangeAttachment.objects.alive().filter(change__in=ids).order_by("id")
    return dict(rows.values_list("change_id", "name"))


def enriched(
    rows: list[Row], facts: UpstreamNames, requests: ChangeMaterialRequests
) -> list[Row]:
    """Add what the upstreams know, in members of its own: a row can be posted back unharmed."""
    for row in rows:
        _enrich(row, facts, requests)
    return rows


def _enrich(row: Row, facts: UpstreamNames, requests: ChangeMaterialRequests) -> None:
    found = requests.by_change.get(row["id"], ())
    row["items"] = [_with_part(line, facts.items) for line in row["items"]]
    row["approvals"] = [_with_person(entry, facts.people) for entry in row["approvals"]]
    row["materialRequests"] = [wire_request(request) for request in found]
    order = order_out(facts.orders.get(row.get("extPurchaseOrderId", 0)))
    requester = person_out(facts.people.get(row.get("extUserId", 0)))
    row.update(without_nulls({"purchaseOrder": order, "requestedBy": requester}))


def _with_part(line: Row, items: Mapping[int, Item]) -> Row:
    item = items.get(line.get("extItemId", 0))
    if item is None:
        return line
    return line | {
        "partNumber": item.part_number,
        "partName": item.part_name,
        "partDescription": item.part_description or item.part_name,
        "manufacturer": item.manufacturer,
    }


def _with_person(entry: Row, people: Mapping[int, Person]) -> Row:
    person = person_out(people.get(entry.get("extUserId", 0)))
    return entry | ({"approvedBy": person} if person else {})


def person_out(person: Person | None) -> Row | None:
    """A person as ``{id, name}``."""
    return {"id": person.ext_id, "name": person.name} if person else None


def order_out(order: PurchaseOrder | None) -> Row | None:
    """A purchase order with the account that gave it."""
    if order is None:
        return None
    account = order.account
    return without_nulls(
        {
            "id": order.ext_id,
            "purchaseOrderNumber": order.number,
            "account": without_nulls({"id": account.ext_id, "name": account.name})
            if account
            else None,
        }
    )


def with_deviations(row: Row) -> tuple[Row, bool]:
    """The row, which names its lines whose typed price is far from PPIC's, as who decides must see it;
    and whether PPIC's prices are old."""
    known = prices_of(line.get("extItemId", 0) for line in row["items"])
    marked = [
        mark for line in row["items"] if (mark := _deviation(line, known.by_item))
    ]
    more = {"priceDeviations": marked} if marked else {}
    return row | more, known.is_stale


def _deviation(line: Row, prices: Mapping[int, Decimal]) -> Row | None:
    item = line.get("extItemId", 0)
    found = deviation(line.get("snapshotPrice"), prices.get(item))
    if found is None:
        return None
    amounts = {"price": found.price, "percent": found.percent}
    return {"itemId": line["id"], "extItemId": item, **amounts}


def wire_request(request: Any) -> Row:
    """A material request as PPIC sent it."""
    return without_nulls(dict(request.raw))


def each_enriched(
    rows: QuerySet[ChangeNotice],
    chunks: Iterable[list[int]],
    facts: UpstreamNames,
    ask: Any,
) -> Iterator[Row]:
    """The whole list, a bounded number of rows in memory at a time."""
    for ids in chunks:
        yield from enriched(plain_rows(rows, ids), facts, ask(ids))
