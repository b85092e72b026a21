"""The content of a change: what is signed, what it costs, what changed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from core.files.uploaded import StoredFile
from core.text.canonical_json import digest
from core.text.normal_form import plain_lines
from engineering.models import (
    CHANGE_REQUEST_FIELDS,
    ChangeAttachment,
    ChangeItem,
    ChangeNotice,
)

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
SIGNED_FILE_FIELDS = ("name", "size", "sha256")
SIGNED_LINE_FIELDS = ("ext_item_id", "qty", "snapshot_price", "direction")
Snapshot = dict[str, Any]


def snapshot(
    change: ChangeNotice,
    items: Iterable[ChangeItem],
    files: Iterable[ChangeAttachment | StoredFile],
) -> Snapshot:
    """All that is signed: the header, each live line and each content file under its id.

    A file that has no row yet goes by its place, as ``-1``.
    """
    header = {name: getattr(change, name) for name in SIGNED_FIELDS}
    lines = {
        str(item.pk): {
            "part": str(item),
            **{name: getattr(item, name) for name in SIGNED_LINE_FIELDS},
            **_typed(item),
        }
        for item in items
        if item.deleted_at is None
    }
    attached = {
        str(getattr(file, "pk", -place)): {
            name: getattr(file, name) for name in SIGNED_FILE_FIELDS
        }
        for place, file in enumerate(files, 1)
    }
    return {**header, "items": lines, "files": attached}


def _typed(item: ChangeItem) -> Snapshot:
    """The typed name and unit of a part that PPIC does not know."""
    if item.ext_item_id or not (item.part_name or item.unit):
        return {}
    return {"part_name": item.part_name, "unit": item.unit}


def content_digest(content: Snapshot) -> str:
    """SHA-256 over the content; neither ids nor the order of lines and files matter.

    Without content files it is what it was before files were signed.
    """
    lines = sorted(
        digest({name: line[name] for name in SIGNED_LINE_FIELDS} | _label(line))
        for line in content["items"].values()
    )
    header = {name: value for name, value in content.items() if name != "files"}
    files = sorted(digest(file) for file in content["files"].values())
    return digest({**header, "items": lines} | ({"files": files} if files else {}))


def _label(line: Mapping[str, Any]) -> dict[str, str]:
    """A line without a catalogue id is known by its typed part number, name and unit."""
    if line["ext_item_id"]:
        return {}
    names = ("part", "part_name", "unit")
    return {name: line[name] for name in names if name in line}


def difference(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Only what changed, as it was and as it is."""
    changed = [name for name in SIGNED_FIELDS if before[name] != after[name]]
    was, is_now = ({name: side[name] for name in changed} for side in (before, after))
    for group in ("items", "files"):
        keys = before[group].keys() | after[group].keys()
        moved = sorted(
            key for key in keys if before[group].get(key) != after[group].get(key)
        )
        for side, part in ((before, was), (after, is_now)):
            if kept := {key: side[group][key] for key in moved if key in side[group]}:
                part[group] = kept
    return was, is_now


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
