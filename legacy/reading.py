"""Aggregates of an area, a chunk at a time, with all that hangs on them."""

from collections.abc import Iterator
from datetime import datetime

from legacy.aggregates import Aggregate, OldRow
from legacy.areas.area import Area
from legacy.schema import TABLES
from legacy.source import Row, Rows, Source

CHUNK = 2000


def chunks(
    source: Rows, area: Area, after: int, size: int = CHUNK
) -> Iterator[list[Aggregate]]:
    """All roots behind an id, in order."""
    while roots := source.roots(area.table, after, size):
        yield with_children(source, area, roots)
        after = int(roots[-1]["Id"])


def changed_since(
    source: Source, area: Area, since: datetime
) -> Iterator[list[Aggregate]]:
    """Roots that were stamped, or one of whose children was, after a time; all where no time is kept."""
    if "CreatedAt" not in TABLES[area.table]:
        yield from chunks(source, area, 0)
        return
    ids = sorted(_stamped(source, area, since))
    for first in range(0, len(ids), CHUNK):
        part = ids[first : first + CHUNK]
        found = source.children(area.table, "Id", part)
        yield with_children(
            source, area, [row for key in part for row in found.get(key, [])]
        )


def _stamped(source: Source, area: Area, since: datetime) -> set[int]:
    newer = "(`UpdatedAt` > %s OR `CreatedAt` > %s OR `DeletedAt` > %s)"
    text = [since.strftime("%Y-%m-%d %H:%M:%S.%f")] * 3
    found = source.rows(f"SELECT `Id` n FROM `{area.table}` WHERE {newer}", text)  # noqa: S608
    for table, key in area.children.items():
        found += source.rows(f"SELECT `{key}` n FROM `{table}` WHERE {newer}", text)  # noqa: S608
    for table, (parent, key) in area.grandchildren.items():
        found += source.rows(
            f"SELECT p.`{area.children[parent]}` n FROM `{table}` c"  # noqa: S608
            f" JOIN `{parent}` p ON p.`Id` = c.`{key}`"
            " WHERE c.`UpdatedAt` > %s OR c.`CreatedAt` > %s OR c.`DeletedAt` > %s",
            text,
        )
    return {int(row["n"]) for row in found if row["n"] is not None}


def with_children(source: Rows, area: Area, roots: list[Row]) -> list[Aggregate]:
    """Roots with their children and grandchildren, in one query a table."""
    ids = [int(row["Id"]) for row in roots]
    below = {
        table: source.children(table, key, ids) for table, key in area.children.items()
    }
    deeper = {
        table: source.children(
            table,
            key,
            [int(row["Id"]) for rows in below[parent].values() for row in rows],
        )
        for table, (parent, key) in area.grandchildren.items()
    }
    return [_aggregate(area, root, below, deeper) for root in roots]


Below = dict[str, dict[int, list[Row]]]


def _aggregate(area: Area, root: Row, below: Below, deeper: Below) -> Aggregate:
    key = int(root["Id"])
    children = {
        table: [OldRow(table, row) for row in below[table].get(key, ())]
        for table in below
    }
    grandchildren = {
        table: {
            child.id: [OldRow(table, row) for row in deeper[table][child.id]]
            for child in children[parent]
            if child.id in deeper[table]
        }
        for table, (parent, _key) in area.grandchildren.items()
    }
    return Aggregate(OldRow(area.table, root), children, grandchildren)
