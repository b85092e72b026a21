"""Rows whose parent is not there."""

from legacy.aggregates import OldRow
from legacy.models import LegacyRow
from legacy.source import Source

AT_ONCE = 500


def lost_rows(source: Source, table: str, key: str, parent: str) -> list[OldRow]:
    """Rows of a table whose parent is not there, without those that an earlier run has treated."""
    rows = source.orphans(table, key, parent)
    ids = [int(row["Id"]) for row in rows]
    known: set[int] = set()
    for first in range(0, len(ids), AT_ONCE):
        part = LegacyRow.objects.filter(
            table=table, source_id__in=ids[first : first + AT_ONCE]
        )
        known.update(part.values_list("source_id", flat=True))
    return [OldRow(table, row) for row in rows if row["Id"] not in known]
