"""The lines of a change."""

from collections import Counter

from core.integrations.item_catalogue import Item
from engineering.models import ChangeItem, ChangeNotice
from legacy import mending
from legacy.aggregates import Aggregate, Built, OldRow, Outcome
from legacy.world import World

ITEMS = "EngineeringDetailProblemItem"
SAME = ("ExtItemId", "Qty", "SnapshotPrice", "SnapshotDate")
FACTS = (("part_number", "part_number", 200), ("part_name", "part_name", 300),
         ("part_description", "part_description", 500), ("manufacturer", "manufacturer", 200),
         ("unit", "unit", 40))  # fmt: skip


def lines_of(
    whole: Aggregate, change: ChangeNotice, world: World, built: Built
) -> list[ChangeItem]:
    """Each line; where there is none, the one part that the change itself held until August 2025."""
    lines: list[ChangeItem] = []
    seen: Counter[tuple[object, ...]] = Counter()
    for row in whole.children.get(ITEMS, ()):
        key = tuple(row[name] for name in SAME)
        seen[key] += 1
        if seen[key] > 1:
            row.mark("item_doubled_by_input_page")
            if world.choices.drops_doubles:
                built.not_taken(row, Outcome.DROPPED)
                continue
        line = _line(row, change, world)
        built.became(row, line)
        lines.append(line)
    if whole.root["Pn"]:
        whole.root.mark("ecn_single_part_columns")
    return lines or _single_part(whole.root, change)


def _line(row: OldRow, change: ChangeNotice, world: World) -> ChangeItem:
    qty, is_decrease = row.take(
        "Qty",
        mending.quantity(row["Qty"], is_decrease=row["TypeIncreaseDecrease"] == 1),
    )
    made = mending.moment(row["CreatedAt"]) or change.created_at
    line = ChangeItem(
        pk=row.id,
        change=change,
        ext_item_id=row["ExtItemId"],
        qty=qty,
        snapshot_price=row.take("SnapshotPrice", mending.money(row["SnapshotPrice"])),
        snapshot_date=mending.moment(row["SnapshotDate"]),
        direction=int(is_decrease),
        created_at=made,
        updated_at=mending.moment(row["UpdatedAt"]) or made,
        deleted_at=mending.moment(row["DeletedAt"]),
    )
    if line.deleted_at:
        row.mark("item_deleted")
    if line.ext_item_id is None:
        row.mark("item_without_part")
    _facts(line, world.parts.get(line.ext_item_id or 0))
    return line


def _facts(line: ChangeItem, part: Item | None) -> None:
    """PPIC's words for the part, as it has them now."""
    for name, theirs, limit in FACTS if part else ():
        setattr(line, name, str(getattr(part, theirs, "") or "")[:limit])


def _single_part(row: OldRow, change: ChangeNotice) -> list[ChangeItem]:
    if not row["Pn"]:
        return []
    qty, is_decrease = mending.quantity(
        row["Qty"], is_decrease=change.direction == 1
    ).value
    return [
        ChangeItem(
            change=change,
            qty=qty,
            snapshot_price=mending.money(row["Cost"]).value,
            direction=int(is_decrease),
            part_number=mending.text(row["Pn"])[:200],
            part_description=mending.text(row["Description"])[:500],
            unit=mending.text(row["Uom"])[:40],
            created_at=change.created_at,
            updated_at=change.updated_at,
        )
    ]
