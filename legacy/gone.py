"""Rows that were taken over and that the old system has deleted since: noted, never deleted here."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from legacy.areas.order import AREAS
from legacy.models import LegacyRow
from legacy.source import Source

AT_ONCE = 500


def note_gone(source: Source, at: datetime) -> int:
    """Note which rows are not in the old system any more, and which have come back; how many are gone."""
    tables = dict.fromkeys(table for area in AREAS for table in area.tables)
    return sum(_note_table(source, table, at) for table in tables)


def _note_table(source: Source, table: str, at: datetime) -> int:
    rows = LegacyRow.objects.filter(table=table)
    here = rows.order_by("source_id").values_list("source_id", flat=True)
    gone = missing(here.iterator(chunk_size=2000), source.all_ids(table))
    count = 0
    for part in _parts(gone):
        rows.filter(source_id__in=part, gone_at=None).update(gone_at=at)
        count += len(part)
    known = rows.gone().exclude(gone_at=at).values_list("source_id", flat=True)
    for part in _parts(iter(list(known))):
        back = {
            row["Id"]
            for found in source.children(table, "Id", part).values()
            for row in found
        }
        rows.filter(source_id__in=back).update(gone_at=None)
    return count


def missing(here: Iterable[int], there: Iterable[int]) -> Iterator[int]:
    """What is only in the first of two ascending sequences; neither is held in memory."""
    others = iter(there)
    other = next(others, None)
    for each in here:
        while other is not None and other < each:
            other = next(others, None)
        if other != each:
            yield each


def _parts(ids: Iterator[int]) -> Iterator[list[int]]:
    while part := list(islice(ids, AT_ONCE)):
        yield part
