"""Slices of long lists, as quick at the end as at the start."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from core.db.memoize import cached_until
from core.errors import invalid
from core.text.ids import as_id

MAX_LIMIT = 1_000
CHUNK = 500
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page:
    """The page that ``?limit=&offset=`` asked for."""

    limit: int
    offset: int


def page_asked(limit: str | None, offset: str | None) -> Page | None:
    """Read the two parameters; None when the whole list is wanted. Empty means absent."""
    if not limit and not offset:
        return None
    return Page(
        _number("limit", limit, 50, 1, MAX_LIMIT),
        _number("offset", offset, 0, 0, 10**12),
    )


def _number(name: str, text: str | None, default: int, low: int, high: int) -> int:
    if not text:
        return default
    number = as_id(text, len(str(high)))
    if number is None or not low <= number <= high:
        sentence = _("%(name)s is a whole number from %(low)d to %(high)d.")
        raise invalid(name, sentence % {"name": name, "low": low, "high": high})
    return number


def spelled(rows: QuerySet[Any]) -> str:
    """The query as text; empty when it can find nothing, as ``none()``."""
    try:
        return str(rows.query)
    except EmptyResultSet:
        return ""


def counted(rows: QuerySet[Any], version: object) -> int:
    """The number of rows, remembered until ``version`` changes or a few seconds pass.

    ``version`` is anything that changes when the table does, such as the last event's id; the
    seconds cover transactions that commit out of order.
    """
    name = f"count {rows.db} {spelled(rows)}"
    return cached_until(name, version, lambda: int(rows.order_by().count()))


def sliced_ids(rows: QuerySet[M], page: Page, total: int, key: str = "pk") -> list[int]:
    """Primary keys, or another ``key``, of one page. The second half is read from the far end, so
    that the last page costs no more than the first."""
    keys = rows.values_list(key, flat=True)
    if page.offset <= total // 2:
        return list(keys[page.offset : page.offset + page.limit])
    stop = total - page.offset
    start = max(0, stop - page.limit)
    return list(keys.reverse()[start:stop])[::-1] if stop > 0 else []


def in_order(rows: Sequence[M] | QuerySet[M], ids: Sequence[int]) -> list[M]:
    """Rows in the order of their ids."""
    by_id = {row.pk: row for row in rows}
    return [by_id[key] for key in ids if key in by_id]


def id_chunks(rows: QuerySet[Any], size: int = CHUNK) -> Iterator[list[int]]:
    """Primary keys in ascending order, a bounded number at a time, by key and not by offset."""
    last = 0
    keys = rows.order_by("pk").values_list("pk", flat=True)
    while chunk := list(keys.filter(pk__gt=last)[:size]):
        yield chunk
        last = chunk[-1]
