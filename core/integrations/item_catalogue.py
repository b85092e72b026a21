"""PPIC's purchasable parts, and how they are found: by words, by part number."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from operator import itemgetter
from typing import Any

from core.text.normal_form import plain_text

QUERY_CAP = 200


@dataclass(frozen=True, slots=True)
class Item:
    """A purchasable part; raw: the accepted object, for pass-through."""

    ext_id: int
    manufacturer: str
    part_number: str
    part_name: str
    part_description: str
    unit: str
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ItemCatalogue:
    """All items, with what a search needs, built once per refresh.

    lines: all words and the part number, both in the normal form, in order of part number.
    """

    by_id: Mapping[int, Item]
    lines: tuple[tuple[str, str, Item], ...] = field(repr=False)

    @classmethod
    def of(cls, by_id: Mapping[int, Item]) -> "ItemCatalogue":
        """The catalogue of those items."""
        lines = sorted(map(_line, by_id.values()), key=lambda line: line[1])
        return cls(by_id, tuple(lines))

    def search(self, query: str, limit: int) -> tuple[Item, ...]:
        """Items with every word of the query: those called so first, then those of that number."""
        words = tuple(plain_text(query[:QUERY_CAP]).split())
        hits: Sequence[tuple[str, str, Item]] = self.lines
        for word in words:
            hits = [line for line in hits if word in line[0]]
        wanted, near, far = max(0, limit), list[Item](), list[Item]()
        for _words, number, item in hits:
            is_called_so = item.part_name.casefold().startswith(words)
            (near if is_called_so or number.startswith(words) else far).append(item)
            if len(near) >= wanted:
                break
        return tuple([*near, *far][:wanted])

    def numbered(self, number: str) -> list[Item]:
        """Items of exactly this part number, which is in the normal form."""
        place = bisect_left(self.lines, number, key=itemgetter(1))
        same = takewhile(
            lambda line: line[1] == number, islice(self.lines, place, None)
        )
        return [item for _words, _number, item in same]


def _line(item: Item) -> tuple[str, str, Item]:
    words = (item.manufacturer, item.part_number, item.part_name, item.part_description)
    return plain_text(" ".join(words)), plain_text(item.part_number), item
