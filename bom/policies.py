"""The content of a BOM: one normal form, one digest, one difference. Pure functions.

A BOM is a tree: sub-assemblies hold parts and other sub-assemblies. Two parts of the same item may
stand in one place; they are kept as two lines and summed for comparison. Neither the order of rows,
nor part names, nor the way a number was written changes the digest.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.text.canonical_json import decimal_text, digest
from core.text.ids import as_id

MAX_LINES = 20_000
MAX_DEPTH = 20
MAX_QTY = Decimal(10) ** 9
MAX_DIGITS = 40
PLACES = 6
Node = dict[str, Any]


@dataclass(slots=True)
class _Budget:
    """Number of lines that may still come."""

    left: int = MAX_LINES


def normalised(raw: Mapping[str, Any]) -> Node:
    """The content of a BOM as PPIC nests it, in normal form: ``{"children": [...]}`` with
    ``{"item", "qty"}`` for parts (with ``children`` when a part is itself built of parts) and
    ``{"name", "qty", "children"}`` for sub-assemblies, sorted.

    Raises DomainError ``invalid`` with a sentence for what cannot be approved: no lines, more than
    20,000, nested deeper than 20 (a loop), a quantity that is negative, absurd or no number.
    """
    budget = _Budget()
    children = _children(raw.get("children"), 1, budget)
    if budget.left == MAX_LINES:
        raise DomainError(_("The BOM has no parts."))
    content = {"children": children}
    for line in lines(content):
        if line.total > MAX_QTY:
            raise _absurd(line.total)
    return content


def _children(rows: Any, depth: int, budget: _Budget) -> list[Node]:
    if rows is None or rows == []:
        return []
    if depth > MAX_DEPTH:
        raise too_deep()
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise _partless()
    nodes = [_node(row, depth, budget) for row in rows if row is not None]
    return sorted((node for node in nodes if node), key=_order)


def _node(row: Any, depth: int, budget: _Budget) -> Node | None:
    # Left out, it would be missing from what is signed.
    if not isinstance(row, Mapping):
        raise _partless()
    inner = _children(row.get("children"), depth + 1, budget)
    if _is_assembly(row):
        name = str(row.get("name") or "").strip()[:200]
        return {"name": name, "qty": _qty(row), "children": inner} if inner else None
    budget.left -= 1
    if budget.left < 0:
        raise DomainError(_("The BOM has more than %d lines.") % MAX_LINES)
    part: Node = {"item": _item(row["extItemId"]), "qty": _qty(row)}
    return part | ({"children": inner} if inner else {})


def _is_assembly(row: Mapping[str, Any]) -> bool:
    """Whether a line stands for no part of its own."""
    # Not a set: what came from outside may be a list, which has no hash.
    return row.get("extItemId") in (None, "", 0, "0")


def _item(value: Any) -> int:
    """The id of a part; cut or rounded it would name another one, so it is refused instead."""
    number = as_id(str(value))
    if number is None:
        raise _partless()
    return number


def too_deep() -> DomainError:
    """The refusal of a BOM that contains itself."""
    return DomainError(_("The BOM is nested too deeply; it may contain itself."))


def _partless() -> DomainError:
    return DomainError(_("A line of the BOM names no part."))


def _qty(row: Mapping[str, Any]) -> str:
    """The quantity as exact text. One that is left out, or null, is zero: PPIC writes protobuf JSON,
    which leaves out what is zero."""
    value = row.get("qty")
    if value is None:
        value = 0
    try:
        number = Decimal(str(value)) if len(str(value)) <= MAX_DIGITS else None
    except InvalidOperation:
        number = None
    if number is None:
        place = str(row.get("name") or row.get("extItemId") or "")
        raise DomainError(
            _("The quantity of “%(part)s” is no number: %(text)s.")
            % {"part": place[:200], "text": str(value)[:MAX_DIGITS]}
        )
    if not number.is_finite() or number < 0 or number > MAX_QTY:
        raise _absurd(value)
    return decimal_text(abs(round(number, PLACES)))


def _absurd(value: object) -> DomainError:
    return DomainError(
        _("A quantity of the BOM must be from 0 to 1,000,000,000: %s.")
        % str(value)[:MAX_DIGITS]
    )


def _order(node: Node) -> tuple[int, int, str, str, str]:
    inner = digest(node.get("children", []))
    if "item" in node:
        return (0, node["item"], "", node["qty"], inner)
    return (1, 0, node["name"], node["qty"], inner)


def content_digest(content: Node) -> str:
    """SHA-256 of the normal form."""
    return digest(content)


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One line of the tree: where it stands, and how much of it one BOM needs."""

    depth: int
    name: str
    item: int | None
    qty: Decimal
    total: Decimal


def lines(content: Node) -> Iterator[ContentLine]:
    """The tree from top to bottom; ``total`` multiplies the quantities on the way down."""
    yield from _walk(content["children"], 0, Decimal(1))


def _walk(nodes: Sequence[Node], depth: int, factor: Decimal) -> Iterator[ContentLine]:
    for node in nodes:
        qty = Decimal(node["qty"])
        yield ContentLine(
            depth, node.get("name", ""), node.get("item"), qty, qty * factor
        )
        if "children" in node:
            yield from _walk(node["children"], depth + 1, factor * qty)


def totals(content: Node) -> dict[int, Decimal]:
    """Quantity of each part in a BOM, over all its places."""
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    for line in lines(content):
        if line.item is not None:
            sums[line.item] += line.total
    return dict(sums)


def places(content: Node) -> dict[int, list[tuple[str, ...]]]:
    """Places of each part, with the quantity there; a part may have several."""
    found: defaultdict[int, list[tuple[str, ...]]] = defaultdict(list)
    _place(content["children"], (), found)
    return {item: sorted(spots) for item, spots in found.items()}


def _place(
    nodes: Sequence[Node],
    path: tuple[str, ...],
    found: defaultdict[int, list[tuple[str, ...]]],
) -> None:
    for node in nodes:
        if "item" in node:
            found[node["item"]].append((*path, node["qty"]))
        if "children" in node:
            name = str(node.get("item", node.get("name", "")))
            _place(node["children"], (*path, name, node["qty"]), found)


def line_count(content: Node) -> int:
    """Number of part lines in the tree, duplicates counted."""
    return sum(line.item is not None for line in lines(content))


@dataclass(frozen=True, slots=True)
class LineChange:
    """A part of either BOM; a quantity is None where it does not stand at all.

    ``is_moved``: it stands in other places, or in other portions.
    """

    item: int
    before: Decimal | None
    after: Decimal | None
    is_moved: bool = False

    @property
    def kind(self) -> str:
        """``added``, ``removed``, ``changed``, ``moved`` (the same sum elsewhere) or ``same``."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        if self.before != self.after:
            return "changed"
        return "moved" if self.is_moved else "same"

    @property
    def delta(self) -> Decimal:
        """Difference of the quantity; negative when less is needed."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


def difference(before: Node, after: Node) -> list[LineChange]:
    """Every part of either BOM with its quantities, changed ones first, then by part."""
    old, new = totals(before), totals(after)
    was, now = places(before), places(after)
    changes = [
        LineChange(item, old.get(item), new.get(item), was.get(item) != now.get(item))
        for item in old.keys() | new.keys()
    ]
    order = {"added": 0, "removed": 1, "changed": 2, "moved": 3, "same": 4}
    return sorted(changes, key=lambda change: (order[change.kind], change.item))
