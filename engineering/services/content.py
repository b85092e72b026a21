"""The content of a change: what is signed, what it costs, what changed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from core.text.canonical_json import digest
from core.text.normal_form import plain_lines
from engineering.models import CHANGE_REQUEST_FIELDS, ChangeItem, ChangeNotice

SIGNED_FIELDS = (
    "kind",
    "direction",
    "date",
    "po_number",
    "customer",
    "project_name",
    "product_name",
    "engineering",
    "detail_problem",
    "ext_job_id",
    "ext_purchase_order_id",
    "ext_panel_code_id",
    "ext_user_id",
    "has_po",
    "margin_before",
    "margin_after",
    "priority",
    *CHANGE_REQUEST_FIELDS,
)
SIGNED_LINE_FIELDS = ("ext_item_id", "qty", "snapshot_price", "direction")
Snapshot = dict[str, Any]


def snapshot(change: ChangeNotice, items: Iterable[ChangeItem]) -> Snapshot:
    """All that is signed: the header, and each live line under its id."""
    header = {name: getattr(change, name) for name in SIGNED_FIELDS}
    lines = {
        str(item.pk): {
            "part": str(item),
            **{name: getattr(item, name) for name in SIGNED_LINE_FIELDS},
        }
        for item in items
        if item.deleted_at is None
    }
    return {**header, "items": lines}


def content_digest(content: Snapshot) -> str:
    """SHA-256 over the content; neither line ids nor the order of lines matter."""
    lines = sorted(
        digest({name: line[name] for name in SIGNED_LINE_FIELDS} | _label(line))
        for line in content["items"].values()
    )
    return digest({**content, "items": lines})


def _label(line: Mapping[str, Any]) -> dict[str, str]:
    """A line without a catalogue id is known by its typed part number."""
    return {} if line["ext_item_id"] else {"part": line["part"]}


def difference(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Only what changed, as it was and as it is."""
    changed = [name for name in SIGNED_FIELDS if before[name] != after[name]]
    lines = before["items"].keys() | after["items"].keys()
    moved = [
        key for key in lines if before["items"].get(key) != after["items"].get(key)
    ]
    return _part(before, changed, moved), _part(after, changed, moved)


def _part(content: Snapshot, names: list[str], lines: list[str]) -> Snapshot:
    part = {name: content[name] for name in names}
    kept = {
        key: content["items"][key] for key in sorted(lines) if key in content["items"]
    }
    return part | ({"items": kept} if kept else {})


def totals(items: Iterable[ChangeItem]) -> dict[str, Decimal]:
    """Increase, decrease and net in IDR over the live lines (docs/contract.md#cost-of-a-change)."""
    live = [item for item in items if item.deleted_at is None]
    decrease = sum((item.amount for item in live if item.is_decrease), Decimal(0))
    increase = sum((item.amount for item in live if not item.is_decrease), Decimal(0))
    return {"increase": increase, "decrease": decrease, "net": increase - decrease}


def search_text(change: ChangeNotice, items: Iterable[ChangeItem]) -> str:
    """Text for the search box, in the normal form."""
    parts = {
        text
        for item in items
        if item.deleted_at is None
        for text in (item.part_number, item.part_name, item.manufacturer)
    }
    header = (
        change.number,
        change.po_number,
        change.customer,
        change.project_name,
        change.product_name,
        change.engineering,
        change.detail_problem,
        change.requester_name,
    )
    return plain_lines(*header, *sorted(parts), limit=20_000)
